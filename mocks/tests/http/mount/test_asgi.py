"""What ASGI asks of a server: lifespan, disconnects, work behind the answer."""

import asyncio
import sys
import threading
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from netmocks.http import HTTPMock
from netmocks.http.mount import lifespan

ASK = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
START = {"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"b")]}
ONE = {"type": "http.response.body", "body": b"one", "more_body": True}
END = {"type": "http.response.body"}


@pytest.fixture
def serve(web):
    """Mount what answers requests, without a lifespan."""

    def mount(handle):
        async def app(scope, receive, send):
            assert scope["type"] == "http"  # which ends the lifespan, as one may that knows none
            await handle(scope, receive, send)

        return web.mount(app)

    return mount


def _starlette(answer, **options):
    return Starlette(routes=[Route("/", answer)], **options)


async def _hello(request):
    return PlainTextResponse("hello")


# -- one exchange -----------------------------------------------------------------------------


def test_the_scope_tells_all_of_a_request(client, serve):
    seen = {}

    async def handle(scope, receive, send):
        seen.update(scope, body=await receive())
        await send(START)
        await send(END)

    serve(handle)
    client.ask("PUT", "/a%20b/%C3%BC?q=%20", "X-Y: z", "X-Y: \xe9", body=b"12345")
    expected = {
        "type": "http",
        "http_version": "1.1",
        "method": "PUT",
        "scheme": "http",
        "path": "/a b/ü",
        "raw_path": b"/a%20b/%C3%BC",
        "query_string": b"q=%20",
        "root_path": "",
        "client": client.sock.getsockname(),
        "server": ("example.com", 80),
        "headers": [
            (b"host", b"example.com"),
            (b"x-y", b"z"),
            (b"x-y", b"\xe9"),
            (b"content-length", b"5"),
        ],
        "body": {"type": "http.request", "body": b"12345", "more_body": False},
    }
    assert {name: seen.get(name) for name in expected} == expected


def test_the_fields_of_an_answer_are_its_own(client, serve):
    async def handle(scope, receive, send):
        await send(START)
        await send(END)

    serve(handle)
    assert client.get("/").fields == [("x-a", "b"), ("Transfer-Encoding", "chunked")]


def test_the_head_is_sent_before_there_is_content(web, client, serve):
    gate = asyncio.Event()

    async def handle(scope, receive, send):
        await send(START)
        await gate.wait()
        await send(END)

    serve(handle)
    client.send(ASK)
    web.journal.wait_for(lambda entry: entry.kind == "sent" and b"x-a" in entry.data)
    web.stop()  # which lets it go


def test_work_behind_the_answer_is_done(web, client):
    done = threading.Event()

    async def answer(request):
        return PlainTextResponse("hello", background=BackgroundTask(done.set))

    web.mount(_starlette(answer))
    assert client.get("/").text == "hello"
    assert done.wait(5)


def test_an_error_behind_the_answer_is_told(web, client, serve):
    async def handle(scope, receive, send):
        await send(START)
        await send(END)
        raise ValueError("late")

    serve(handle)
    assert client.get("/").status == 200
    web.journal.wait_for(lambda entry: entry.kind == "error")
    assert "ValueError: late" in web.findings.all[0].text
    web.findings.clear()


def test_the_content_of_an_answer_to_head_is_made_for_nobody(client, serve):
    done = threading.Event()

    async def handle(scope, receive, send):
        await send(START)
        for _ in range(3):
            await send(ONE)
        await send(END)
        done.set()

    serve(handle)
    assert client.ask("HEAD", "/").status == 200
    assert done.wait(5)


def test_who_waits_learns_that_the_answer_is_over(client, serve):
    told = []
    heard = threading.Event()

    async def handle(scope, receive, send):
        await receive()
        await send(START)
        await send(END)
        told.append(await receive())
        heard.set()

    serve(handle)
    client.get("/")
    assert heard.wait(5)
    assert told == [{"type": "http.disconnect"}]


def test_an_endless_stream_ends_when_its_client_leaves(web, dial, serve):
    errors, ended = [], threading.Event()

    async def handle(scope, receive, send):
        await send(START)
        try:
            while True:
                await send(ONE)
        except OSError as error:
            errors.append(str(error))
            ended.set()
            raise

    serve(handle)
    client = dial(web).send(ASK)
    web.journal.wait_for(lambda entry: entry.kind == "sent" and b"one" in entry.data)
    client.reset()
    assert ended.wait(5)
    assert errors == ["the client left before the end of its answer"]


def test_an_endless_stream_of_starlette_ends_when_its_client_leaves(web, dial):
    ended = threading.Event()

    async def pieces():
        try:
            while True:
                yield "one"
                await asyncio.sleep(0)
        finally:
            ended.set()

    async def answer(request):
        return StreamingResponse(pieces())

    web.mount(_starlette(answer))
    client = dial(web).send(ASK)
    web.journal.wait_for(lambda entry: entry.kind == "sent" and b"one" in entry.data)
    client.reset()
    assert ended.wait(5)


def test_a_client_that_leaves_before_the_answer_is_noticed(web, dial, serve):
    begun, gone = threading.Event(), threading.Event()

    async def handle(scope, receive, send):
        await receive()
        begun.set()
        assert await receive() == {"type": "http.disconnect"}
        gone.set()

    serve(handle)
    client = dial(web).send(ASK)
    assert begun.wait(5)
    client.reset()
    assert gone.wait(5)


async def _returns(scope, receive, send):
    pass


async def _returns_midway(scope, receive, send):
    await send(START)
    await send(ONE)


async def _no_start(scope, receive, send):
    await send(END)


async def _twice(scope, receive, send):
    await send(START)
    await send(START)


async def _websocket(scope, receive, send):
    await send({"type": "websocket.accept"})


async def _exits(scope, receive, send):
    sys.exit("enough")


async def _cancels_itself(scope, receive, send):
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("handle", "text"),
    [
        (_returns, "returned before its answer was complete"),
        (_returns_midway, "returned before its answer was complete"),
        (_no_start, "'http.response.body', for which this is not the time"),
        (_twice, "'http.response.start', for which this is not the time"),
        (_websocket, "'websocket.accept', for which this is not the time"),
        (_exits, "SystemExit: enough"),
        (_cancels_itself, "CancelledError"),
    ],
)
def test_what_an_application_does_wrong_is_told(web, client, serve, handle, text):
    serve(handle)
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    client.rest()
    (finding,) = web.findings.all
    assert text in finding.text
    web.findings.clear()


