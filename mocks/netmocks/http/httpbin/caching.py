"""Caching: endpoints for conditional requests and caches (RFC 9110 §13, RFC 9111)."""

import time
from uuid import uuid4

from netmocks.http.httpbin import statuses
from netmocks.http.httpbin.answers import Headers, as_json
from netmocks.http.httpbin.mirror import Mirror
from netmocks.http.preconditions import http_date, tags
from netmocks.http.request import Request
from netmocks.http.response import Response


def cache(request: Request) -> Response:
    """Answer 304 to any conditional request, others with what they said."""
    if request.headers.get("If-Modified-Since") or "If-None-Match" in request.headers:
        return statuses.of(304)
    now = http_date(int(time.time()))
    return _shown(request, [("Last-Modified", now), ("ETag", uuid4().hex)])


def cache_control(request: Request) -> Response:
    """Answer with what a cache may keep for so many seconds."""
    return _shown(request, [("Cache-Control", f"public, max-age={request.params['seconds']}")])


def etag(request: Request) -> Response:
    """Answer as a resource with the entity tag of the path does."""
    tag = request.params["etag"]
    none_match = _tags(request, "If-None-Match")
    match = _tags(request, "If-Match")
    if none_match:
        if {tag, "*"} & none_match:
            return Response(status=304, headers=[("ETag", tag)])
    elif match and not {tag, "*"} & match:
        return statuses.of(412)
    return _shown(request, [("ETag", tag)])


def _tags(request: Request, field: str) -> set[str]:
    """Return the entity tags of a field, without weakness, for the path has none."""
    return {tag.opaque for tag in tags(request.headers.get(field, ""))}


def _shown(request: Request, headers: Headers) -> Response:
    return as_json(Mirror(request).of("url", "args", "headers", "origin"), headers=headers)
