import asyncio
from http import HTTPStatus

import pytest

from netmocks.errors import MisuseError
from netmocks.faults import Noop
from netmocks.http import Response


@pytest.mark.parametrize(
    ("response", "media_type", "body"),
    [
        (Response("Grüße"), "text/plain; charset=utf-8", "Grüße".encode()),
        (Response(b"\0\xff"), "application/octet-stream", b"\0\xff"),
        (Response(bytearray(b"ab")), "application/octet-stream", b"ab"),
        (Response(memoryview(b"ab")), "application/octet-stream", b"ab"),
        (Response(html="<p>你</p>"), "text/html; charset=utf-8", "<p>你</p>".encode()),
        (Response(json={"a": [1, "你"]}), "application/json", '{"a": [1, "你"]}'.encode()),
        (Response(json=None), "application/json", b"null"),
    ],
)
def test_each_kind_of_content_goes_out_with_its_media_type_and_length(response, media_type, body):
    assert (
        response.wire()
        == (
            f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        + body
    )


def test_an_empty_answer_says_that_it_is_empty():
    assert Response().wire() == b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_content_has_neither_length_nor_type(status):
    wire = Response(status=status, headers={"ETag": '"1"'}).wire()
    reason = HTTPStatus(status).phrase
    assert wire == f'HTTP/1.1 {status} {reason}\r\nETag: "1"\r\n\r\n'.encode()


def test_a_status_that_nobody_named_has_no_reason():
    assert Response(status=799).wire().startswith(b"HTTP/1.1 799 \r\n")


def test_a_status_may_come_from_the_standard_library():
    assert Response(status=HTTPStatus.NOT_FOUND).wire().startswith(b"HTTP/1.1 404 Not Found\r\n")


def test_fields_go_out_in_order_and_repeated():
    wire = Response(headers=[("Set-Cookie", "a=1"), ("X", "y"), ("Set-Cookie", "b=2")]).wire()
    assert b"\r\nSet-Cookie: a=1\r\nX: y\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n" in wire


def test_fields_that_are_given_are_not_added_again():
    response = Response("abc", headers={"content-type": "text/css", "content-length": "99"})
    assert response.wire() == (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/css\r\ncontent-length: 99\r\n\r\nabc"
    )


def test_it_shows_its_status_and_content():
    assert repr(Response("hello", status=404)) == "<Response 404 b'hello'>"


@pytest.mark.parametrize(
    ("value", "closes"),
    [
        ("close", True),
        ("Close", True),
        ("x, close", True),
        ("keep-alive", False),
        ("closed", False),
    ],
)
def test_a_connection_field_says_whether_the_connection_ends(value, closes):
    assert Response(headers={"connection": value}).closes is closes


def _of_request(request):
    yield request.path


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ({"content": "a", "json": None}, "one content"),
        ({"html": "a", "stream": [b"a"]}, "one content"),
        ({"content": {"a": 1}}, r"for JSON write json=\{'a': 1\}"),
        ({"content": 5}, "neither text nor bytes"),
        ({"html": b"a"}, "it is text"),
        ({"json": object()}, "can't be sent as JSON"),
        ({"json": {"a": {1}}}, "can't be sent as JSON"),
        ({"status": 100}, "from 200 to 999"),
        ({"status": 1000}, "from 200 to 999"),
        ({"status": "200"}, "from 200 to 999"),
        ({"status": True}, "from 200 to 999"),
        ({"content": "a", "status": 204}, "has no content"),
        ({"json": None, "status": 304}, "has no content"),
        ({"stream": [b"a"], "status": 204}, "has no content"),
        ({"stream": "text"}, r"such as \[b'one', b'two'\]"),
        ({"stream": b"bytes"}, r"such as \[b'one', b'two'\]"),
        ({"stream": lambda: [b""]}, "a generator"),
        ({"stream": _of_request}, r"reply\(lambda request: Response\(stream=generate\(request"),
        ({"headers": {"X": "a\r\nY: b"}}, "without line ends"),
        ({"headers": {"X": "a\nb"}}, "without line ends"),
        ({"headers": {"X\r\n": "a"}}, "without line ends"),
        ({"headers": {"X": "a\0"}}, "without line ends"),
        ({"headers": {"": "a"}}, "a field is a name and a value"),
        ({"headers": {"X": 5}}, "both text"),
        ({"headers": [("X", "a", "b")]}, "a field is a name and a value"),
        ({"headers": "X: a"}, "a field is a name and a value"),
        ({"headers": 5}, "map names to values"),
        ({"headers": {"X": "你"}}, "beyond latin-1"),
        ({"stream": [b"a", 5]}, "one of its pieces is 5"),
        ({"jsom": 1}, "takes no jsom=; the options are: html, json, "),
        ({"redirect": 5}, "a redirect is a URL"),
        ({"redirect": "/a\r\nb", "status": 200}, "its status 3xx"),
        ({"redirect": "//ü..b"}, "IDNA"),
        ({"trailers": {"X": 5}}, "trailer .*both text"),
        ({"trailers": {"X": "5"}, "status": 204}, "has no content"),
        ({"trailers": {"X": "5"}, "headers": {"content-length": "1"}}, "no framing in headers"),
        ({"hints": {"Link": "a"}}, "give a list"),
        ({"hints": "Link"}, "give a list"),
        ({"hints": 5}, "give a list"),
        ({"hints": [{"Link": 5}]}, "hint .*both text"),
        ({"delay": -1}, "give seconds"),
        ({"delay": float("inf")}, "give seconds"),
        ({"delay": float("nan")}, "give seconds"),
        ({"delay": "1"}, "give seconds"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(arguments, remedy):
    with pytest.raises(MisuseError, match=remedy):
        Response(**arguments)


@pytest.fixture
def streamed():
    """The pieces of a response, read in a loop."""

    async def read(response):
        return [piece async for piece in response.pieces()]

    return lambda response: asyncio.run(read(response))


def test_a_list_of_pieces_serves_again_and_an_iterator_once(streamed):
    pieces = [b"a", bytearray(b"b"), "ü"]
    response = Response(stream=pieces)
    assert streamed(response) == streamed(response) == [b"a", b"b", b"\xc3\xbc"]
    response = Response(stream=iter(pieces))
    assert len(streamed(response)) == 3
    with pytest.raises(MisuseError, match="used up by an earlier request"):
        response.pieces()


# -- redirects, trailers, hints, delays -------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "sent"),
    [
        ("/there", "/there"),
        ("../a?b=c#d", "../a?b=c#d"),
        ("https://example.com/%20", "https://example.com/%20"),
        ("/müde leute", "/m%C3%BCde%20leute"),
        ("http://me@bücher.example:81/ü", "http://me@xn--bcher-kva.example:81/%C3%BC"),
    ],
)
def test_a_redirect_says_where_to_go_in_what_a_url_may_have(location, sent):
    response = Response(redirect=location)
    assert (response.status, response.fields[0]) == (302, ("Location", sent))


def test_a_redirect_may_have_another_status_and_content():
    response = Response("moved", redirect="/there", status=308)
    assert response.wire() == (
        b"HTTP/1.1 308 Permanent Redirect\r\nLocation: /there\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nmoved"
    )


def test_trailers_make_the_content_chunked_and_are_announced(streamed):
    response = Response("hello", trailers=[("X-Sum", "1"), ("X-Sum", "2"), ("X-More", "3")])
    assert response.fields == [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Trailer", "X-Sum, X-More"),
    ]
    assert streamed(response) == [b"hello"]
    assert response.trailer_fields() == [("X-Sum", "1"), ("X-Sum", "2"), ("X-More", "3")]


def test_trailers_may_be_made_when_the_content_is_sent():
    seen = []
    response = Response(stream=[b"a"], trailers=lambda: {"X-Count": str(len(seen))})
    assert "trailer" not in dict(response.fields)
    seen.append(1)
    assert response.trailer_fields() == [("X-Count", "1")]
    with pytest.raises(MisuseError, match="trailer 5"):
        Response(trailers=lambda: [5]).trailer_fields()


def test_hints_are_kept_as_the_fields_of_each():
    response = Response("x", hints=[{"Link": "</a.css>"}, [("Link", "1"), ("Link", "2")]])
    assert response.hints == ([("Link", "</a.css>")], [("Link", "1"), ("Link", "2")])


@pytest.mark.parametrize(
    ("arguments", "is_plain"),
    [
        ({}, True),
        ({"delay": 0}, True),
        ({"redirect": "/"}, True),
        ({"status": 204}, True),
        ({"stream": []}, False),
        ({"trailers": {"A": "b"}}, False),
        ({"hints": [{}]}, False),
        ({"delay": 0.1}, False),
        ({"fault": Noop()}, False),
        ({"headers": {"Connection": "close"}}, False),
    ],
)
def test_an_answer_knows_whether_it_may_be_written_whole_and_at_once(arguments, is_plain):
    assert Response(**arguments).is_plain is is_plain


def test_an_answer_that_depends_on_nothing_is_itself_for_each_request(request_of):
    response = Response("x", delay=1)
    assert response.to(request_of()) is response
