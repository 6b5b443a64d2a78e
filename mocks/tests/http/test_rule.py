import asyncio
import functools
import json
import threading

import pytest

from netmocks.errors import MisuseError, WaitTimeout
from netmocks.http import HTTPMock, Response


@pytest.fixture
def rule():
    return HTTPMock().on("GET", "/")


@pytest.fixture
def bodies(rule, request_of):
    """What the rule answers, one after the other."""
    return lambda count: [rule.answer(request_of()).body.decode() for _ in range(count)]


# -- the sequence of answers ------------------------------------------------------------------


def test_a_rule_answers_200_without_content_until_it_is_told_otherwise(rule, request_of):
    answer = rule.answer(request_of())
    assert (answer.status, answer.body) == (200, b"")


def test_the_last_answer_of_a_sequence_stays(rule, bodies):
    rule.reply("one").then("two").then("three")
    assert bodies(5) == ["one", "two", "three", "three", "three"]


def test_a_sequence_may_go_round(rule, bodies):
    rule.reply("one").then("two").then("three").cycle()
    assert bodies(7) == ["one", "two", "three", "one", "two", "three", "one"]
    rule.reply("a").then("b")
    assert bodies(3) == ["a", "b", "b"]
    rule.cycle()
    with pytest.raises(MisuseError, match=r"write reply\(...\).then\(...\).cycle\(\)"):
        rule.then("c")


def test_a_single_answer_goes_round_by_itself(rule, bodies):
    rule.reply("one").cycle()
    assert bodies(3) == ["one"] * 3


def test_an_answer_added_late_is_given_to_the_next_call(rule, bodies):
    rule.reply("one")
    assert bodies(3) == ["one", "one", "one"]
    rule.then("two").then("three")
    assert bodies(3) == ["two", "three", "three"]


def test_a_new_reply_begins_a_new_sequence(rule, bodies):
    rule.reply("a").then("b").then("c")
    assert bodies(2) == ["a", "b"]
    rule.reply("one").then("two")
    assert bodies(3) == ["one", "two", "two"]


def test_a_sequence_without_a_first_reply_begins_with_the_empty_answer(rule, bodies):
    rule.then("two")
    assert bodies(2) == ["", "two"]


def test_a_reply_that_cannot_be_sent_leaves_the_old_one(rule, bodies):
    rule.reply("old")
    with pytest.raises(MisuseError):
        rule.reply("new", status=1)
    assert bodies(1) == ["old"]


@pytest.mark.parametrize(
    "arguments",
    [{"status": 404}, {"headers": {"X": "y"}}, {"json": None}, {"html": ""}, {"stream": [b""]}],
)
@pytest.mark.parametrize("content", [Response("x"), lambda _: "x"])
def test_a_response_or_function_says_all_by_itself(rule, content, arguments):
    for tell in (rule.reply, rule.then):
        with pytest.raises(MisuseError, match="belong into the Response it is or returns"):
            tell(content, **arguments)


# -- functions --------------------------------------------------------------------------------


def test_a_plain_function_runs_in_a_thread_of_its_own(web, client):
    def answer(request):
        return f"{request.query['q']} from {threading.current_thread().name}"

    web.on("GET", "/").reply(answer)
    assert client.get("/?q=hello").text == "hello from netmocks-worker"


def test_an_async_function_runs_on_the_loop_of_the_mocks(web, client):
    async def answer(request):
        await asyncio.sleep(0)
        return f"{request.path} from {threading.current_thread().name}"

    web.on("GET", "/a").reply(answer)
    assert client.get("/a").text == "/a from netmocks-loop"


class AsyncCallable:
    async def __call__(self, request):
        return "called"


async def _named(name, request):
    return name


@pytest.mark.parametrize(
    ("handler", "text"),
    [
        (AsyncCallable(), "called"),
        (functools.partial(_named, "partial"), "partial"),
        (lambda request: _named("wrapped", request), "wrapped"),
    ],
)
def test_whatever_returns_an_awaitable_is_awaited(web, client, handler, text):
    web.on("GET", "/").reply(handler)
    assert client.get("/").text == text


