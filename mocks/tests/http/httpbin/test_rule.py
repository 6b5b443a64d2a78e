"""The rule of last resort, among others."""

import pytest

from netmocks.http import HTTPMock, Response, httpbin


def test_it_answers_what_no_other_rule_does(web, rule, client):
    web.on("GET", "/get").reply("mine")
    assert client.get("/get").text == "mine"
    assert client.get("/uuid").status == 200
    assert rule.count == 1


def test_it_comes_last_even_if_it_was_added_last(web, dial):
    web.on("GET", "/get").reply("mine")
    rule = httpbin.add_to(web)
    assert dial(web).get("/get").text == "mine"
    assert web.rules[-1] is rule


def test_it_is_no_finding_that_it_never_answered():
    with HTTPMock() as mock:
        httpbin.add_to(mock)


def test_nothing_that_a_client_asks_for_is_a_finding(web, rule, client):
    for path in ("/nothing", "/status/abc", "/redirect/0", "/delay/x", "/etag/%E2%82%AC"):
        assert client.get(path).status in (400, 404)
    assert not web.findings.all


def test_a_mock_has_one_at_most(web, rule):
    assert httpbin.add_to(web) is rule
    assert web.rules == (rule,)


def test_it_keeps_the_requests_it_answered(web, rule, client):
    web.on("GET", "/mine").reply("mine")
    client.get("/mine")
    client.get("/status/204?a=1")
    (request,) = rule.wait_for_calls(1)
    assert request.query == {"a": "1"}
    assert request.params == {"codes": "204"}


def test_it_can_be_withdrawn(web, rule, client):
    web.remove(rule)
    assert client.get("/get").status == 501
    web.findings.clear()


@pytest.mark.parametrize(
    "content", ["all is closed", Response("all is closed"), lambda _: "all is closed"]
)
def test_it_can_be_told_to_reply_otherwise(rule, client, content):
    assert client.get("/uuid").status == 200
    rule.reply(content)
    assert client.get("/uuid").text == "all is closed"


def test_it_says_how_it_was_made(web):
    mock = HTTPMock(spelling="web")
    assert repr(httpbin.add_to(mock)) == "<Rule web.httpbin()>"


def test_over_tls_it_says_so_and_its_cookies_are_for_tls_alone(connect_tls):
    with HTTPMock(tls=True) as mock:
        httpbin.add_to(mock)
        client = connect_tls(mock)
        client.sendall(b"GET /get HTTP/1.1\r\nHost: example.com:443\r\n\r\n")
        client.sendall(b"GET /cookies/set/a/1 HTTP/1.0\r\nHost: example.com\r\n\r\n")
        answers = client.makefile("rb").read()
    assert b'"url": "https://example.com/get"' in answers
    assert b"Set-Cookie: a=1; Secure; Path=/" in answers
