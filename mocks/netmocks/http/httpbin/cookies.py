"""Cookies: endpoints that set, show and delete them; and how they are written (RFC 6265)."""

import re
from collections.abc import Iterable

from netmocks.http.httpbin import mirror
from netmocks.http.httpbin.answers import as_json, redirect
from netmocks.http.request import Request
from netmocks.http.response import Response

#: Cookies that pages of httpbin set; shown where the query has `show_env`.
PAGE_COOKIES = frozenset(
    {
        "__utma",
        "__utmz",
        "_gauges_unique",
        "_gauges_unique_day",
        "_gauges_unique_hour",
        "_gauges_unique_month",
        "_gauges_unique_year",
    }
)

#: A value that is sent as it is; others in quotes.
PLAIN = re.compile(r"[A-Za-z0-9!#$%&'()*+\-./:<=>?@\[\]^_`{|}~]*")

#: What has to be written otherwise within quotes.
SPECIAL = re.compile(r"[^ -~]|[\",;\\]")

DELETED = "; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"


def show(request: Request) -> Response:
    """Answer with the cookies that were sent."""
    sent: dict[str, str] = dict(request.cookies)
    if not mirror.shows_all(request):
        sent = {name: value for name, value in sent.items() if name not in PAGE_COOKIES}
    return as_json({"cookies": sent})


def set_one(request: Request) -> Response:
    """Set the cookie of the path."""
    return _set(request, [(request.params["name"], request.params["value"])])


def set_many(request: Request) -> Response:
    """Set the cookies of the query; the first value of each name."""
    return _set(request, request.query.items())


def _set(request: Request, cookies: Iterable[tuple[str, str]]) -> Response:
    secure = request.scheme == "https"
    return redirect("/cookies", headers=[field(*cookie, secure=secure) for cookie in cookies])


def delete(request: Request) -> Response:
    """Delete the cookies that the query names."""
    fields = [("Set-Cookie", f"{as_octets(name)}={DELETED}") for name in request.query]
    return redirect("/cookies", headers=fields)


def field(name: str, value: str, *, secure: bool = False) -> tuple[str, str]:
    """Return the field that sets a cookie for all paths, for TLS alone if it is secure."""
    attributes = "; Secure; Path=/" if secure else "; Path=/"
    return "Set-Cookie", f"{as_octets(name)}={_quoted(as_octets(value))}{attributes}"


def _quoted(value: str) -> str:
    if PLAIN.fullmatch(value):
        return value
    return SPECIAL.sub(lambda found: _escape(found[0]), value).join('""')


def _escape(character: str) -> str:
    return f"\\{character}" if character in '"\\' else f"\\{ord(character):03o}"


def as_octets(text: str) -> str:
    """Return the octets of a text in UTF-8, each as one character, as fields have them."""
    return text.encode("utf-8").decode("latin-1")