# -- lifespan ---------------------------------------------------------------------------------


def test_an_application_lives_from_its_first_request_to_the_stop(dial):
    steps = []

    @asynccontextmanager
    async def life(app):
        steps.append("started")
        yield {"who": "world"}
        steps.append("shut down")

    async def answer(request):
        steps.append(request.state.who)
        return PlainTextResponse("x")

    web = HTTPMock()
    web.mount(_starlette(answer, lifespan=life))
    for _ in range(2):
        with web:
            assert steps == []
            client = dial(web)
            for _ in range(2):
                client.get("/")
        assert steps == ["started", "world", "world", "shut down"]
        steps.clear()


def test_an_application_that_fails_to_start_answers_nobody(web, client):
    @asynccontextmanager
    async def life(app):
        raise ValueError("no database")
        yield

    web.mount(_starlette(_hello, lifespan=life))
    answer = client.get("/")
    assert answer.status == 500
    assert "the application failed to start" in answer.text
    assert "no database" in web.findings.all[0].text
    web.findings.clear()


def test_an_application_that_never_gets_ready_is_given_up(web, client, monkeypatch):
    monkeypatch.setattr(lifespan, "PATIENCE", 0.01)

    @asynccontextmanager
    async def life(app):
        await asyncio.Event().wait()
        yield

    web.mount(_starlette(_hello, lifespan=life))
    assert "is not ready after 0.01 s" in client.get("/").text
    web.findings.clear()
    monkeypatch.setattr(lifespan, "SHUTDOWN", 0.01)
    web.stop()
    assert "does not shut down within 0.01 s" in web.findings.all[0].text
    web.findings.clear()


@pytest.mark.parametrize("kind", ["raises", "says so", "hangs"])
def test_an_application_that_fails_to_shut_down_is_told(web, client, monkeypatch, kind):
    monkeypatch.setattr(lifespan, "SHUTDOWN", 0.01)

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            assert await receive() == {"type": "lifespan.shutdown"}
            if kind == "raises":
                raise ValueError("a bug")
            if kind == "says so":
                await send({"type": "lifespan.shutdown.failed", "message": "a bug"})
            else:
                await asyncio.Event().wait()
        await send(START)
        await send(END)

    web.mount(app)
    assert client.get("/").status == 200
    web.stop()
    texts = [finding.text for finding in web.findings.all]
    web.findings.clear()
    expected = "does not shut down within" if kind == "hangs" else "a bug"
    assert any(expected in text for text in texts)


def test_an_application_whose_life_ends_early_is_told(web, client):
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await send({"type": "lifespan.startup.complete"})
            raise ValueError("a bug")
        await send(START)
        await send(END)

    web.mount(app)
    assert client.get("/").status == 200
    web.journal.wait_for(lambda entry: entry.kind == "error")
    assert "ValueError: a bug" in web.findings.all[0].text
    web.findings.clear()


def test_a_stop_ends_an_application_that_is_answering(web, client, serve):
    begun, cancelled = threading.Event(), threading.Event()

    async def handle(scope, receive, send):
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    serve(handle)
    client.send(ASK)
    assert begun.wait(5)
    web.stop()
    assert cancelled.is_set()
