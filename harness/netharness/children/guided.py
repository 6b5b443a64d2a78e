"""Guided: children that are kept inside by the start-up module of each Python among them."""

from collections.abc import Callable, Mapping
from typing import Any

from netharness.bequest import bequest, leading
from netharness.children import deaf
from netharness.children.child import Child
from netharness.children.inheritance import inheritance
from netmocks.errors import MisuseError

#: What a test can do where only a seal would help.
ADVICE = (
    "Without a seal, nothing keeps it inside. Let the test skip where there is none:\n"
    "    @pytest.mark.internet(sealed=True)\n"
    "or, if it needs no network, let it be:\n"
    "    @pytest.mark.internet(tolerate=['outside'])"
)


class Guided:
    """The home of children without a seal; see `netharness.children.family.Home`.

    Arguments:
        report: keeps a finding about a child that is not inside.
    """

    def __init__(self, report: Callable[[str], object]) -> None:
        self._report = report
        #: the children that said they were led
        self._led: set[int] = set()

    def helper(self) -> tuple[str, tuple[int, ...]]:
        """Return the code that runs the nursery, and the descriptors that it needs."""
        code = "from netharness.children.nursery import main"
        return f"{code}; main(calls, events, {inheritance.folders!r})", ()

    def settle(self) -> None:
        """Do nothing: the channel is open."""

    def environment(
        self, child: Child, given: Mapping[str, str | None]
    ) -> Mapping[str, str | None]:
        """Return the variables that a child gets; those of the bequest are everybody's."""
        led = {**bequest.variables, "NETHARNESS_CHILD": str(child.number), **given}
        return {**led, "PYTHONPATH": leading(led["PYTHONPATH"] or "")}

    def began(self, child: Child) -> None:
        """Refuse a child that can't be led.

        Raises:
            MisuseError: it is a Python that will not hear of the internet.
        """
        if text := deaf.reason(child.args):
            raise MisuseError(f"{text}: leave that out\n{ADVICE}")

    def greeted(self, number: int) -> None:
        """Take note that a Python of a child is led."""
        self._led.add(number)

    def ended(self, child: Child) -> None:
        """Tell of a child that never said that it was led."""
        if child.number not in self._led:
            self._report(
                f"{' '.join(child.args)} (child {child.number}) was no Python that could be"
                f" led. {ADVICE}"
            )

    def told(self, event: tuple[Any, ...]) -> None:
        """Take no events: there is nobody to tell any."""

    def close(self) -> None:
        """Give nothing back: the channel is the internet's."""
