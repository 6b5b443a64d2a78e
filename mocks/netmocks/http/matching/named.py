"""Named values: query, header fields, cookies, form fields and files."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from netmocks.errors import MisuseError, PeerError
from netmocks.http.matching.condition import Condition
from netmocks.http.matching.value import Expected, check, fits, shown
from netmocks.http.multipart import Part
from netmocks.http.pairs import MultiMapping, Pairs
from netmocks.http.request import Request

#: What the values of a name can be compared with: the first one with this, or all of them with a
#: list of these (without None).
Values = Expected | list[Any]

#: What a file of a form can be compared with: its name, its content (bytes, or a pattern of
#: bytes), a function of the part, or None for absent.
FileExpected = str | bytes | re.Pattern[str] | re.Pattern[bytes] | Callable[[Part], object] | None

V = TypeVar("V")


def query(expected: str | Mapping[str, Values] | Iterable[tuple[str, str]]) -> list[Condition]:
    """The query has these names (a mapping), or is exactly this (text, or pairs in order)."""
    if isinstance(expected, str):
        text = expected
        if text.startswith("?"):
            raise MisuseError(f"query={text!r}: write it without its question mark: {text[1:]!r}")
        return [
            Condition(
                "query",
                text or "(none)",
                lambda r: r.query_string == text,
                lambda r: r.query_string,
            )
        ]
    if isinstance(expected, Mapping):
        return [_named("query", name, value, lambda r: r.query) for name, value in expected.items()]
    return [_exact("query", expected, lambda r: r.query, " or the text after the question mark")]


def headers(expected: Mapping[str, Values]) -> list[Condition]:
    """These fields are there with these values; others may be, too."""
    _check_mapping("headers", expected, "{'Accept': 'text/html'}")
    return [_named("header", name, value, lambda r: r.headers) for name, value in expected.items()]


def cookies(expected: Mapping[str, Values]) -> list[Condition]:
    """These cookies are there with these values; others may be, too."""
    _check_mapping("cookies", expected, "{'session': 'abc'}")
    return [_named("cookie", name, value, lambda r: r.cookies) for name, value in expected.items()]


def form(expected: Mapping[str, Values] | Iterable[tuple[str, str]]) -> list[Condition]:
    """The form has these fields (a mapping), or exactly these (pairs in order); see `files`."""
    if isinstance(expected, Mapping):
        named = [_named("form", name, value, lambda r: r.form) for name, value in expected.items()]
        return [_readable(condition) for condition in named]
    return [_readable(_exact("form", expected, lambda r: r.form, ""))]


def files(expected: Mapping[str, FileExpected | list[Any]]) -> list[Condition]:
    """The form, of multipart/form-data, has these files; others may be there, too."""
    _check_mapping("files", expected, "{'picture': 'cat.png'}")
    return [_readable(_file(name, value)) for name, value in expected.items()]


def _check_mapping(kind: str, expected: object, example: str) -> None:
    if not isinstance(expected, Mapping):
        raise MisuseError(f"{kind}={expected!r}: map names to values: {example}")


def _readable(condition: Condition) -> Condition:
    """Let a condition not hold where the client's content can't be read, and say why."""

    def holds(request: Request) -> bool:
        try:
            return condition.holds(request)
        except PeerError:
            return False

    def actual(request: Request) -> str:
        try:
            return condition.actual(request)
        except PeerError as error:
            return str(error)

    return Condition(condition.subject, condition.expected, holds, actual)


def _exact(
    kind: str, expected: object, read: Callable[[Request], Pairs], or_else: str
) -> Condition:
    pairs = tuple(expected) if isinstance(expected, Iterable) else (None,)
    if isinstance(expected, str) or not all(_is_pair(pair) for pair in pairs):
        raise MisuseError(
            f"{kind}={expected!r}: write a mapping {{'q': 'text'}}, pairs [('q', 'text')]{or_else}"
        )
    return Condition(
        kind,
        repr(list(pairs)),
        lambda request: read(request).raw == pairs,
        lambda request: repr(list(read(request).raw)),
    )


def _is_pair(pair: object) -> bool:
    return isinstance(pair, tuple) and [type(part) for part in pair] == [str, str]


def _named(kind: str, name: str, value: Any, read: Callable[[Request], Pairs]) -> Condition:
    subject = f"{kind} {name}"
    for one in value if isinstance(value, list) else [value]:
        check(subject, one)
    return _of_name(subject, name, value, read, fits, shown)


def _file(name: str, value: Any) -> Condition:
    subject = f"file {name}"
    for one in value if isinstance(value, list) else [value]:
        if not (one is None or isinstance(one, (str, bytes, re.Pattern)) or callable(one)):
            raise MisuseError(
                f"{subject}={one!r}: compare its name with text or a pattern, its content with"
                " bytes, or the part with a function; None for absent"
            )
    return _of_name(subject, name, value, lambda r: r.files, _file_fits, _file_shown)


def _of_name(
    subject: str,
    name: str,
    value: Any,
    read: Callable[[Request], MultiMapping[V]],
    fit: Callable[[Any, V | None], bool],
    show: Callable[[Any], str],
) -> Condition:
    if not isinstance(value, list):
        return Condition(
            subject,
            show(value),
            lambda request: fit(value, read(request).get(name)),
            lambda request: show(read(request).get(name)),
        )
    if None in value:
        raise MisuseError(f"{subject}={value!r}: None is for absent, and stands alone")

    def all_fit(request: Request) -> bool:
        there = read(request).all(name)
        return len(there) == len(value) and all(map(fit, value, there))

    return Condition(
        subject,
        _listed(value, show),
        all_fit,
        lambda request: _listed(read(request).all(name), show),
    )


def _listed(values: list[Any], show: Callable[[Any], str]) -> str:
    shown_ones = (repr(one) if isinstance(one, str) else show(one) for one in values)
    return f"[{', '.join(shown_ones)}]"


def _file_fits(expected: Any, part: Part | None) -> bool:
    if expected is None or part is None:
        return expected is part
    if isinstance(expected, str):
        return part.filename == expected
    if isinstance(expected, bytes):
        return part.content == expected
    if isinstance(expected, re.Pattern):
        whole = part.content if isinstance(expected.pattern, bytes) else part.filename or ""
        return expected.search(whole) is not None
    return bool(expected(part))


def _file_shown(value: Any) -> str:
    return f"{value.filename}: {value.content!r}" if isinstance(value, Part) else shown(value)
