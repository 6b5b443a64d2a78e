"""Compression: endpoints whose answers are compressed (RFC 9110 §8.4.1)."""

import gzip as gzip_codec
import zlib
from collections.abc import Callable
from importlib import import_module

from netmocks.http.httpbin.answers import JSON, json_bytes
from netmocks.http.httpbin.mirror import Mirror
from netmocks.http.request import Request
from netmocks.http.response import Response

#: Libraries that have a function `compress` for Brotli (RFC 7932).
BROTLI = ("brotli", "brotlicffi")


def gzip(request: Request) -> Response:
    """Answer in gzip."""
    # Without the time of day, so that the same answer has the same octets.
    return _compressed(request, "gzip", "gzipped", lambda data: gzip_codec.compress(data, mtime=0))


def deflate(request: Request) -> Response:
    """Answer in the zlib format, which HTTP calls "deflate"."""
    return _compressed(request, "deflate", "deflated", zlib.compress)


def brotli(request: Request) -> Response:
    """Answer in Brotli, where a library for it is installed."""
    for name in BROTLI:
        try:
            compress = import_module(name).compress
        except ImportError:
            continue
        return _compressed(request, "br", "brotli", compress)
    text = f"/brotli needs a library that is not installed: {' or '.join(BROTLI)}\n"
    return Response(text, status=501)


def _compressed(
    request: Request, coding: str, mark: str, compress: Callable[[bytes], bytes]
) -> Response:
    content = json_bytes({**Mirror(request).of("origin", "headers", "method"), mark: True})
    return Response(compress(content), headers=[JSON, ("Content-Encoding", coding)])
