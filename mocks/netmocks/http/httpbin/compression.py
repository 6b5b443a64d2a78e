"""Compression: endpoints whose answers are compressed (RFC 9110 §8.4.1)."""

from netmocks.http import codings
from netmocks.http.httpbin.answers import JSON, json_bytes
from netmocks.http.httpbin.mirror import Mirror
from netmocks.http.request import Request
from netmocks.http.response import Response


def gzip(request: Request) -> Response:
    """Answer in gzip."""
    return _compressed(request, "gzip", "gzipped")


def deflate(request: Request) -> Response:
    """Answer in the zlib format, which HTTP calls "deflate"."""
    return _compressed(request, "deflate", "deflated")


def brotli(request: Request) -> Response:
    """Answer in Brotli, where a library for it is installed."""
    if codings.can("br"):
        return _compressed(request, "br", "brotli")
    libraries = " or ".join(codings.libraries("br"))
    return Response(f"/brotli needs a library that is not installed: {libraries}\n", status=501)


def _compressed(request: Request, coding: str, mark: str) -> Response:
    content = json_bytes({**Mirror(request).of("origin", "headers", "method"), mark: True})
    return Response(content, headers=[JSON], compress=coding)
