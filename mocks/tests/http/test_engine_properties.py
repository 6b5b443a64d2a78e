"""Whatever the bytes and wherever they are cut: the same requests, or a refusal, never an error."""

import asyncio
import functools
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netmocks.http import HTTPMock, Limits, Response

#: What a request offers besides its bytes, parsed when it is asked for.
OFFERED = ("path", "url", "host", "query", "cookies", "content_type", "text", "form", "client")

TOKENS = st.text("abcdexyzABCXYZ0123456789!#$%&'*+-.^_`|~", min_size=1, max_size=12)
#: Names of fields that mean nothing to the framing or to the connection.
NAMES = TOKENS.map(lambda token: f"X-{token}")
VALUES = st.text(
    st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=20
)
TARGETS = st.one_of(
    st.text("abcXYZ019-._~/%?&=+:@!$'()*,;", max_size=20).map(lambda text: f"/{text}"),
    st.sampled_from(["*", "http://example.com", "http://example.com:80/a?b", "http://[::1/"]),
)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "M-SEARCH"])
UPGRADE = [("Connection", "Upgrade"), ("Upgrade", "h2c")]


def _chunked(pieces):
    chunks = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece]
    return b"".join([*chunks, b"0\r\n\r\n"])


@st.composite
def messages(draw):
    """One valid request: what the engine is to make of it, and its bytes."""
    method, target = draw(METHODS), draw(TARGETS)
    fields = [("Host", "example.com"), *draw(st.lists(st.tuples(NAMES, VALUES), max_size=3))]
    if draw(st.integers(0, 7)) == 0:
        fields += UPGRADE
    pieces = draw(st.lists(st.binary(max_size=40), max_size=3))
    body = b"".join(pieces)
    match draw(st.sampled_from(["none", "length", "chunked"])):
        case "none":
            body = content = b""
        case "length":
            content = body
            fields.append(("Content-Length", str(len(body))))
        case "chunked":
            content = _chunked(pieces)
            fields.append(("Transfer-Encoding", "chunked"))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields)]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return (method, target, tuple(fields), body), head + content


def _cut(data, places):
    """Cut bytes at these places, as a network may."""
    bounds = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in pairwise(bounds) if start < end]


