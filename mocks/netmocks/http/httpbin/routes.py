"""Routes: which endpoint answers which path."""

from collections.abc import Awaitable, Callable

from netmocks.http import matching
from netmocks.http.httpbin import (
    auth,
    bodies,
    caching,
    compression,
    cookies,
    digest,
    documents,
    echo,
    fields,
    images,
    pace,
    redirects,
    statuses,
)
from netmocks.http.request import Request
from netmocks.http.response import Response

Endpoint = Callable[[Request], Response | Awaitable[Response]]

#: The methods of endpoints that take nearly all of them.
MOST = ("GET", "POST", "PUT", "DELETE", "PATCH", "TRACE")


class Route:
    """A path, see `HTTPMock.on`, with the endpoint that answers it; GET brings HEAD with it."""

    def __init__(self, path: str, endpoint: Endpoint, *methods: str) -> None:
        self.path = path
        self.endpoint = endpoint
        methods = methods or ("GET",)
        self.methods = (*methods, *(("HEAD",) if "GET" in methods else ()), "OPTIONS")
        #: its methods as the field Allow has them
        self.allowed = ", ".join(self.methods)
        #: whether a request is for this path, whose parts are in `Request.params` then
        self.fits = matching.path(path).holds


INDEX = """<!doctype html>
<html lang=en>
<title>httpbin</title>
<h1>httpbin</h1>
<p>What can be asked for here:
<ul>
{rows}
</ul>
"""


def index(request: Request) -> Response:
    """Answer with a page that lists all endpoints."""
    rows = (f"<li>{route.allowed} <b>{route.path}</b>" for route in ROUTES)
    return Response(html=INDEX.format(rows="\n".join(rows)))


ROUTES = (
    Route("/", index),
    Route("/get", echo.get),
    Route("/post", echo.post, "POST"),
    Route("/put", echo.post, "PUT"),
    Route("/patch", echo.post, "PATCH"),
    Route("/delete", echo.post, "DELETE"),
    Route("/anything", echo.anything, *MOST),
    Route("/anything/{more:path}", echo.anything, *MOST),
    Route("/headers", echo.headers),
    Route("/ip", echo.ip),
    Route("/user-agent", echo.user_agent),
    Route("/uuid", echo.uuid),
    Route("/base64/{value}", echo.base64_text),
    Route("/stream/{count:int}", echo.stream),
    Route("/status/{codes}", statuses.status, *MOST),
    Route("/redirect/{count:int}", redirects.steps),
    Route("/relative-redirect/{count:int}", redirects.relative_steps),
    Route("/absolute-redirect/{count:int}", redirects.absolute_steps),
    Route("/redirect-to", redirects.redirect_to, *MOST),
    Route("/cookies", cookies.show),
    Route("/cookies/set", cookies.set_many),
    Route("/cookies/set/{name}/{value}", cookies.set_one),
    Route("/cookies/delete", cookies.delete),
    Route("/basic-auth/{user}/{password}", auth.basic),
    Route("/hidden-basic-auth/{user}/{password}", auth.hidden_basic),
    Route("/bearer", auth.bearer),
    Route("/digest-auth/{qop}/{user}/{password}", digest.digest),
    Route("/digest-auth/{qop}/{user}/{password}/{algorithm}", digest.digest),
    Route("/digest-auth/{qop}/{user}/{password}/{algorithm}/{stale_after}", digest.digest),
    Route("/bytes/{count:int}", bodies.some),
    Route("/stream-bytes/{count:int}", bodies.streamed),
    Route("/range/{count:int}", bodies.part),
    Route("/links/{count:int}", bodies.links),
    Route("/links/{count:int}/{offset:int}", bodies.link_page),
    Route("/delay/{delay}", pace.delay, *MOST),
    Route("/drip", pace.drip),
    Route("/cache", caching.cache),
    Route("/cache/{seconds:int}", caching.cache_control),
    Route("/etag/{etag}", caching.etag),
    Route("/response-headers", fields.response_headers, "GET", "POST"),
    Route("/gzip", compression.gzip),
    Route("/deflate", compression.deflate),
    Route("/brotli", compression.brotli),
    Route("/html", documents.html),
    Route("/xml", documents.xml),
    Route("/json", documents.json),
    Route("/robots.txt", documents.robots),
    Route("/deny", documents.deny),
    Route("/encoding/utf8", documents.utf8),
    Route("/forms/post", documents.form),
    Route("/image", images.acceptable),
    Route("/image/png", images.png),
    Route("/image/jpeg", images.jpeg),
    Route("/image/webp", images.webp),
    Route("/image/svg", images.svg),
)

#: The routes by the first segment of their paths.
BY_SEGMENT: dict[str, list[Route]] = {}
for _route in ROUTES:
    BY_SEGMENT.setdefault(_route.path.split("/")[1], []).append(_route)


def find(request: Request) -> Route | None:
    """Return the route for a request, whatever its method; None if its path is nowhere."""
    for route in BY_SEGMENT.get(request.path[1:].partition("/")[0], ()):
        if route.fits(request):
            return route
    return None
