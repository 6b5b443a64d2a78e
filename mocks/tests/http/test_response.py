from http import HTTPStatus

import pytest

from netmocks.errors import MisuseError
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


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ({"content": "a", "json": None}, "one content"),
        ({"html": "a", "stream": [b"a"]}, "one content"),
        ({"content": {"a": 1}}, r"for JSON write json=\{'a': 1\}"),
        ({"content": 5}, "neither text nor bytes"),
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
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(arguments, remedy):
    with pytest.raises(MisuseError, match=remedy):
        Response(**arguments)


def test_a_list_of_pieces_serves_again_and_an_iterator_once():
    pieces = [b"a", b"b"]
    response = Response(stream=pieces)
    assert response.pieces() is response.pieces() is pieces
    response = Response(stream=iter(pieces))
    assert list(response.pieces()) == pieces
    with pytest.raises(MisuseError, match="used up by an earlier request"):
        response.pieces()
