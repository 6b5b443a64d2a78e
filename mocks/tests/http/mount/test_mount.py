"""What holds for applications of both kinds."""

import json
import re

import httpx
import pytest
import requests

from netmocks.errors import MisuseError
from netmocks.http import HTTPMock, Limits


def test_an_application_answers_what_no_rule_does(web, mounted):
    rule = web.on("GET", "/hello/rule").reply("from the test")
    assert requests.get(web.url("/hello/rule"), timeout=5).text == "from the test"
    answer = requests.get(web.url("/hello/world"), timeout=5)
    assert (answer.status_code, answer.text) == (200, "hello, world")
    assert answer.headers["Content-Type"].startswith("text/")
    assert [call.path for call in mounted.rule.calls] == ["/hello/world"]
    assert rule.count == 1


def test_a_rule_of_last_resort_may_be_told_otherwise(web, client, mounted):
    mounted.rule.reply(status=503)
    assert client.get("/hello/world").status == 503


def test_an_application_is_told_all_of_a_request(web, client, mounted):
    answer = client.ask(
        "POST",
        "/echo?q=%C3%BC",
        "X-Tags: a",
        "X-Tags: b",
        "Cookie: session=abc",
        body="grüße".encode(),
    )
    assert answer.status == 200
    told = json.loads(answer.body)
    assert re.fullmatch(r"http://example.com/echo\?q=(ü|%C3%BC)", told.pop("url"))
    assert told == {
        "root": "",
        "path": "/echo",
        "body": "grüße",
        "tags": "a, b",
        "cookies": {"session": "abc"},
        "remote": "127.0.0.1",
    }


@pytest.mark.parametrize("target", ["/api/echo", "http://example.com:8080/api/echo"])
def test_an_application_may_be_mounted_below_a_path(web, client, app, target):
    web.mount(app, prefix="/api")
    told = json.loads(client.ask("POST", target).body)
    assert (told["root"], told["path"]) == ("/api", "/echo")


def test_what_is_beside_the_prefix_is_not_the_applications(web, client, app):
    rule = web.mount(app, prefix="/api")
    for path in ("/", "/apiary", "/v1/api"):
        assert client.get(path).status == 501
    assert rule.count == 0
    web.findings.clear()


def test_the_tls_of_a_client_is_told(dial_tls, app):
    with HTTPMock(tls=True, names=["api.example.com"]) as web:
        web.mount(app)
        client = dial_tls(web, "api.example.com")
        told = json.loads(client.ask("POST", "/echo").body)
        assert told["url"] == "https://example.com/echo"


def test_a_stream_is_sent_as_it_is_made(web, client, mounted):
    client.send(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
    web.journal.wait_for(lambda entry: entry.kind == "sent" and b"one" in entry.data)
    mounted.app.gate.set()
    answer = client.answer()
    assert answer.body == b"onetwo"
    assert answer.all("Transfer-Encoding") == ["chunked"]
    assert client.get("/hello/again").text == "hello, again"


def test_a_client_that_leaves_a_stream_harms_nobody(web, dial, mounted):
    client = dial(web).send(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
    web.journal.wait_for(lambda entry: entry.kind == "sent" and b"one" in entry.data)
    client.reset()
    web.journal.wait_for(lambda entry: entry.kind == "closed")
    mounted.app.gate.set()
    assert httpx.get(web.url("/hello/next")).text == "hello, next"


def test_head_has_the_fields_of_get_and_no_content(web, client, mounted):
    assert client.ask("HEAD", "/hello/world").all("Content-Length") == ["12"]
    assert client.ask("HEAD", "/stream").status == 200
    assert client.get("/hello/again").text == "hello, again"


def test_an_answer_without_content_is_sent_as_it_is_told(web, client, mounted):
    answer = client.get("/nothing")
    assert answer.status == 204
    assert [line.partition(";")[0] for line in answer.all("Set-Cookie")] == ["a=1", "b=2"]
    assert answer.all("Content-Length") == []
    assert client.get("/hello/again").text == "hello, again"


def test_what_an_application_raises_is_told_to_client_and_test(web, client, mounted):
    answer = client.get("/fail")
    assert answer.status == 500
    web.journal.wait_for(lambda entry: entry.kind == "error")
    (finding,) = web.findings.all
    assert finding.kind == "handler"
    assert "ValueError: a bug of the application" in finding.text
    web.findings.clear()


def test_what_an_application_raises_midway_breaks_its_answer(web, client, mounted):
    client.send(b"GET /break HTTP/1.1\r\nHost: a\r\n\r\n")
    assert client.rest().endswith(b"3\r\none\r\n")
    (finding,) = web.findings.all
    assert "ValueError: a bug of the application" in finding.text
    web.findings.clear()


def test_websocket_is_refused_with_a_reason(client, mounted):
    answer = client.get("/hello/world", "Connection: Upgrade", "Upgrade: websocket")
    assert (answer.status, "WebSocket is not spoken here" in answer.text) == (501, True)


def test_content_that_was_not_kept_is_not_passed_off_as_all(dial, app):
    with HTTPMock(limits=Limits(kept=10)) as web:
        web.mount(app)
        answer = dial(web).ask("POST", "/echo", body=b"x" * 11)
        assert (answer.status, "of 11 bytes, 10 were kept" in answer.text) == (500, True)
        web.findings.clear()


def test_a_mock_that_starts_again_serves_again(app):
    web = HTTPMock()
    web.mount(app)
    for _ in range(2):
        with web:
            assert httpx.get(web.url("/hello/world")).text == "hello, world"


@pytest.mark.parametrize("prefix", ["api", "/api/", "/", 5])
def test_a_prefix_that_is_none_is_refused_at_once(app, prefix):
    with pytest.raises(MisuseError, match="write it as '/api'"):
        HTTPMock().mount(app, prefix=prefix)


def test_the_rule_says_what_was_mounted(app):
    assert re.fullmatch(
        r"<Rule web\.mount\((Flask|Starlette)\)>", repr(HTTPMock(spelling="web").mount(app))
    )
