"""Redirects: endpoints that send the client elsewhere (RFC 9110 §15.4)."""

from netmocks.http.httpbin import parameters, urls
from netmocks.http.httpbin.answers import HTML, Refusal, redirect
from netmocks.http.request import Request
from netmocks.http.response import Response


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
    return _bare(status if 300 <= status < 400 else 302, location)


def _bare(status: int, location: str) -> Response:
    return Response(status=status, redirect=location, headers=[HTML])