@pytest.mark.parametrize(
    ("content", "status", "body"),
    [
        (None, 200, b""),
        ("text", 200, b"text"),
        (b"\0", 200, b"\0"),
        (Response(json=[1], status=201), 201, b"[1]"),
        (Response(stream=[b"a", b"b"], status=202), 202, b"ab"),
    ],
)
def test_a_function_may_return_whatever_reply_takes_as_content(web, client, content, status, body):
    web.on("GET", "/").reply(lambda _: content)
    answer = client.get("/")
    assert (answer.status, answer.body) == (status, body)


# -- the spy ----------------------------------------------------------------------------------


def test_the_rule_keeps_the_requests_it_answered(web, client):
    rule = web.on("POST", "/users/{id:int}")
    other = web.on("GET", "/other")
    client.get("/other")
    client.ask(
        "POST",
        "/users/7?tag=a&tag=b",
        "X-Name: value",
        "Cookie: session=abc",
        "Content-Type: application/json",
        body=b'{"a": 1}',
    )
    assert (rule.count, other.count) == (1, 1)
    (call,) = rule.calls
    assert call.method == "POST"
    assert call.target == "/users/7?tag=a&tag=b"
    assert call.path == "/users/7"
    assert call.version == "1.1"
    assert call.params == {"id": 7}
    assert call.query.all("tag") == ["a", "b"]
    assert call.headers["x-name"] == "value"
    assert call.cookies == {"session": "abc"}
    assert call.text == '{"a": 1}'
    assert call.json() == {"a": 1}
    assert call.scheme == "http"
    assert call.url == "http://example.com/users/7?tag=a&tag=b"
    assert call.client == client.sock.getsockname()
    assert call.server_name == ""
    assert call.tls is None
    assert call.connection == 1


def test_a_test_may_wait_for_calls_that_are_still_to_come(web, client):
    rule = web.on("GET", "/")
    thread = threading.Timer(0, lambda: [client.get("/"), client.get("/?second")])
    thread.start()
    calls = rule.wait_for_calls(2)
    thread.join()
    assert [call.query_string for call in calls] == ["", "second"]


@pytest.mark.asyncio
async def test_a_coroutine_may_wait_for_calls_while_its_own_loop_runs_on(web):
    rule = web.on("GET", "/")
    waiting = asyncio.create_task(rule.wait_for_calls_async(2))
    _, writer = await asyncio.open_connection(*web.address)
    writer.write(b"GET /?1 HTTP/1.1\r\nHost: a\r\n\r\nGET /?2 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert [call.query_string for call in await waiting] == ["1", "2"]
    writer.close()
    await writer.wait_closed()


@pytest.mark.asyncio
async def test_a_wait_that_would_block_a_running_loop_is_refused(web):
    rule = web.on("GET", "/", required=False)
    with pytest.raises(MisuseError, match="_async"):
        rule.wait_for_calls()


def test_a_wait_in_vain_says_how_many_calls_came_and_which(web, client):
    rule = web.on("GET", "/")
    client.get("/?first")
    with pytest.raises(WaitTimeout) as caught:
        rule.wait_for_calls(2, timeout=0.01)
    assert "1 of 2 arrived" in str(caught.value)
    assert "<Request GET http://example.com/?first>" in str(caught.value)


def test_a_call_that_never_came_is_no_silent_index_error(rule):
    with pytest.raises(IndexError, match="no item 0"):
        rule.calls[0]


def test_it_shows_the_python_that_made_it():
    rule = HTTPMock(spelling="web").on("GET", "/a", query={"q": "1"}, headers={"X": "y", "Z": "a"})
    assert repr(rule) == "<Rule web.on('GET', '/a', query=…, headers=…)>"


def test_a_request_may_be_read_long_after_its_connection_is_gone(web, dial):
    rule = web.on("POST", "/")
    with dial(web) as client:
        client.ask("POST", "/", body=json.dumps({"a": 1}).encode())
    web.journal.wait_for(lambda entry: entry.kind == "closed")
    assert rule.calls[0].json() == {"a": 1}
    assert rule.calls[0].client[0] == "127.0.0.1"
