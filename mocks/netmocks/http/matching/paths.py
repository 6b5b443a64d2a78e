"""Path: text, a template, or a pattern."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

from netmocks.errors import MisuseError
from netmocks.http.matching.condition import Condition
from netmocks.http.request import Request

#: The path of a rule that takes any.
ANYWHERE = re.compile(".*", re.DOTALL)

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
    if "://" in expected and not expected.startswith("/"):
        authority, _, rest = expected.partition("://")[2].partition("/")
        raise MisuseError(
            f"path {expected!r} is a URL: write {'/' + rest!r}, host={authority!r}; a mock of one"
            " host needs no host="
        )
    if not expected.startswith("/") and expected != "*":
        raise MisuseError(f"path {expected!r}: a path begins with a slash: {'/' + expected!r}")
    if "?" in expected:
        before, _, query = expected.partition("?")
        raise MisuseError(
            f"path {expected!r} has a query in it: write {before!r},"
            f" query={dict(parse_qsl(query))!r}"
        )
    if "#" in expected:
        raise MisuseError(
            f"path {expected!r} has a fragment in it, which no client sends: write"
            f" {expected.partition('#')[0]!r}; for a '#' of the path itself, a pattern,"
            f" re.compile({re.escape(expected)!r})"
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
    captured = {name: convert.get(name, str)(value) for name, value in found.groupdict("").items()}
    # A new mapping, never a changed one: who finds that a rule does not match puts back the old.
    request.params = request.params | captured if request.params else captured
    return True
