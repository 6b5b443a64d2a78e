"""Rate: what servers carry under load, turn by turn."""

from collections.abc import Mapping
from contextlib import ExitStack
from statistics import median

import child
from effort import Effort
from rounds import turns
from row import Samples

#: The share of a core below which a server did not have enough to do.
BUSY = 0.9


class Rates:
    """What every contender carried.

    All servers run all the time, each in its process; a load generator in another one visits them
    in turn, so that whatever else the machine does hits all of them alike.

    Arguments:
        load: the module that is the load generator.
        contenders: names, and the modules that are their servers.
        arguments: what else the load generator is told.
    """

    def __init__(
        self, load: str, contenders: Mapping[str, str], effort: Effort, *arguments: object
    ) -> None:
        self._load = load
        self._arguments = arguments
        self._rates: dict[str, list[float]] = {name: [] for name in contenders}
        self._shares: dict[str, list[float]] = {name: [] for name in contenders}
        with ExitStack() as stack:
            servers = {
                name: stack.enter_context(child.Server(module))
                for name, module in contenders.items()
            }
            for name, server in turns([*servers.items()], effort.rounds):
                self._visit(name, server, effort.seconds)

    def _visit(self, name: str, server: child.Server, seconds: float) -> None:
        used = server.cpu_seconds()
        loaded = child.result(self._load, server.port, seconds, *self._arguments)
        self._rates[name].append(loaded["rate"])
        self._shares[name].append((server.cpu_seconds() - used) / loaded["seconds"])

    def __getitem__(self, name: str) -> Samples:
        """Return the operations a second of one contender, a value for each round."""
        return Samples(name, self._rates[name])

    @property
    def notes(self) -> list[str]:
        """Name the servers that could have done more."""
        shares = {name: median(values) for name, values in self._shares.items()}
        idle = [f"{name} ({share:.0%})" for name, share in shares.items() if share < BUSY]
        if not idle:
            return []
        why = "the generator, or other work of the machine, kept servers from using a whole core"
        return [f"{self._load}: {why}: {', '.join(idle)}"]
