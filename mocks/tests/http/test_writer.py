import asyncio
import threading

import pytest

from netmocks.http import HTTPMock

GET = b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"


# -- early hints ------------------------------------------------------------------------------


def test_early_hints_come_before_the_answer_each_by_itself(web, client):
    hints = [{"Link": "</a.css>; rel=preload"}, [("Link", "</b.css>"), ("Link", "</c.css>")]]
    web.on("GET", "/").reply("hello", hints=hints)
    assert client.send(GET).half_close().rest() == (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
        b"HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\nLink: </c.css>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n"
        b"hello"
    )


def test_a_client_of_http_1_0_gets_no_hints(web, client):
    web.on("GET", "/").reply("hello", hints=[{"Link": "</a.css>"}])
    said = client.send(b"GET / HTTP/1.0\r\n\r\n").rest()
    assert said.startswith(b"HTTP/1.1 200 OK\r\n")


# -- trailers ---------------------------------------------------------------------------------


def test_trailers_come_behind_the_last_chunk(web, client):
    web.on("GET", "/").reply("hello", trailers={"X-Sum": "5", "X-End": "yes"})
    head, _, content = client.send(GET).half_close().rest().partition(b"\r\n\r\n")
    assert b"\r\nTrailer: X-Sum, X-End\r\nTransfer-Encoding: chunked" in head
    assert content == b"5\r\nhello\r\n0\r\nX-Sum: 5\r\nX-End: yes\r\n\r\n"


def test_trailers_may_be_made_when_the_stream_has_ended(web, client):
    said = []

    def pieces():
        for piece in (b"one", b"two"):
            said.append(piece)
            yield piece

    web.on("GET", "/").reply(
        stream=pieces(),
        headers={"Trailer": "X-Pieces"},
        trailers=lambda: [("X-Pieces", str(len(said)))],
    )
    assert client.send(GET).half_close().rest().endswith(b"0\r\nX-Pieces: 2\r\n\r\n")


def test_trailers_that_can_not_be_sent_are_a_finding_and_break_the_framing(web, client):
    web.on("GET", "/").reply("hello", trailers=lambda: [("X", "a\r\nb")])
    assert not client.send(GET).rest().endswith(b"\r\n0\r\n\r\n")
    assert "X" in web.findings.all[0].text
    web.findings.clear()


# -- delay ------------------------------------------------------------------------------------


def test_an_answer_can_be_late(web, client):
    web.on("GET", "/").reply("late", delay=0.001)
    assert client.get("/").text == "late"


def test_a_stop_cancels_a_late_answer(dial):
    with HTTPMock() as web:
        rule = web.on("GET", "/").reply("late", delay=3600)
        client = dial(web).send(GET)
        rule.wait_for_calls()
    assert client.rest() == b""


def test_a_stop_cancels_a_stream_that_does_not_end(dial):
    closed = threading.Event()

    async def endless():
        try:
            yield b"one"
            await asyncio.sleep(3600)
        finally:
            closed.set()

    with HTTPMock() as web:
        web.on("GET", "/").reply(stream=endless())
        dial(web).send(GET)
        web.journal.wait_for(lambda entry: b"one" in entry.data)
    assert closed.is_set()


def test_a_client_that_leaves_cancels_a_late_answer(web, client, dial):
    rule = web.on("GET", "/").reply("late", delay=3600)
    client.send(GET)
    rule.wait_for_calls()
    client.reset()
    web.journal.wait_for(lambda entry: entry.kind == "closed")
    web.on("GET", "/").reply("at once")
    assert dial(web).get("/").text == "at once"


# -- framing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_line", "options", "fields", "content", "goes_on"),
    [
        (b"GET / HTTP/1.1", {"content": "hello"}, b"Content-Length: 5", b"hello", True),
        (
            b"GET / HTTP/1.1",
            {"stream": [b"hello"]},
            b"Transfer-Encoding: chunked",
            b"5\r\nhello\r\n0\r\n\r\n",
            True,
        ),
        (b"GET / HTTP/1.0", {"stream": [b"hello"]}, b"Connection: close", b"hello", False),
        (
            b"GET / HTTP/1.1",
            {"stream": [b"hello"], "headers": {"Content-Length": "5"}},
            b"Content-Length: 5",
            b"hello",
            True,
        ),
        (b"HEAD / HTTP/1.1", {"stream": [b"hello"]}, b"Transfer-Encoding: chunked", b"", True),
        (b"HEAD / HTTP/1.1", {"content": "hello"}, b"Content-Length: 5", b"", True),
        (b"GET / HTTP/1.1", {"status": 204}, b"HTTP/1.1 204 No Content", b"", True),
    ],
)
def test_content_is_framed_as_the_version_and_the_answer_have_it(
    web, client, request_line, options, fields, content, goes_on
):
    web.on("*", "/").reply(options.pop("content", None), **options)
    client.send(request_line + b"\r\nHost: example.com\r\n\r\n")
    if goes_on:
        web.on("GET", "/next").reply("next")
        client.send(b"GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    head, _, rest = client.rest().partition(b"\r\n\r\n")
    assert fields in head
    assert rest.partition(b"HTTP/1.1 200 OK")[0] == content
    assert rest.endswith(b"next") == goes_on
