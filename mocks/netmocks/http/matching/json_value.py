"""JSON values: what is equal, what is contained, and where two of them differ."""

import inspect
import json
import re
from collections.abc import Iterator
from functools import partial
from itertools import zip_longest
from typing import Any, NamedTuple

from netmocks.errors import MisuseError
from netmocks.http.matching.value import shown

_NOTHING: Any = object()


class Containing:
    """A JSON value that may hold more than this: `json=Containing({"user": {"name": "Sam"}})`.

    An object contains another with fewer names, an array another with fewer items, in the same
    order; so do those inside of them. It may itself stand inside a value that is to be equal.
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return is_equal(self, other)

    __hash__ = None  # type: ignore[assignment]  # equal to values that have no hash either

    def __repr__(self) -> str:
        return f"Containing({self.value!r})"


class Difference(NamedTuple):
    """A place where two values differ."""

    #: how Python would reach it: "json.user.name", "json[0]"
    place: str
    expected: str
    received: str


def check(value: Any) -> None:
    """Refuse what no JSON can equal.

    Raises:
        MisuseError: with the value that it is.
    """
    try:
        _check(value)
    except (TypeError, RecursionError) as error:
        raise MisuseError(f"json={value!r}: no JSON equals it: {error}") from None


def _check(value: Any) -> None:
    if isinstance(value, Containing):
        _check(value.value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise TypeError(f"the name {name!r} is no text")
            _check(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check(inner)
    elif not (value is None or _is_function(value) or _is_comparable(value)):
        raise TypeError(f"{value!r} is of type {type(value).__name__}")


def _is_comparable(value: object) -> bool:
    """Whether it has an equality of its own, so that it may be meant to match."""
    if isinstance(value, (bytes, bytearray, set, frozenset)):
        return False
    return type(value).__eq__ is not object.__eq__


def text(value: Any) -> str:
    """Return a value as JSON, with the names of what is none."""
    value = value.value if isinstance(value, Containing) else value
    try:
        return json.dumps(value, ensure_ascii=False, default=_name)
    except RecursionError:  # writing may take more of the stack than reading took
        return "(nested too deeply to be shown)"


def _name(value: object) -> Any:
    return value.value if isinstance(value, Containing) else shown(value)


def is_equal(expected: Any, actual: Any) -> bool:
    """Whether a value is as expected; see `differences`."""
    return next(differences(expected, actual), None) is None


def differences(
    expected: Any, actual: Any, place: str = "json", *, contained: bool = False
) -> Iterator[Difference]:
    """Return where a value is not as expected.

    Arguments:
        expected: JSON, in which may stand patterns (of text), functions, `Containing`, and what
            compares by itself, as mock.ANY does.
        actual: JSON as it was parsed.
        place: how to call what is compared.
        contained: whether the actual value may hold more.
    """
    if isinstance(expected, Containing):
        yield from differences(expected.value, actual, place, contained=True)
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            inner = f"{place}.{name}" if name.isidentifier() else f"{place}[{name!r}]"
            yield from differences(value, actual.get(name, _NOTHING), inner, contained=contained)
        for name in () if contained else actual.keys() - expected.keys():
            yield Difference(f"{place}.{name}", "(absent)", text(actual[name]))
    elif isinstance(expected, (list, tuple)) and isinstance(actual, list):
        yield from _of_arrays(list(expected), actual, place, contained=contained)
    elif actual is _NOTHING or expected is _NOTHING or not _is_same(expected, actual):
        yield Difference(place, _shown(expected), _shown(actual))


def _of_arrays(
    expected: list[Any], actual: list[Any], place: str, *, contained: bool
) -> Iterator[Difference]:
    if not contained:
        pairs = zip_longest(expected, actual, fillvalue=_NOTHING)
        for index, (one, other) in enumerate(pairs):
            yield from differences(one, other, f"{place}[{index}]")
        return
    rest = iter(actual)
    for item in expected:
        if not any(is_equal(Containing(item), other) for other in rest):
            yield Difference(place, f"… {text(item)} …", text(actual))
            return


def _is_same(expected: Any, actual: Any) -> bool:
    if isinstance(expected, re.Pattern):
        return isinstance(actual, str) and expected.search(actual) is not None
    if _is_function(expected):
        try:
            return bool(expected(actual))
        except TypeError:  # it is for values of another type than the client sent
            return False
    if isinstance(expected, (bool, int, float)) and isinstance(expected, bool) != isinstance(
        actual, bool
    ):
        return False  # Python takes true for 1, JSON does not
    return bool(expected == actual)


def _is_function(value: object) -> bool:
    # Not all that can be called: a matcher with an equality of its own may be a class, too.
    return inspect.isroutine(value) or isinstance(value, partial)


def _shown(value: Any) -> str:
    if value is _NOTHING:
        return "(absent)"
    return shown(value) if isinstance(value, re.Pattern) or _is_function(value) else text(value)
