import asyncio
import queue
import re
import ssl
import threading
from functools import partial

import pytest

from netmocks.http import HTTPMock, Response, engine
from netmocks.http.engine import PIPELINE_LIMIT
from netmocks.wire.worker import in_thread

HOST = b"Host: example.com\r\n"


def _get(target, *fields):
    return "\r\n".join([f"GET {target} HTTP/1.1", "Host: a", *fields, "", ""]).encode()


@pytest.fixture
def gate():
    """An event that holds up a handler until a test sets it; set in the end in any case."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def slow(web, gate):
    """A rule whose handler waits for the gate."""

    def answer(request):
        assert gate.wait(5)
        return f"slow {request.path}"

    return web.on("GET", "/slow").reply(answer)


def _has_received(web, data):
    """Wait until the mock has read these bytes."""
    web.journal.wait_for(lambda entry: entry.kind == "received" and data in entry.data)


def _sent(web):
    return b"".join(entry.data for entry in web.journal if entry.kind == "sent")


# -- the connection ---------------------------------------------------------------------------


def test_a_connection_of_http_1_1_stays_open(web, client):
    rule = web.on("GET", "/").reply("hello")
    for _ in range(3):
        answer = client.get("/")
        assert (answer.status, answer.text) == (200, "hello")
        assert answer.all("Connection") == []
    assert [call.connection for call in rule.calls] == [1, 1, 1]


def test_each_connection_has_its_ordinal(web, dial):
    rule = web.on("GET", "/")
    for _ in range(3):
        dial(web).get("/")
    assert [call.connection for call in rule.calls] == [1, 2, 3]


def test_a_connection_of_http_1_0_ends_with_the_answer(web, client):
    web.on("GET", "/").reply("hello")
    client.send(b"GET / HTTP/1.0\r\n\r\n")
    assert client.rest() == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n"
        b"Connection: close\r\n\r\nhello"
    )


def test_a_connection_of_http_1_0_stays_open_if_the_client_asks(web, client):
    web.on("GET", "/").reply("hello")
    for _ in range(2):
        client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        answer = client.answer()
        assert answer.text == "hello"
        assert answer.all("Connection") == ["keep-alive"]


def test_a_client_that_asks_for_it_is_closed_behind_the_answer(web, client):
    web.on("GET", "/").reply("hello")
    answer = client.get("/", "Connection: close")
    assert answer.all("Connection") == ["close"]
    assert client.rest() == b""


@pytest.mark.parametrize(
    "content", [None, "hello", lambda _: Response("x", headers={"Connection": "close"})]
)
def test_an_answer_that_says_so_closes_the_connection(web, client, content):
    if callable(content):
        rule = web.on("GET", "/").reply(content)
    else:
        rule = web.on("GET", "/").reply(content, headers={"Connection": "close"})
    client.send(_get("/") + _get("/"))
    assert client.answer().all("Connection") == ["close"]
    assert client.rest() == b""
    assert rule.count == 1


def test_a_stream_that_says_so_closes_the_connection(web, client):
    rule = web.on("GET", "/").reply(stream=[b"a"], headers={"Connection": "close"})
    client.send(_get("/") + _get("/"))
    answer = client.answer()
    assert (answer.body, answer.all("Connection")) == (b"a", ["close"])
    assert client.rest() == b""
    assert rule.count == 1


def test_a_client_that_closed_its_own_side_still_gets_its_answer(web, client):
    web.on("GET", "/").reply("hello")
    client.send(_get("/")).half_close()
    assert client.answer().text == "hello"
    assert client.rest() == b""


def test_a_client_that_closed_its_own_side_still_gets_every_slow_answer(web, client, slow, gate):
    client.send(_get("/slow") + _get("/slow")).half_close()
    slow.wait_for_calls()
    gate.set()
    assert [client.answer().text for _ in range(2)] == ["slow /slow"] * 2
    assert client.rest() == b""


def test_a_client_that_says_nothing_is_journalled_and_holds_up_nobody(web, dial):
    silent = dial(web)
    web.on("GET", "/").reply("hello")
    assert dial(web).get("/").text == "hello"
    silent.half_close()
    assert silent.rest() == b""
    web.journal.wait_for(lambda entry: (entry.connection, entry.kind) == (1, "closed"))
    assert [entry.kind for entry in web.journal if entry.connection == 1] == ["opened", "closed"]


def test_a_client_that_leaves_cancels_the_handler_and_the_next_is_served(web, dial):
    cancelled = threading.Event()

    async def sleep(request):
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    rule = web.on("GET", "/sleep").reply(sleep)
    web.on("GET", "/").reply("hello")
    with dial(web) as leaver:
        leaver.send(_get("/sleep"))
        rule.wait_for_calls()
    # It is the answer to a client that may only have closed its own side, until it is told.
    with dial(web) as resetter:
        resetter.send(_get("/sleep"))
        rule.wait_for_calls(2)
        resetter.reset()
        assert cancelled.wait(5)
    assert dial(web).get("/").text == "hello"


@pytest.mark.parametrize("data", [b"", b"GET / HT", _get("/slow"), _get("/stream")])
def test_a_client_that_resets_does_not_stop_the_next(web, dial, slow, gate, data):
    slow.required = False
    web.on("GET", "/stream", required=False).reply(lambda _: Response(stream=iter(lambda: b"x", 0)))
    web.on("GET", "/").reply("hello")
    client = dial(web).send(data)
    if data:
        _has_received(web, data)
    client.reset()
    web.journal.wait_for(lambda entry: entry.kind == "closed")
    assert dial(web).get("/").text == "hello"


# -- pipelining -------------------------------------------------------------------------------


def test_pipelined_requests_are_answered_in_order(web, client):
    web.on("GET", "/{name}").reply(lambda request: request.params["name"])
    client.send(_get("/a") + _get("/b") + _get("/c"))
    assert [client.answer().text for _ in range(3)] == ["a", "b", "c"]


def test_a_fast_answer_waits_for_the_slow_one_before_it(web, client, slow, gate):
    fast = web.on("GET", "/fast").reply("fast")
    client.send(_get("/slow") + _get("/fast") + _get("/slow"))
    slow.wait_for_calls()
    _has_received(web, b"/fast")
    assert _sent(web) == b""
    assert fast.count == 0
    gate.set()
    texts = [client.answer().text for _ in range(3)]
    assert texts == ["slow /slow", "fast", "slow /slow"]


def test_more_requests_than_may_wait_are_all_answered(web, client, slow, gate):
    rule = web.on("GET", "/next/{n:int}").reply(lambda request: str(request.params["n"]))
    count = 3 * PIPELINE_LIMIT
    requests = [_get("/slow"), *(_get(f"/next/{n}") for n in range(count))]
    for request in requests:  # one by one, so that the mock can stop reading in between
        client.send(request)
    slow.wait_for_calls()
    gate.set()
    assert client.answer().text == "slow /slow"
    assert [client.answer().text for _ in range(count)] == [str(n) for n in range(count)]
    assert rule.count == count


@pytest.mark.asyncio
async def test_it_stops_reading_while_too_many_requests_wait(memory_stream, engine_for):
    turn = asyncio.Event()

    async def wait():
        await turn.wait()
        return Response("x")

    stream = memory_stream()
    speaker = engine_for(lambda _: wait())
    speaker.connection_made(stream)
    speaker.data_received(_get("/") * PIPELINE_LIMIT)
    assert stream.reading
    speaker.data_received(_get("/"))
    assert not stream.reading
    turn.set()
    await stream.site.journal.wait_for_async(lambda entry: entry.value == "reading again")
    speaker.connection_lost(None)


def test_what_follows_a_slow_request_and_is_none_gets_400_behind_its_answer(
    web, client, slow, gate
):
    client.send(_get("/slow") + b"garbage\r\n\r\n")
    slow.wait_for_calls()
    gate.set()
    assert client.answer().text == "slow /slow"
    assert client.answer().status == 400
    assert client.rest() == b""


def test_a_half_closed_client_is_told_of_its_garbage_too(web, client, slow, gate, monkeypatch):
    monkeypatch.setattr(engine, "LINGER", 1000)  # nothing more can come: it is closed at once
    client.send(_get("/slow") + b"garbage\r\n\r\n").half_close()
    slow.wait_for_calls()
    web.journal.wait_for(lambda entry: entry.kind == "error")
    gate.set()
    assert [client.answer().status for _ in range(2)] == [200, 400]
    assert client.rest() == b""
    web.journal.wait_for(lambda entry: entry.kind == "closed")


# -- content of requests ----------------------------------------------------------------------


def test_a_chunked_request_is_put_together(web, client):
    rule = web.on("POST", "/")
    client.send(b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
    client.send(b'4;name="value"\r\nWiki\r\n').send(b"6\r\npedia \r\nC\r\nin \r\nchunks.\r\n")
    client.send(b"0\r\n\r\n")
    assert client.answer().status == 200
    assert rule.calls[0].body == b"Wikipedia in \r\nchunks."


def test_trailers_are_no_header_fields(web, client):
    rule = web.on("POST", "/")
    client.send(b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
    client.send(b"1\r\nx\r\n0\r\nHost: evil.example.com\r\nX-Trailer: 1\r\n\r\n")
    assert client.answer().status == 200
    assert rule.calls[0].headers.raw == (("Host", "example.com"), ("Transfer-Encoding", "chunked"))


def test_a_large_body_is_taken_whole(web, client):
    body = bytes(range(256)) * 8192
    rule = web.on("PUT", "/")
    client.ask("PUT", "/", body=body)
    assert rule.calls[0].body == body


def test_a_client_that_expects_100_is_told_to_continue(web, client):
    rule = web.on("POST", "/").reply("done")
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nExpect: 100-Continue \r\n\r\n"
    client.send(head)
    assert client.answer() == (100, [], b"")
    assert rule.count == 0
    client.send(b"abc")
    assert client.answer().text == "done"
    assert rule.calls[0].body == b"abc"


def test_a_client_that_expects_100_gets_it_behind_the_answer_before(web, client, slow, gate):
    rule = web.on("POST", "/").reply("done")
    client.send(_get("/slow"))
    client.send(
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    )
    _has_received(web, b"100-continue")
    assert _sent(web) == b""
    gate.set()
    assert client.answer().text == "slow /slow"
    assert client.answer().status == 100
    client.send(b"abc")
    assert client.answer().text == "done"
    assert rule.calls[0].body == b"abc"


def test_a_client_that_did_not_wait_for_100_is_not_told_late(web, client, slow, gate):
    web.on("POST", "/").reply("done")
    post = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"
    client.send(_get("/slow") + post)
    slow.wait_for_calls()
    gate.set()
    assert [client.answer().text for _ in range(2)] == ["slow /slow", "done"]
    assert client.get("/slow").text == "slow /slow"


def test_http_1_0_has_no_100(web, client):
    web.on("POST", "/").reply("done")
    client.send(b"POST / HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc")
    assert client.answer().text == "done"


# -- answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [[b"12345"], None])
def test_head_gets_the_head_alone(web, client, stream):
    if stream:
        web.on("*", "/").reply(stream=stream)
        framing = ("Transfer-Encoding", ["chunked"])
    else:
        web.on("*", "/").reply("12345")
        framing = ("Content-Length", ["5"])
    head = client.ask("HEAD", "/")
    assert head.all(framing[0]) == framing[1]
    get = client.get("/")
    assert (get.fields, get.body) == (head.fields, b"12345")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_content_leaves_the_connection_in_step(web, client, status):
    web.on("GET", "/").reply(status=status).then("next")
    assert client.get("/") == (status, [], b"")
    assert client.get("/").text == "next"


def test_pieces_go_out_in_chunks(web, client):
    web.on("GET", "/").reply(stream=[b"one", b"", b"two" * 10])
    client.send(_get("/", "Connection: close"))
    assert client.rest() == (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
        b"3\r\none\r\n1e\r\n" + b"two" * 10 + b"\r\n0\r\n\r\n"
    )


def test_pieces_go_to_http_1_0_until_the_connection_ends(web, client):
    web.on("GET", "/").reply(stream=[b"one", b"two"])
    client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    answer = client.answer()
    assert answer.body == b"onetwo"
    assert answer.all("Connection") == ["close"]
    assert answer.all("Transfer-Encoding") == []


def test_pieces_of_a_known_length_are_not_chunked(web, client):
    web.on("GET", "/").reply(stream=[b"one", b"two"], headers={"Content-Length": "6"})
    for _ in range(2):
        answer = client.get("/")
        assert answer.all("Transfer-Encoding") == []
        assert answer.body == b"onetwo"


def _generator(gate):
    yield b"one"
    assert gate.wait(5)
    yield b"two"


def _iterator(gate):
    pieces: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    pieces.put(b"one")
    threading.Thread(target=lambda: [gate.wait(5), pieces.put(b"two"), pieces.put(None)]).start()
    return iter(pieces.get, None)


async def _async_generator(gate):
    yield b"one"
    assert await in_thread(partial(gate.wait, 5))
    yield b"two"


class AsyncPieces:
    def __init__(self, gate):
        self.gate = gate

    def __aiter__(self):
        return _async_generator(self.gate)


@pytest.mark.parametrize("pieces", [_generator, _iterator, _async_generator, AsyncPieces])
def test_a_piece_is_sent_when_it_is_there(web, dial, gate, pieces):
    web.on("GET", "/").reply(stream=pieces(gate))
    web.on("GET", "/other").reply("other")
    client = dial(web).send(_get("/", "Connection: close"))
    web.journal.wait_for(lambda entry: entry.kind == "sent" and b"one" in entry.data)
    assert dial(web).get("/other").text == "other"
    gate.set()
    assert client.answer().body == b"onetwo"


@pytest.mark.parametrize("generate", [_generator, _async_generator])
def test_a_generator_function_makes_a_stream_for_each_request(web, client, gate, generate):
    gate.set()

    def bound():
        yield from generate(gate)

    async def bound_async():
        async for piece in generate(gate):
            yield piece

    web.on("GET", "/").reply(stream=bound if generate is _generator else bound_async)
    assert [client.get("/").body for _ in range(2)] == [b"onetwo", b"onetwo"]


def test_an_iterator_that_was_used_up_is_told(web, client):
    web.on("GET", "/").reply(stream=iter([b"one"]))
    assert client.get("/").body == b"one"
    answer = client.get("/")
    assert answer.status == 500
    assert "used up by an earlier request" in answer.text
    (finding,) = web.findings.all
    assert "used up by an earlier request" in finding.text
    web.findings.clear()


def _broken_generator():
    yield b"one"
    raise ValueError("a bug of the test")


async def _broken_async_generator():
    yield b"one"
    raise ValueError("a bug of the test")


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (_broken_generator, "a bug of the test"),
        (_broken_async_generator, "a bug of the test"),
        (lambda: iter([b"one", 5]), "one of its pieces is 5"),
    ],
)
def test_a_stream_that_fails_ends_without_its_last_chunk_and_is_told(web, client, pieces, text):
    web.on("GET", "/").reply(stream=pieces())
    client.send(_get("/"))
    web.journal.wait_for(lambda entry: entry.kind == "closed")
    assert b"0\r\n\r\n" not in _sent(web)
    (finding,) = web.findings.all
    assert text in finding.text
    web.findings.clear()


def test_a_stream_is_closed_when_the_client_leaves(web, client):
    closed = threading.Event()

    async def endless():
        try:
            while True:
                yield b"tick"
                await asyncio.sleep(0)
        finally:
            closed.set()

    web.on("GET", "/").reply(stream=endless())
    client.send(_get("/"))
    web.journal.wait_for(lambda entry: entry.kind == "sent")
    client.reset()
    assert closed.wait(5)


@pytest.mark.asyncio
async def test_a_stream_is_closed_even_when_it_is_not_its_turn(memory_stream, engine_for):
    closed = asyncio.Event()

    async def pieces():
        speaker.pause_writing()
        try:
            yield b"one"
            yield b"two"
        finally:
            closed.set()

    stream, response = memory_stream(), Response(stream=pieces())
    speaker = engine_for(lambda _: response)
    speaker.connection_made(stream)
    speaker.data_received(_get("/"))
    await stream.site.journal.wait_for_async(lambda entry: b"one" in entry.data)
    speaker.connection_lost(None)
    await asyncio.wait_for(closed.wait(), 5)


@pytest.mark.asyncio
async def test_a_stream_waits_for_a_client_that_does_not_read(memory_stream, engine_for):
    stream = memory_stream()
    speaker = engine_for(lambda _: Response(stream=[b"one", b"two"]))
    speaker.connection_made(stream)
    speaker.pause_writing()
    speaker.data_received(_get("/"))
    journal = stream.site.journal
    await journal.wait_for_async(lambda entry: b"chunked" in entry.data)
    for _ in range(5):  # turns of the loop in which it could go on
        await asyncio.sleep(0)
    assert b"one" not in stream.sent
    speaker.resume_writing()
    await journal.wait_for_async(lambda entry: entry.data == b"0\r\n\r\n")
    assert b"two" in stream.sent
    speaker.resume_writing()  # asyncio may say so to whoever never paused


# -- upgrades, CONNECT, targets ---------------------------------------------------------------

H2C = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")


def test_an_upgrade_is_ignored_and_the_connection_goes_on(web, client):
    rule = web.on("GET", "/{name}").reply(lambda request: request.params["name"])
    client.send(_get("/a", *H2C) + _get("/b", *H2C) + _get("/c"))
    assert [client.answer().text for _ in range(3)] == ["a", "b", "c"]
    assert rule.calls[0].headers["Upgrade"] == "h2c"


@pytest.mark.parametrize("framing", ["Content-Length: 3", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("cut", [False, True])
def test_the_content_of_a_request_for_an_upgrade_is_read(web, client, framing, cut):
    rule = web.on("POST", "/").reply("done")
    web.on("GET", "/next").reply("next")
    body = b"abc" if "Length" in framing else b"3\r\nabc\r\n0\r\n\r\n"
    head = "\r\n".join(["POST / HTTP/1.1", "Host: a", *H2C, "Expect: 100-continue", framing])
    head = head.encode() + b"\r\n\r\n"
    if cut:
        client.send(head)
        assert client.answer().status == 100
        client.send(body + _get("/next"))
    else:
        client.send(head + body + _get("/next"))
        assert client.answer().status == 100
    assert [client.answer().text for _ in range(2)] == ["done", "next"]
    assert rule.calls[0].body == b"abc"
    assert rule.calls[0].headers["Upgrade"] == "h2c"
    assert rule.calls[0].headers["Expect"] == "100-continue"


def test_an_upgrade_with_an_empty_body_is_one_request(web, client):
    rule = web.on("POST", "/").reply("done")
    client.ask("POST", "/", *H2C, "Content-Length: 0")
    assert client.ask("POST", "/", *H2C, "Content-Length: 00").text == "done"
    assert rule.count == 2


def test_connect_is_answered_and_the_connection_goes_on(web, client):
    answer = client.ask("CONNECT", "example.com:443")
    assert answer.status == 501
    web.findings.clear()
    eval(answer.text.splitlines()[-1], {"mock": web, "re": re})
    assert client.ask("CONNECT", "example.com:443").text == "..."
    assert web.requests[0].path == "example.com:443"


@pytest.mark.asyncio
async def test_any_number_of_upgrades_may_come_at_once(memory_stream, engine_for):
    stream, seen = memory_stream(), []
    speaker = engine_for(lambda request: (seen.append(request), Response("x"))[1])
    speaker.connection_made(stream)
    speaker.data_received(b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n" * 2000)
    assert len(seen) == 2000
    assert stream.sent == Response("x").wire() * 2000


def test_an_absolute_target_is_taken(web, client):
    rule = web.on("GET", "/a", query={"q": "1"})
    assert client.get("http://example.com:8080/a?q=1").status == 200
    assert rule.calls[0].url == "http://example.com:8080/a?q=1"


def test_a_broken_host_in_a_target_is_the_clients_own_affair(web, client):
    rule = web.on("GET", "/a")
    assert client.get("http://[::1/a").status == 200
    assert rule.calls[0].host == "[::1"


def test_options_may_ask_for_the_server_as_a_whole(web, client):
    web.on("OPTIONS", "*").reply(status=204, headers={"Allow": "GET"})
    assert client.ask("OPTIONS", "*") == (204, [("Allow", "GET")], b"")


# -- TLS, Unix sockets, the journal -----------------------------------------------------------


@pytest.fixture
def secure():
    with HTTPMock(tls=True, names=["shop.example.com"]) as mock:
        yield mock


@pytest.fixture
def tls_client(secure, dial_tls):
    """A client that has shaken hands with `secure`, and wants every end to be announced."""
    client = dial_tls(secure, "shop.example.com")
    client.sock.suppress_ragged_eofs = False
    return client


def test_over_tls_the_request_knows_its_scheme_and_the_name_asked_for(secure, tls_client):
    rule = secure.on("GET", "/").reply("secret")
    assert tls_client.get("/", "Connection: close").text == "secret"
    assert tls_client.rest() == b""
    (call,) = rule.calls
    assert (call.scheme, call.server_name) == ("https", "shop.example.com")
    assert call.tls.version.startswith("TLSv1.")
    assert call.url == "https://example.com/"


def test_over_tls_what_is_no_request_gets_400_and_a_proper_end(secure, tls_client):
    assert tls_client.send(b"garbage\r\n\r\n").answer().status == 400
    assert tls_client.rest() == b""


def test_over_tls_a_client_that_said_goodbye_still_gets_its_answer(secure, tls_client):
    secure.on("GET", "/").reply(lambda _: "late")
    tls_client.send(_get("/"))
    with pytest.raises((ssl.SSLError, OSError)):  # what comes is no close_notify, but the answer
        tls_client.sock.unwrap()
    secure.journal.wait_for(lambda entry: entry.kind == "sent" and b"late" in entry.data)


def test_a_plain_client_at_a_tls_mock_does_not_stop_the_next(secure, tls_client, dial):
    secure.on("GET", "/").reply("secret")
    plain = dial(secure).send(_get("/"))
    secure.journal.wait_for(lambda entry: entry.kind == "error" and "TLS" in str(entry.value))
    assert b"HTTP" not in plain.rest()
    assert tls_client.get("/").text == "secret"


def test_it_speaks_on_a_unix_socket(tmp_path, dial):
    with HTTPMock(path=tmp_path / "socket") as mock:
        rule = mock.on("GET", "/").reply("hello")
        assert dial(mock).get("/").text == "hello"
    assert not rule.calls[0].client


def test_the_journal_has_what_was_said_and_what_was_made_of_it(web, client):
    web.on("GET", "/").reply("hello")
    client.get("/", "Connection: close")
    web.journal.wait_for(lambda entry: entry.kind == "closed")
    assert [entry.kind for entry in web.journal] == [
        "opened",
        "received",
        "event",
        "sent",
        "closed",
    ]
    assert "==  GET http://example.com/" in str(web.journal)
