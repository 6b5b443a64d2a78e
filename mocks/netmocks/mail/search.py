"""Search: what a test looks for among messages."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from netmocks.errors import MisuseError
from netmocks.mail.condition import Condition, Expected, checked, fits, shown
from netmocks.record import Sought, anything

MessageT = TypeVar("MessageT")

#: By its name, what a search can look at: the texts of a message of which one has to fit.
Looks = Mapping[str, Callable[[Any], Iterable[str]]]


def search(
    where: Callable[[MessageT], object], looks: Looks, **given: Expected | None
) -> Sought[MessageT]:
    """Return the predicate of a search.

    Arguments:
        where: a function of the message.
        looks: what it can look at.
        given: what it does look at, and what is expected there; None where that does not matter.

    Raises:
        MisuseError: it expects what no text could be.
    """
    if not callable(where):
        named = f"{next(iter(looks))}={where!r}"
        raise MisuseError(f"where={where!r}: a function of the message; by a field, write {named}")
    conditions = [
        _condition(name, checked(name, expected), looks[name])
        for name, expected in given.items()
        if expected is not None
    ]
    if where is not anything:
        conditions.append(Condition("where=…", where))
    return Sought(
        lambda message: all(condition.holds(message) for condition in conditions),
        ", ".join(condition.spelling for condition in conditions),
    )


def _condition(name: str, expected: Expected, look: Callable[[Any], Iterable[str]]) -> Condition:
    return Condition(
        f"{name}={shown(expected)}",
        lambda message: any(fits(expected, text) for text in look(message)),
    )
