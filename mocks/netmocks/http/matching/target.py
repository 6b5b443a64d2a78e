"""Target: the method, and where a request is for."""

import re
from collections.abc import Callable, Collection

from netmocks.errors import MisuseError
from netmocks.http.matching.condition import Condition
from netmocks.http.matching.value import Expected, check, fits, shown
from netmocks.http.request import Request

#: What a method is made of (RFC 9110 §5.6.2, upper-case letters by convention).
METHOD = re.compile(r"[A-Z][A-Z0-9_-]*")

#: A host with its port (RFC 3986 §3.2); an IPv6 address stands in brackets.
HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d*)?")


def method(expected: str | Collection[str]) -> Condition:
    """The method is this one, or one of these."""
    names = (expected,) if isinstance(expected, str) else expected
    if isinstance(expected, str) and expected.startswith("/"):
        raise MisuseError(f"on({expected!r}): the method comes first: on('GET', {expected!r})")
    if not names or not isinstance(names, Collection) or not all(map(_is_method, names)):
        raise MisuseError(
            f"method {expected!r}: write it in capitals, such as 'GET'; several as"
            " ('GET', 'HEAD'); '*' for any"
        )
    if isinstance(expected, str):  # the commonest condition: one comparison, no set
        return Condition("method", expected, lambda r: r.method == expected, lambda r: r.method)
    several = frozenset(names)
    return Condition(
        "method", " or ".join(names), lambda r: r.method in several, lambda r: r.method
    )


def _is_method(name: object) -> bool:
    return isinstance(name, str) and METHOD.fullmatch(name) is not None


def host(expected: Expected) -> Condition:
    """The host that the client meant: of an absolute target, else of Host; whatever SNI said.

    It is compared in lower case, and without its port unless the text has one.
    """
    check("host", expected)
    if expected is None or (isinstance(expected, str) and (not expected or "/" in expected)):
        raise MisuseError(
            f"host={expected!r}: write a name, such as 'api.example.com', with its port or without"
        )
    part: Callable[[Request], str] = _host_name
    if isinstance(expected, str):
        expected = expected.lower()
        if _without_port(expected) != expected:
            part = _host_and_port
    return Condition("host", shown(expected), lambda r: fits(expected, part(r)), part)


def _host_and_port(request: Request) -> str:
    return request.host.lower()


def _host_name(request: Request) -> str:
    return _without_port(request.host.lower())


def _without_port(authority: str) -> str:
    found = HOST.fullmatch(authority)
    return found[1] if found else authority


def scheme(expected: str) -> Condition:
    """The request came over TLS ("https"), or did not ("http")."""
    if expected not in ("http", "https"):
        raise MisuseError(f"scheme={expected!r}: it is 'http' or 'https'")
    return Condition("scheme", expected, lambda r: r.scheme == expected, lambda r: r.scheme)
