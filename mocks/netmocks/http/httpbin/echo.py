"""Echo: endpoints that send back what they were sent."""

import base64
import binascii
import json
from uuid import uuid4

from netmocks.http.httpbin import mirror
from netmocks.http.httpbin.answers import JSON, as_json
from netmocks.http.httpbin.mirror import Mirror
from netmocks.http.request import Request
from netmocks.http.response import Response

#: The most lines that /stream sends.
MOST_LINES = 100


def get(request: Request) -> Response:
    """Answer with all but the method and the body."""
    return as_json(Mirror(request).of("url", "args", "headers", "origin"))


def post(request: Request) -> Response:
    """Answer with all but the method."""
    shown = Mirror(request).of("url", "args", "headers", "origin")
    return as_json(shown | mirror.body_and_json(request))


def anything(request: Request) -> Response:
    """Answer with all there is."""
    shown = Mirror(request).of("url", "args", "headers", "origin", "method")
    return as_json(shown | mirror.body_and_json(request))


def headers(request: Request) -> Response:
    """Answer with the header fields."""
    return as_json(Mirror(request).of("headers"))


def ip(request: Request) -> Response:
    """Answer with the client's address."""
    return as_json(Mirror(request).of("origin"))


def user_agent(request: Request) -> Response:
    """Answer with the field User-Agent, null if there is none."""
    return as_json({"user-agent": Mirror(request).headers.get("User-Agent")})


def stream(request: Request) -> Response:
    """Answer with as many lines of JSON as asked for, each in a chunk of its own."""
    shown = Mirror(request).of("url", "args", "headers", "origin")
    count = min(request.params["count"], MOST_LINES)
    lines = [json.dumps({**shown, "id": number}) + "\n" for number in range(count)]
    return Response(stream=[line.encode("ascii") for line in lines], headers=[JSON])


def uuid(request: Request) -> Response:
    """Answer with a new UUID of version 4 (RFC 9562 §5.4)."""
    return as_json({"uuid": str(uuid4())})


def base64_text(request: Request) -> Response:
    """Answer with the text that the path has in Base64's alphabet for URLs (RFC 4648 §5)."""
    try:
        text = base64.urlsafe_b64decode(request.params["value"].encode()).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        text = "This is no Base64 of UTF-8; try SGVsbG8sIHdvcmxk"
    return Response(html=text)
