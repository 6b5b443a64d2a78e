"""Exchanges: requests and responses of HTTP/1.1, with the bytes that stand for them (RFC 9112)."""

from typing import NamedTuple

from hypothesis import strategies as st

from netharness.strategies.fields import header_fields
from netharness.strategies.octets import cuts
from netharness.strategies.urls import paths, queries

#: Those that any target takes (RFC 9110 §9.3, RFC 5789).
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")

Fields = list[tuple[str, str]]


class HTTPRequest(NamedTuple):
    """One request, and its bytes."""

    method: str
    target: str
    #: all fields, in order
    fields: Fields
    body: bytes
    wire: bytes


class HTTPResponse(NamedTuple):
    """One response, and its bytes."""

    status: int
    #: all fields, in order
    fields: Fields
    body: bytes
    wire: bytes


@st.composite
def _contents(draw: st.DrawFn) -> tuple[Fields, bytes, bytes]:
    """Content: what frames it, itself, and as it stands on the wire (RFC 9112 §6)."""
    body = draw(st.binary(max_size=60))
    if draw(st.booleans()):
        return [("Content-Length", str(len(body)))], body, body
    chunks = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in draw(cuts(body))]
    return [("Transfer-Encoding", "chunked")], body, b"".join([*chunks, b"0\r\n\r\n"])


_NO_CONTENT: tuple[Fields, bytes, bytes] = ([], b"", b"")


def _written(start: str, fields: Fields, content: bytes) -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


@st.composite
def requests(draw: st.DrawFn) -> HTTPRequest:
    """Requests of HTTP/1.1 in origin form, framed by length or chunks or empty (RFC 9112 §3)."""
    method = draw(st.sampled_from(METHODS))
    target = draw(paths(min_size=1))
    if draw(st.booleans()):
        target += f"?{draw(queries())}"
    framing, body, content = draw(st.just(_NO_CONTENT) | _contents())
    fields = [("Host", "example.com"), *draw(header_fields(obs_text=True)), *framing]
    wire = _written(f"{method} {target} HTTP/1.1", fields, content)
    return HTTPRequest(method, target, fields, body, wire)


@st.composite
def responses(draw: st.DrawFn) -> HTTPResponse:
    """Responses of HTTP/1.1 to a GET, 200 to 599, framed by length or chunks (RFC 9112 §4)."""
    status = draw(st.sampled_from([200, 404]) | st.integers(200, 599))
    # These have no content, whatever their fields say (RFC 9110 §15.3.5, §15.4.5).
    framing, body, content = _NO_CONTENT if status in (204, 304) else draw(_contents())
    fields = [*draw(header_fields(obs_text=True)), *framing]
    return HTTPResponse(status, fields, body, _written(f"HTTP/1.1 {status} ", fields, content))
