"""Matching: what a rule says about a request, one condition for each thing it says.

A condition knows what it expects and what a request has there, both as text, so that an
explanation can set them side by side.
"""

import json as json_codec
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from netmocks.errors import MisuseError
from netmocks.http.pairs import Pairs
from netmocks.http.request import Request

#: What one value can be compared with: the text itself, a pattern (searched), a predicate, or
#: None for "must be absent".
Expected = str | re.Pattern[str] | Callable[[str], object] | None

#: How `{name}` and `{name:converter}` read in a path: what they match, and what they become.
CONVERTERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "str": (r"[^/]+", str),
    "int": (r"\d{1,4300}", int),  # as many digits as Python converts
    "float": (r"\d+(?:\.\d+)?", float),
    "path": (r".+", str),
}


#: What stands before a placeholder of a path, its name, and its converter.
PLACEHOLDER = re.compile(r"([^{]*)(?:\{([^\W\d]\w*)(:(\w+))?\})?")

#: A percent-encoded octet (RFC 3986 §2.1).
ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


class Condition(NamedTuple):
    """One thing that a rule says."""

    #: what it is about: "method", "path", "query q", "header Accept", "body", …
    subject: str
    #: what the rule wants there
    expected: str
    #: whether a request has it
    holds: Callable[[Request], bool]
    #: what a request has there
    actual: Callable[[Request], str]


def method(name: str) -> Condition:
    """The method equals; any if "*"."""
    return Condition("method", name, lambda request: request.method == name, lambda r: r.method)


def path(expected: str | re.Pattern[str]) -> Condition:
    """The decoded path equals, fits a template (`/users/{id:int}`), or matches a pattern whole.

    Raises:
        MisuseError: a path without its slash, with a query in it or percent-encoded, or a bad
            template.
    """
    if isinstance(expected, re.Pattern) and isinstance(expected.pattern, str):
        return Condition(
            "path",
            f"/{expected.pattern}/",
            lambda request: _captures(expected.fullmatch(request.path), request, {}),
            lambda request: request.path,
        )
    if not isinstance(expected, str):
        raise MisuseError(f"path {expected!r}: write text or a pattern of text, such as '/users'")
    if not expected.startswith("/") and expected != "*":
        raise MisuseError(f"path {expected!r}: a path begins with a slash: {'/' + expected!r}")
    if "?" in expected:
        before, _, query = expected.partition("?")
        raise MisuseError(
            f"path {expected!r} has a query in it: write {before!r},"
            f" query={dict(parse_qsl(query))!r}"
        )
    if ENCODED.search(expected):
        raise MisuseError(
            f"path {expected!r} is percent-encoded; a rule has the decoded path:"
            f" {unquote(expected)!r}"
        )
    if "{" in expected:
        return _template(expected)
    return Condition("path", expected, lambda r: r.path == expected, lambda r: r.path)


def _template(template: str) -> Condition:
    convert: dict[str, Callable[[str], Any]] = {}
    pattern = ""
    for literal, name, _, converter in PLACEHOLDER.findall(template):
        pattern += re.escape(literal)
        if name:
            known = CONVERTERS.get(converter or "str")
            if known is None or name in convert:
                raise MisuseError(
                    f"path {template!r}: {{{name}:{converter}}} repeats a name or has no converter"
                    f" of {', '.join(CONVERTERS)}"
                )
            convert[name] = known[1]
            pattern += f"(?P<{name}>{known[0]})"
    if template.count("{") != len(convert):
        raise MisuseError(f"path {template!r}: write a placeholder as {{name}} or {{name:int}}")
    compiled = re.compile(pattern)
    return Condition(
        "path",
        template,
        lambda request: _captures(compiled.fullmatch(request.path), request, convert),
        lambda request: request.path,
    )


def _captures(
    found: re.Match[str] | None, request: Request, convert: dict[str, Callable[[str], Any]]
) -> bool:
    if found is None:
        return False
    request.params = {
        name: convert.get(name, str)(value) for name, value in found.groupdict("").items()
    }
    return True


def query(
    expected: str | Mapping[str, Expected | list[str]] | Iterable[tuple[str, str]],
) -> list[Condition]:
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
    pairs = tuple(expected) if isinstance(expected, Iterable) else ()
    if not all(_is_pair(pair) for pair in pairs) or not isinstance(expected, Iterable):
        raise MisuseError(
            f"query={expected!r}: write a mapping {{'q': 'text'}}, pairs [('q', 'text')], or the"
            " text after the question mark"
        )
    return [
        Condition(
            "query",
            repr(list(pairs)),
            lambda r: r.query.raw == pairs,
            lambda r: repr(list(r.query.raw)),
        )
    ]


