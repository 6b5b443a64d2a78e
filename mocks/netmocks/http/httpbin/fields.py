"""Fields: an endpoint that sends the header fields it is asked for."""

from netmocks.http.httpbin.answers import JSON, json_bytes
from netmocks.http.pairs import Pairs
from netmocks.http.request import Request
from netmocks.http.response import Response

#: What says where an answer ends. A client that could change it would wait for ever.
FRAMING = frozenset({"content-length", "transfer-encoding"})


def response_headers(request: Request) -> Response:
    """Answer with the fields of the query, and list all fields as JSON."""
    asked = [(name, value) for name, value in request.query.raw if name.lower() not in FRAMING]
    length, content = 0, _listed(0, asked)
    while length != len(content):  # its length is part of it; it only grows, so this ends
        length = len(content)
        content = _listed(length, asked)
    return Response(content, headers=[JSON, *asked])


def _listed(length: int, asked: list[tuple[str, str]]) -> bytes:
    fields = Pairs([("Content-Length", str(length)), JSON, *asked])
    return json_bytes(
        {name: values if len(values := fields.all(name)) > 1 else values[0] for name in fields}
    )
