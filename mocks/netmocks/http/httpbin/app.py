"""App: from a request to httpbin's answer."""

import re
from collections.abc import Awaitable
from urllib.parse import quote

from netmocks.errors import MisuseError
from netmocks.http.httpbin import routes, urls
from netmocks.http.httpbin.answers import Refusal, empty, page, redirect
from netmocks.http.request import Request
from netmocks.http.response import Response

SLASHES = re.compile("//+")

#: What a path has as it is; the rest of it is encoded.
SAFE = "!$&'()*+,/:;=@~"

#: The fields, in lower case, that every answer has.
CORS = frozenset({"access-control-allow-origin", "access-control-allow-credentials"})

#: What a browser may do, wherever its page came from (Fetch, §3.3).
PREFLIGHT = [
    ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, PATCH, OPTIONS"),
    ("Access-Control-Max-Age", "3600"),
]


def answer(request: Request) -> Response | Awaitable[Response]:
    """Return httpbin's answer, at once unless it is meant to take its time."""
    try:
        made = _routed(request)
    except (Refusal, MisuseError) as error:
        made = _refused(error)
    return _open_to_all(request, made) if isinstance(made, Response) else _later(request, made)


async def _later(request: Request, made: Awaitable[Response]) -> Response:
    try:
        response = await made
    except (Refusal, MisuseError) as error:
        response = _refused(error)
    return _open_to_all(request, response)


def _routed(request: Request) -> Response | Awaitable[Response]:
    if "//" in request.path:
        return _merged(request)
    route = routes.find(request)
    if route is None:
        return page(404, f"Nothing is at {request.path}; the list of all there is is at /")
    if request.method == "OPTIONS":
        return empty(headers=[("Allow", route.allowed)])
    if request.method not in route.methods:
        text = f"{route.path} takes no {request.method}; it takes {route.allowed}"
        return page(405, text, headers=[("Allow", route.allowed)])
    return route.endpoint(request)


def _merged(request: Request) -> Response:
    """Redirect to the path that has one slash where this has several."""
    path = quote(SLASHES.sub("/", request.path), safe=SAFE)
    query = f"?{request.query_string}" if request.query_string else ""
    return redirect(urls.root(request, request.scheme) + path + query, status=308)


def _refused(error: Refusal | MisuseError) -> Response:
    """Tell the client what it asked for that makes no sense, or can't be sent."""
    return Response(f"{error}\n", status=400)


def _open_to_all(request: Request, response: Response) -> Response:
    """Add what lets pages from anywhere read an answer (CORS)."""
    (origin,) = request.headers.all("Origin")[:1] or ("*",)
    fields = [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
    if request.method == "OPTIONS":
        asked = request.headers.all("Access-Control-Request-Headers")
        fields += PREFLIGHT
        fields += [("Access-Control-Allow-Headers", names) for names in asked]
    if not response.names.isdisjoint(CORS):  # what /response-headers was asked for stands
        fields = [field for field in fields if field[0].lower() not in response.names]
    response.fields += fields
    return response
