import asyncio
import pickle
import re
import threading

import pytest

from netmocks.errors import MisuseError, UnexpectedTraffic
from netmocks.http import HTTPMock, Response


@pytest.fixture
def troubled():
    """A mock that will have something to complain of."""
    mock = HTTPMock().start()
    yield mock
    mock.stop()


@pytest.fixture
def told():
    """Stop a mock, and return what the test is told."""

    def stop(mock):
        mock.stop()
        with pytest.raises(UnexpectedTraffic) as caught:
            mock.verify()
        return str(caught.value)

    return stop


# -- which rule answers -----------------------------------------------------------------------


def test_the_latest_rule_that_matches_answers(web, client):
    web.on("GET", "/a").reply("first")
    web.on("GET", "/a", query={"q": "1"}).reply("second")
    web.on("*", "/b").reply("third")
    assert [client.get(path).text for path in ("/a", "/a?q=1", "/b")] == [
        "first",
        "second",
        "third",
    ]


def test_a_rule_added_while_the_mock_serves_counts_from_then_on(web, client):
    web.on("GET", "/").reply("old")
    assert client.get("/").text == "old"
    web.on("GET", "/").reply("new")
    assert client.get("/").text == "new"


def test_a_rule_steps_aside_when_it_has_answered_as_often_as_it_should(web, client):
    web.on("GET", "/").reply("always")
    twice = web.on("GET", "/", times=2).reply("twice")
    assert [client.get("/").text for _ in range(4)] == ["twice", "twice", "always", "always"]
    assert twice.count == 2


@pytest.mark.parametrize("times", [0, -1, "2", 1.5])
def test_a_rule_that_could_never_answer_is_refused(times):
    with pytest.raises(MisuseError, match="a rule answers at least once"):
        HTTPMock().on("GET", "/", times=times)


def test_a_rule_that_was_removed_answers_no_more_and_keeps_what_it_saw(web, client):
    web.on("GET", "/").reply("old")
    new = web.on("GET", "/").reply("new")
    assert client.get("/").text == "new"
    web.remove(new)
    assert client.get("/").text == "old"
    assert len(new.calls) == 1
    assert new not in web.rules


def test_a_rule_can_be_removed_only_where_it_stands(web):
    rule = web.on("GET", "/", required=False)
    web.remove(rule)
    for stranger in (rule, HTTPMock().on("GET", "/")):
        with pytest.raises(MisuseError, match=re.escape("on('GET', '/')> is no rule of this mock")):
            web.remove(stranger)


def test_every_request_is_kept_whichever_rule_answered(web, client):
    web.on("GET", "/a")
    web.on("GET", "/b")
    for path in ("/a", "/b", "/a"):
        client.get(path)
    assert [request.path for request in web.requests] == ["/a", "/b", "/a"]


# -- what the test is told --------------------------------------------------------------------


def test_an_unmatched_request_gets_501_and_is_told(troubled, told, dial):
    troubled.on("GET", "/hello").reply("hello")
    client = dial(troubled)
    answer = client.get("/helo?q=1")
    assert answer.status == 501
    assert answer.all("Content-Type") == ["text/plain; charset=utf-8"]
    assert "GET http://example.com/helo?q=1 matches no rule of http" in answer.text
    assert re.search(r"≠ path +/hello +/helo\n", answer.text)
    assert client.get("/hello").text == "hello"
    text = told(troubled)
    assert answer.text.strip() in text
    assert "tolerate=['unmatched']" in text


def test_leaving_the_block_fails_the_test_for_what_went_wrong(dial):
    def serve():
        with HTTPMock() as mock:
            dial(mock).get("/")

    with pytest.raises(UnexpectedTraffic, match="matches no rule of http"):
        serve()


@pytest.mark.asyncio
async def test_leaving_the_block_in_a_coroutine_does_so_too():
    async def serve():
        async with HTTPMock() as mock:
            mock.on("GET", "/")

    with pytest.raises(UnexpectedTraffic, match="no request came"):
        await serve()


def test_the_line_that_an_unmatched_request_gets_makes_it_match(web, client):
    text = client.get("/shop/7?tag=a&tag=b").text
    web.findings.clear()
    eval(text.splitlines()[-1], {"mock": web})
    assert client.get("/shop/7?tag=a&tag=b").text == "..."


def test_unmatched_requests_can_be_tolerated(dial):
    with HTTPMock(tolerate=["unmatched"]) as mock:
        assert dial(mock).get("/").status == 501


def test_a_required_rule_that_never_answered_is_told(troubled, told):
    troubled.on("GET", "/never", query={"q": "1"})
    troubled.on("GET", "/optional", required=False)
    troubled.remove(troubled.on("GET", "/removed"))
    text = told(troubled)
    assert "no request came for mock.on('GET', '/never', query=…)" in text
    assert "required=False" in text
    assert "/optional" not in text
    assert "/removed" not in text


def test_unused_rules_can_be_tolerated():
    with HTTPMock(tolerate=["unused"]) as mock:
        mock.on("GET", "/never")


