"""Redirects: endpoints that send the client elsewhere (RFC 9110 §15.4)."""

import re
from urllib.parse import quote

from netmocks.http.httpbin import parameters, urls
from netmocks.http.httpbin.answers import Refusal, empty, redirect
from netmocks.http.request import Request
from netmocks.http.response import Response

#: What may stand in a URL as it is, percent signs among it (RFC 3986 §2).
SAFE = "!#$%&'()*+,/:;=?@[]~"

#: The host in a URL that has one.
HOST = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#@:]+)")


def steps(request: Request) -> Response:
    """Redirect as often as asked for, by relative or absolute URLs, in the end to /get."""
    is_absolute = request.query.get("absolute", "false").lower() == "true"
    return redirect(_next(request, "absolute" if is_absolute else "relative"))


def relative_steps(request: Request) -> Response:
    """Redirect as often as asked for, by paths."""
    return _bare(302, _next(request, "relative"))


def absolute_steps(request: Request) -> Response:
    """Redirect as often as asked for, by whole URLs."""
    return redirect(_next(request, "absolute"))


def _next(request: Request, kind: str) -> str:
    left = request.params["count"] - 1
    if left < 0:
        raise Refusal("there are no 0 redirects; the least is 1")
    path = f"/{kind}-redirect/{left}" if left else "/get"
    return urls.root(request, request.scheme) + path if kind == "absolute" else path


def redirect_to(request: Request) -> Response:
    """Redirect to `url`, with `status_code` if that is a redirect's."""
    status = parameters.whole(request, "status_code", 302)
    location = parameters.text(request, "url")
    if location is None:
        raise Refusal("url is missing: where to redirect to, such as /redirect-to?url=/get")
    return _bare(status if 300 <= status < 400 else 302, _as_uri(location))


def _as_uri(location: str) -> str:
    """Encode what a URL may not have: a host that is not ASCII by IDNA, the rest by percent signs.

    Raises:
        Refusal: its host can't be encoded.
    """
    named = HOST.match(location)
    if named and not named[1].isascii():
        try:
            host = named[1].encode("idna").decode("ascii")
        except UnicodeError as error:
            raise Refusal(f"url={location!r} has no host that IDNA can encode: {error}") from None
        location = location[: named.start(1)] + host + location[named.end(1) :]
    return quote(location, safe=SAFE)


def _bare(status: int, location: str) -> Response:
    return empty(status, headers=[("Location", location)])
