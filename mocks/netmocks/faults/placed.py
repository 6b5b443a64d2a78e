"""Placed: a fault that stands on the wires of a mock, and what it has struck."""

from collections.abc import Callable, Collection, Iterable
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self, get_args

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnswerFault, AnyFault
from netmocks.faults.gate import Gate
from netmocks.record import PATIENCE, Record

#: From the client, or to it.
Direction = Literal["in", "out"]

#: Bytes of hits that a placed fault remembers: some thousands.
REMEMBERED = 1024 * 1024


class Hit(NamedTuple):
    """One time that a placed fault struck."""

    #: the connection's ordinal at its mock, from 1
    connection: int
    #: what it did
    text: str


class Placed:
    """A fault on the wires of a mock, from `mock.fault(...)` until it is withdrawn.

        with mock.fault(Cut(after=100)) as placed:
            ...
        assert placed.count == 1

    Arguments:
        fault: what goes wrong.
        owner: the mock's name, for messages.
        lift: takes it off the wires; called once.
        direction: "in" for what clients say, "out" for what they are told.
        connection: the ordinal of the only connection that it strikes, from 1; each where None.
        from_event: where its stretch begins: with what follows the n-th event (a request, a
            command, a message: what the journal has as "event") of a connection; 0 for its
            beginning, or for where it stood when the fault was placed.
        times: how many stretches it strikes, then no more; all where None.
        required: whether it is a finding that it never struck.

    Raises:
        MisuseError: an argument that makes no sense.
    """

    def __init__(
        self,
        fault: AnyFault,
        owner: str,
        lift: Callable[["Placed"], None],
        *,
        direction: Direction = "out",
        connection: int | None = None,
        from_event: int = 0,
        times: int | None = None,
        required: bool = True,
    ) -> None:
        if direction not in get_args(Direction):
            raise MisuseError(f"direction={direction!r}: it is 'in', from the client, or 'out'")
        _check_ordinal("connection", connection, "connections are numbered from 1")
        _check_ordinal("times", times, "it strikes once or more; for always leave it out")
        _check_ordinal("from_event", from_event or None, "events are numbered from 1; 0 for all")
        self.fault = fault
        self.direction: Direction = direction
        self.connection = connection
        self.from_event = from_event
        self.times = times
        self.required = required
        #: each time that it struck, waitable
        self.hits: Record[Hit] = Record(limit=REMEMBERED)
        self._owner = owner
        self._lift = lift
        self._count = 0
        self._is_going = False  # it is being withdrawn
        self._is_retired = False
        #: opens when it is withdrawn
        self.gate = Gate()
        fault.check(self)

    def __repr__(self) -> str:
        return f"<{self.fault!r} {self._where}, struck {self.count} times>"

    @property
    def _where(self) -> str:
        which = "every connection" if self.connection is None else f"connection {self.connection}"
        since = f" from event {self.from_event} on" if self.from_event else ""
        return f"placed {self.direction!r} on {which} of {self._owner}{since}"

    @property
    def count(self) -> int:
        """How many stretches it has struck."""
        return self._count

    @property
    def is_spent(self) -> bool:
        """Whether it strikes no more."""
        return self._is_retired or (self.times is not None and self._count >= self.times)

    @property
    def unused(self) -> str:
        """Say that it never struck, as the text of a finding; empty where that is no news."""
        if self._count or not self.required:
            return ""
        event = f" event {self.from_event} never happened," if self.from_event else ""
        return (
            f"{self.fault!r} {self._where} never struck: no such connection came,{event} or its"
            " place is beyond all that was said; if it need not strike, write:"
            " mock.fault(..., required=False)"
        )

    def withdraw(self) -> None:
        """Take it off the wires: what it holds up goes on, what comes then passes.

        Doing so again does nothing.
        """
        if not self._is_going:
            self._is_going = True
            self._lift(self)
            self.gate.open()

    def wait_until_struck(self, count: int = 1, *, timeout: float = PATIENCE) -> list[Hit]:
        """Return the first hits, as soon as there are so many; see `Record.wait_for_count`."""
        return self.hits.wait_for_count(count, timeout=timeout)

    async def wait_until_struck_async(
        self, count: int = 1, *, timeout: float = PATIENCE
    ) -> list[Hit]:
        """`wait_until_struck` for coroutines."""
        return await self.hits.wait_for_count_async(count, timeout=timeout)

    def concerns(self, connection: int) -> bool:
        """Whether it is for that connection, and may still strike."""
        return not self.is_spent and self.connection in (None, connection)

    def check_beside(self, others: Iterable["Placed"]) -> None:
        """Check that it can stand behind those that are placed already.

        Raises:
            MisuseError: it clashes with one that strikes the same connections; see `AnyFault`.
        """
        for other in others:
            is_same_way = (self.direction, self.from_event) == (other.direction, other.from_event)
            meets = None in (self.connection, other.connection) or (
                self.connection == other.connection
            )
            if is_same_way and meets and not other.is_spent:
                everywhere = other.times is None and other.connection in (None, self.connection)
                if text := self.fault.clash(other.fault, everywhere=everywhere):
                    raise MisuseError(text)

    def retire(self) -> None:
        """Strike no more; for the wire, in the loop thread."""
        self._is_retired = True

    def claim(self) -> bool:
        """Take one of its times, if one is left; for the wire, in the loop thread."""
        if self.is_spent:
            return False
        self._count += 1
        return True

    def struck(self, connection: int, text: str) -> None:
        """Take note of what it did; for the wire."""
        self.hits.append(Hit(connection, text), len(text))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.withdraw()


def _check_ordinal(name: str, value: int | None, why: str) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise MisuseError(f"{name}={value!r}: {why}")


def refuse_unless(fault: Any, kinds: Collection[type], owner: str, example: str) -> None:
    """Check that a fault is of a kind that a mock can have.

    Raises:
        MisuseError: it is not.
    """
    if isinstance(fault, AnswerFault):
        raise MisuseError(
            f"{fault!r} is a fault of one answer, not of {owner}'s wires: write"
            f" .reply(..., fault={fault!r})"
        )
    if not isinstance(fault, tuple(kinds)):
        raise MisuseError(f"{owner} takes no {fault!r}: give a fault, such as {example}")