def test_what_went_wrong_survives_pickling(troubled, dial):
    dial(troubled).get("/")
    with pytest.raises(UnexpectedTraffic) as caught:
        troubled.verify()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_the_error_of_the_test_itself_is_not_hidden_by_findings(dial):
    def serve():
        with HTTPMock() as mock:
            dial(mock).get("/unmatched")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        serve()


def _fail(request):
    raise ValueError("a bug \udcff of the test")


async def _fail_async(request):
    raise ValueError("a bug \udcff of the test")


def _pytest_fail(request):
    pytest.fail("a bug of the test")


async def _exit_async(request):
    raise SystemExit("a bug of the test")


async def _cancel_async(request):
    raise asyncio.CancelledError("a bug of the test")


@pytest.mark.parametrize("handler", [_fail, _fail_async, _pytest_fail, _exit_async, _cancel_async])
def test_what_a_handler_raises_is_told_and_the_client_gets_500(troubled, told, dial, handler):
    troubled.on("GET", "/").reply(handler)
    troubled.on("GET", "/next").reply("served")
    client = dial(troubled)
    answer = client.get("/")
    assert answer.status == 500
    assert "the test's code raised" in answer.text
    assert client.get("/next").text == "served"
    text = told(troubled)
    assert "[handler] http#1" in text
    assert "a bug" in text
    assert handler.__name__ in text


@pytest.mark.parametrize(
    ("result", "remedy"),
    [({"a": 1}, "for JSON write json={'a': 1}"), (404, "content 404 is neither text nor bytes")],
)
def test_a_handler_that_returns_what_cannot_be_sent_is_told_what_to_return(
    troubled, told, dial, result, remedy
):
    troubled.on("GET", "/").reply(lambda _: result)
    assert dial(troubled).get("/").status == 500
    assert remedy in told(troubled)


def test_what_a_condition_raises_is_told_and_the_client_gets_500(troubled, told, dial):
    troubled.on("GET", "/", where=lambda request: 1 / len(request.body), required=False)
    assert dial(troubled).get("/").status == 500
    assert "ZeroDivisionError" in told(troubled)


def test_a_handler_that_raises_can_be_tolerated(dial):
    with HTTPMock(tolerate=["handler"]) as mock:
        mock.on("GET", "/").reply(_fail)
        assert dial(mock).get("/").status == 500


# -- where it stands --------------------------------------------------------------------------


def test_its_url_names_the_scheme_the_address_and_the_path():
    with HTTPMock() as plain, HTTPMock(tls=True) as secure:
        assert plain.url() == f"http://127.0.0.1:{plain.port}/"
        assert secure.url("/a?b=1") == f"https://127.0.0.1:{secure.port}/a?b=1"


def test_a_path_without_its_slash_makes_no_url(web):
    with pytest.raises(MisuseError, match="begins with a slash: '/a'"):
        web.url("a")


def test_a_mock_on_a_unix_socket_has_no_url(tmp_path):
    with (
        HTTPMock(path=tmp_path / "socket") as mock,
        pytest.raises(MisuseError, match="Unix socket"),
    ):
        mock.url("/")


# -- stopping ---------------------------------------------------------------------------------


def test_stopping_cancels_an_answer_that_sleeps(dial):
    cancelled = threading.Event()

    async def sleep(request):
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with HTTPMock() as mock:
        rule = mock.on("GET", "/").reply(sleep)
        client = dial(mock).send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        rule.wait_for_calls()
    assert cancelled.wait(5)
    assert client.rest() == b""


def test_stopping_ends_a_stream_that_would_never_end(dial):
    def endless():
        while True:
            yield b"tick"

    with HTTPMock() as mock:
        rule = mock.on("GET", "/").reply(lambda _: Response(stream=endless()))
        dial(mock).send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        rule.wait_for_calls()


def test_a_mock_that_was_stopped_may_start_again_with_its_rules(dial):
    mock = HTTPMock()
    mock.on("GET", "/").reply("here")
    for _ in range(2):
        with mock:
            assert dial(mock).get("/").text == "here"


# -- rules of last resort ---------------------------------------------------------------------


def test_a_rule_of_last_resort_answers_what_no_other_does_whenever_it_was_added(web, client):
    early = web.on("GET", "/a").reply("early")
    last = web.on(last_resort=True).reply(status=404)
    late = web.on("GET", "/b").reply("late")
    assert web.rules == (late, early, last)
    assert [client.get(path).status for path in ("/a", "/b", "/c")] == [200, 200, 404]


def test_among_rules_of_last_resort_the_latest_comes_first(web, client):
    web.httpbin()
    web.on("GET", last_resort=True).reply("mine")
    assert client.get("/get").text == "mine"
    assert client.ask("POST", "/post").status == 200


def test_a_rule_of_last_resort_need_not_answer_unless_it_is_said():
    with HTTPMock() as mock:
        mock.on(last_resort=True)
    with (
        pytest.raises(UnexpectedTraffic, match=r"no request came for mock\.on\(last_resort=True\)"),
        HTTPMock() as mock,
    ):
        mock.on(last_resort=True, required=True)