#: Bytes that nearly mean something: what they make together is often a request, or almost one.
FRAGMENTS = st.one_of(
    st.sampled_from(
        [
            *(b"GET ", b"POST ", b"CONNECT ", b"PRI ", b"/", b"*", b"http://[", b"a:1"),
            *(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", b" HTTP/2.0\r\n", b"\r\n", b"\n", b"\r", b"\0"),
            *(b"GET / HTTP/1.1\r\nHost: a\r\n", b"Host: a\r\n", b"Cookie: \xff=\r\n", b": ", b","),
            *(b"Connection: upgrade\r\nUpgrade: h2c\r\n", b"Connection: close\r\n"),
            *(b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"5\r\n", b"0\r\n\r\n"),
            b"Content-Type: text/plain; charset=idna\r\n",
            b"Expect: 100-continue\r\n",
        ]
    ),
    st.binary(max_size=8),
)


def in_loop(test):
    """Run a property's examples within one running loop, which the engine may ask for."""

    @functools.wraps(test)
    def run(*arguments, **more):
        async def main():
            test(*arguments, **more)

        asyncio.run(main())

    return run


@pytest.fixture
def fed(memory_stream, engine_for):
    """Feed pieces to a fresh engine; the requests it saw and its stream."""

    def feed(pieces):
        seen = []

        def answer(request):
            for name in OFFERED:  # a test may ask for any of it: none may raise
                getattr(request, name)
            repr(request)
            seen.append((request.method, request.target, request.headers.raw, request.body))
            return Response("x")

        stream = memory_stream()
        engine = engine_for(answer)
        engine.connection_made(stream)
        for piece in pieces:
            engine.data_received(piece)
        engine.eof_received()
        engine.connection_lost(None)
        assert stream.site.findings.all == ()
        return seen, stream

    return feed


@in_loop
def test_a_pipeline_of_requests_reads_the_same_wherever_it_is_cut(fed):
    @settings(max_examples=100, deadline=None, database=None)
    @given(st.lists(messages(), min_size=1, max_size=4), st.lists(st.integers(0), max_size=6))
    def holds(pipeline, places):
        data = b"".join(wire for _, wire in pipeline)
        expected = [request for request, _ in pipeline]
        whole, stream = fed([data])
        assert whole == expected
        cut, cut_stream = fed(_cut(data, places))
        assert cut == expected
        assert cut_stream.sent == stream.sent
        assert stream.sent.count(b"HTTP/1.1 200 OK\r\n") == len(expected)

    holds()


@in_loop
def test_a_pipeline_of_requests_reads_the_same_byte_by_byte(fed):
    @settings(max_examples=30, deadline=None, database=None)
    @given(st.lists(messages(), min_size=1, max_size=2))
    def holds(pipeline):
        data = b"".join(wire for _, wire in pipeline)
        seen, _ = fed([data[i : i + 1] for i in range(len(data))])
        assert seen == [request for request, _ in pipeline]

    holds()


@in_loop
def test_a_request_reads_the_same_when_its_head_is_known(memory_stream, engine_for):
    @settings(max_examples=100, deadline=None, database=None)
    @given(st.lists(messages(), min_size=1, max_size=4))
    def holds(requests):
        seen = []

        def answer(request):
            seen.append((request.method, request.target, request.headers.raw, request.body))
            return Response("x")

        stream = memory_stream()
        engine = engine_for(answer)
        engine.connection_made(stream)
        for _ in range(3):
            for _, wire in requests:
                engine.data_received(wire)
        assert seen == [request for request, _ in requests] * 3
        assert stream.sent.count(b"HTTP/1.1 200 OK\r\n") == len(seen)

    holds()


def _with_head_of(size):
    """A message whose head has so many bytes."""
    head = b"GET / HTTP/1.1\r\nHost: example.com\r\nX: %b\r\n\r\n"
    return None, head % (b"x" * (size - len(head % b"")))


LIMITS = Limits(target=20, head=120, fields=4, body=30, kept=10)


@in_loop
def test_within_limits_what_is_kept_is_bounded_and_what_is_refused_does_not_depend_on_cuts(
    memory_stream, engine_for
):
    def read(pieces):
        seen = []
        stream = memory_stream()
        engine = engine_for(lambda request: (seen.append(request), Response("x"))[1], LIMITS)
        engine.connection_made(stream)
        for piece in pieces:
            engine.data_received(piece)
        for request in seen:
            assert len(request.body) <= LIMITS.kept
            assert len(request.target) <= LIMITS.target
            assert request.length <= LIMITS.body
        return [request.target for request in seen], stream.sent[:12]

    @settings(max_examples=200, deadline=None, database=None)
    @given(messages(), st.lists(st.integers(0), max_size=6))
    @example(_with_head_of(LIMITS.head), [LIMITS.head - 1])
    @example(_with_head_of(LIMITS.head + 5), [LIMITS.head + 2])
    def holds(message, places):
        _, wire = message
        assert read(_cut(wire, places)) == read([wire])

    holds()


@in_loop
def test_no_bytes_make_the_engine_raise(fed):
    @settings(max_examples=300, deadline=None, database=None)
    @given(st.lists(FRAGMENTS, max_size=12).map(b"".join), st.lists(st.integers(0), max_size=3))
    def holds(data, places):
        seen, stream = fed(_cut(data, places))
        assert stream.sent.count(b"HTTP/1.1 200 OK\r\n") == len(seen)

    holds()


@in_loop
def test_a_valid_pipeline_that_was_damaged_does_not_make_the_engine_raise(fed):
    @settings(max_examples=100, deadline=None, database=None)
    @given(
        st.lists(messages(), min_size=1, max_size=3), st.integers(0), st.integers(0, 5), FRAGMENTS
    )
    def holds(pipeline, place, removed, inserted):
        data = b"".join(wire for _, wire in pipeline)
        place %= len(data)
        fed([data[:place] + inserted + data[place + removed :]])

    holds()


def test_no_bytes_on_a_wire_hold_up_the_next_client(dial):
    with HTTPMock(tolerate=["unmatched"]) as web:
        web.on("GET", "/next").reply("served")

        @settings(max_examples=40, deadline=None, database=None)
        @given(st.lists(FRAGMENTS, max_size=12).map(b"".join))
        def holds(data):
            with dial(web) as client:
                client.send(data).half_close()
                said = client.rest()
            assert said == b"" or said.startswith(b"HTTP/1.1 ")
            with dial(web) as client:
                assert client.get("/next").text == "served"
            assert web.findings.all == ()

        holds()
