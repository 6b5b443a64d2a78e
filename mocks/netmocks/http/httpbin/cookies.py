"""Cookies: endpoints that set, show and delete them (RFC 6265)."""

from collections.abc import Iterable

from netmocks.http.httpbin import mirror
from netmocks.http.httpbin.answers import as_json, redirect
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.http.set_cookie import Cookie

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

DELETED = Cookie("", expires=0, max_age=0, path="/")


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
    return redirect("/cookies", headers=[DELETED.field(name) for name in request.query])


def field(name: str, value: str, *, secure: bool = False) -> tuple[str, str]:
    """Return the field that sets a cookie for all paths, for TLS alone if it is secure."""
    return Cookie(value, secure=secure, path="/").field(name)