def _is_pair(pair: object) -> bool:
    return isinstance(pair, tuple) and [type(part) for part in pair] == [str, str]


def headers(expected: Mapping[str, Expected]) -> list[Condition]:
    """These fields are there with these values; others may be, too."""
    if not isinstance(expected, Mapping):
        raise MisuseError(f"headers={expected!r}: map names to values: {{'Accept': 'text/html'}}")
    return [_named("header", name, value, lambda r: r.headers) for name, value in expected.items()]


def _named(
    kind: str, name: str, value: Expected | list[str], pairs: Callable[[Request], Pairs]
) -> Condition:
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return Condition(
            f"{kind} {name}",
            repr(value),
            lambda request: pairs(request).all(name) == value,
            lambda request: repr(pairs(request).all(name)),
        )
    if value is not None and not isinstance(value, (str, re.Pattern)) and not callable(value):
        raise MisuseError(
            f"{kind} {name}={value!r}: compare with text ({str(value)!r}), a pattern, a function,"
            " a list of texts, or None for absent"
        )
    return Condition(
        f"{kind} {name}",
        _shown(value),
        lambda request: _fits(value, pairs(request).get(name)),
        lambda request: _shown(pairs(request).get(name)),
    )


def body(expected: bytes | str | re.Pattern[Any] | Callable[[bytes], object]) -> Condition:
    """The body equals, matches somewhere, or satisfies a function."""
    if isinstance(expected, bytes):
        return Condition(
            "body", repr(expected), lambda r: r.body == expected, lambda r: repr(r.body)
        )
    if isinstance(expected, str):
        return Condition(
            "body", repr(expected), lambda r: r.text == expected, lambda r: repr(r.text)
        )
    if isinstance(expected, re.Pattern):
        pattern = expected
        is_text = isinstance(pattern.pattern, str)
        return Condition(
            "body",
            f"/{pattern.pattern!r}/",
            lambda r: pattern.search(r.text if is_text else r.body) is not None,
            lambda r: repr(r.text if is_text else r.body),
        )
    if callable(expected):
        function = expected
        return Condition(
            "body", _shown(function), lambda r: bool(function(r.body)), lambda r: repr(r.body)
        )
    raise MisuseError(
        f"body={expected!r}: compare with bytes, text, a pattern or a function; for JSON write"
        f" json={expected!r}"
    )


def json(expected: Any) -> Condition:
    """The body is JSON and equals; within it may stand what compares by itself, as mock.ANY does.

    Raises:
        MisuseError: it holds what no JSON can equal.
    """
    try:
        text = json_codec.dumps(expected, ensure_ascii=False, default=_comparable)
    except (TypeError, ValueError) as error:
        raise MisuseError(f"json={expected!r}: no JSON equals it: {error}") from None
    expected = _listed(expected)
    return Condition(
        "json", text, lambda r: _json_of(r) == expected, lambda r: r.text or "(no body)"
    )


def _comparable(value: object) -> str:
    """Show a value that json can't: one with an equality of its own may be meant to match."""
    if type(value).__eq__ is object.__eq__ or isinstance(value, (bytes, bytearray, set, frozenset)):
        raise TypeError(f"{value!r} is of type {type(value).__name__}")
    return repr(value)


def _listed(value: Any) -> Any:
    """Return a value with lists for its tuples, which JSON would make of them."""
    if isinstance(value, dict):
        return {name: _listed(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(inner) for inner in value]
    return value


def _json_of(request: Request) -> Any:
    try:
        return json_codec.loads(request.body)
    except (ValueError, RecursionError):
        return _NO_JSON


_NO_JSON = object()


def where(predicate: Callable[[Request], object]) -> Condition:
    """The test's own function of the whole request is true."""
    if not callable(predicate):
        raise MisuseError(f"where={predicate!r}: give a function of a Request")
    return Condition(
        "where", _shown(predicate), lambda request: bool(predicate(request)), lambda _: "false"
    )


def _fits(expected: Expected, actual: str | None) -> bool:
    if expected is None or actual is None:
        return expected is actual
    if isinstance(expected, str):
        return actual == expected
    if isinstance(expected, re.Pattern):
        return expected.search(actual) is not None
    return bool(expected(actual))


def _shown(expected: object) -> str:
    if expected is None:
        return "(absent)"
    if isinstance(expected, re.Pattern):
        return f"/{expected.pattern}/"
    return getattr(expected, "__name__", None) or str(expected)
