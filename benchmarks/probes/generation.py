"""Generation: URLs a second that Hypothesis makes, and requests a second that a law makes of them.

    python -m probes.generation ROUNDS

Prints rates by contender, as JSON. The contenders take turns. A law's request has a rule of its
own at one running mock; the peer is the same client without Hypothesis and with one rule.
"""

import http.client
import json
import sys
import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.provisional import urls as provisional_urls
from hypothesis.strategies import SearchStrategy
from rounds import turns

from netharness.strategies import paths, urls
from netmocks.http import HTTPMock

#: Examples in one round.
EXAMPLES = 500


def each(strategy: SearchStrategy[str], use: Callable[[str], None]) -> float:
    """Use examples of a strategy; return how many a second."""

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def examples(made: str) -> None:
        nonlocal count
        count += 1
        use(made)

    count = 0
    began = time.perf_counter()
    examples()
    return count / (time.perf_counter() - began)


def measure(rounds: int) -> dict[str, list[float]]:
    """Return the rates of each round."""
    with HTTPMock() as web:
        connection = http.client.HTTPConnection(web.host, web.port)

        def send(target: str) -> None:
            connection.request("GET", target)
            connection.getresponse().read()

        def send_by_rule(target: str) -> None:
            with web.on("GET") as rule:
                send(target)
            assert rule.calls[0].target == target

        def plain() -> float:
            with web.on("GET"):
                began = time.perf_counter()
                for _ in range(EXAMPLES):
                    send("/")
                return EXAMPLES / (time.perf_counter() - began)

        contenders: dict[str, Callable[[], float]] = {
            "urls": lambda: each(urls(), lambda _: None),
            "provisional": lambda: each(provisional_urls(), lambda _: None),
            "law": lambda: each(paths(min_size=1), send_by_rule),
            "plain": plain,
        }
        rates: dict[str, list[float]] = {name: [] for name in contenders}
        for name, run in turns([*contenders.items()], rounds):
            rates[name].append(run())
        connection.close()
    return rates


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1])), sys.stdout)
