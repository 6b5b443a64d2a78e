import re

import pytest

from netmocks.errors import MisuseError
from netmocks.http import Basic, Bearer, Digest, HTTPMock

SAM = {"Authorization": "Basic c2FtOnNlY3JldA=="}
TOM = {"Authorization": "Basic dG9tOnNlY3JldA=="}


@pytest.fixture
def web():
    """A mock that does not run: who is refused shows without a wire."""
    return HTTPMock(name="shop", spelling="web")


@pytest.fixture
def ask(web, request_of):
    """The answer to a request, and its content."""

    def ask(target="/secret", headers=SAM, method="GET"):
        answer = web.answer(request_of(method, target, headers))
        return answer.status, answer.body.decode()

    return ask


def test_who_has_the_credentials_is_let_in_and_others_are_challenged(web, ask, request_of):
    rule = web.on("GET", "/secret", auth=Basic("sam", "secret")).reply("welcome")
    assert ask() == (200, "welcome")
    assert ask(headers=TOM) == (401, "401: Basic 'tom', 'secret'\n")
    answer = web.answer(request_of("GET", "/secret"))
    assert answer.fields[0] == ("WWW-Authenticate", 'Basic realm="netmocks", charset="UTF-8"')
    assert not web.findings.all
    assert (rule.count, rule.refused.count) == (1, 2)
    assert [request.credentials and request.credentials.user for request in rule.refused.calls] == [
        "tom",
        None,
    ]


def test_only_the_place_of_the_rule_is_guarded(web, ask):
    web.on("GET", "/secret", query={"q": "1"}, auth=Basic("sam", "secret"))
    for elsewhere in ({"target": "/other"}, {"target": "/secret"}, {"method": "POST"}):
        assert ask(headers={}, **elsewhere)[0] == 501
    assert ask("/secret?q=1", headers={})[0] == 401


def test_several_may_be_let_in_at_one_place_each_by_a_rule_of_its_own(web, ask):
    sam = web.on("GET", "/secret", auth=Basic("sam", "secret")).reply("hello, Sam")
    tom = web.on("GET", "/{place}", auth=Basic("tom", "secret")).reply("hello, Tom")
    web.on("GET", "/secret", auth=Bearer("token"), times=1).reply("hello, machine")
    assert ask(headers=SAM) == (200, "hello, Sam")
    assert ask(headers=TOM) == (200, "hello, Tom")
    assert ask(headers={"Authorization": "Bearer token"}) == (200, "hello, machine")
    assert ask(headers={})[0] == 401
    assert (sam.count, tom.count, sam.refused.count, tom.refused.count) == (1, 1, 0, 0)
    assert tom.calls[0].params == {"place": "secret"}


def test_a_challenge_has_each_scheme_of_its_place_once_the_latest_first(web, request_of):
    web.on("GET", "/secret", auth=Basic("sam", "secret", realm="sam"))
    web.on("GET", "/secret", auth=Basic("tom", "secret", realm="tom"))
    web.on("GET", "/other", auth=Digest("eve", "secret"))
    web.on("GET", "/{place}", auth=Bearer("token"))
    request = request_of("GET", "/secret")
    assert [value for name, value in web.answer(request).fields if name == "WWW-Authenticate"] == [
        'Bearer realm="netmocks"',
        'Basic realm="tom", charset="UTF-8"',
    ]
    assert request.params == {"place": "secret"}


def test_a_rule_without_credentials_does_not_let_in_where_a_later_one_asks_for_them(web, ask):
    web.on("GET", re.compile("/.*")).reply("public")
    web.on("GET", "/secret", auth=Basic("sam", "secret")).reply("welcome")
    assert ask(headers=TOM)[0] == 401
    assert ask("/other", headers=TOM) == (200, "public")


def test_a_later_rule_without_credentials_opens_the_place(web, ask):
    web.on("GET", "/secret", auth=Basic("sam", "secret"))
    web.on("GET", "/secret").reply("open")
    assert ask(headers={}) == (200, "open")


def test_who_has_the_credentials_of_a_rule_that_has_stepped_aside_is_not_asked_for_them(web, ask):
    web.on("GET", "/secret").reply("later")
    web.on("GET", "/secret", auth=Basic("sam", "secret"), times=1).reply("once")
    assert [ask(), ask(headers={})[0]] == [(200, "once"), 401]


def test_the_refused_still_see_what_the_path_captured(web, ask):
    rule = web.on("GET", "/{name}", auth=Basic("sam", "secret"))
    ask("/secret", headers={})
    assert rule.refused.calls[0].params == {"name": "secret"}


def test_what_the_refused_get_can_be_told(web, ask):
    rule = web.on("GET", "/secret", auth=Basic("sam", "secret")).reply("welcome")
    rule.refused.reply(json={"error": "who are you?"}, status=403)
    assert ask(headers={}) == (403, '{"error": "who are you?"}')


def test_with_the_rule_goes_its_refusal(web, ask):
    rule = web.on("GET", "/secret", auth=Basic("sam", "secret"))
    ask(headers={})
    web.remove(rule)
    assert web.rules == ()
    assert ask(headers={})[0] == 501
    assert rule.refused.count == 1


def test_a_refusal_ends_with_the_block_of_its_rule(web, ask):
    with web.on("GET", "/secret", auth=Basic("sam", "secret"), required=False):
        assert ask(headers={})[0] == 401
    assert ask(headers={})[0] == 501


def test_a_rule_of_last_resort_may_ask_for_credentials(web, ask):
    web.on("GET", auth=Basic("sam", "secret"), last_resort=True).reply("welcome")
    web.on("GET", "/open").reply("open")
    assert ask("/open", headers={}) == (200, "open")
    assert ask("/a", headers={})[0] == 401
    assert ask("/a") == (200, "welcome")


def test_a_guarded_rule_stands_before_httpbin(web, ask):
    web.on("GET", "/get", auth=Basic("sam", "secret")).reply("welcome")
    web.httpbin()
    assert ask("/get", headers={})[0] == 401
    assert ask("/uuid", headers={})[0] == 200


def test_a_rule_that_nobody_entered_is_unused_and_says_who_was_refused(dial):
    with HTTPMock(name="shop", spelling="web", tolerate=["unused"]) as web:
        web.findings.tolerated = frozenset()
        web.on("GET", "/secret", auth=Basic("sam", "secret"))
        assert dial(web).get("/secret").status == 401
        web.stop()
        (finding,) = web.findings.all
        web.findings.clear()
    assert "no request came for web.on('GET', '/secret', auth=…), 1 got 401; " in finding.text


def test_a_rule_without_credentials_refuses_nobody(web):
    rule = web.on("GET", "/")
    with pytest.raises(MisuseError, match=r"web.on\('GET', '/'\) refuses nobody: it has no auth="):
        _ = rule.refused


def test_the_explanation_of_another_request_has_the_credentials_in_it(web, ask):
    web.on("GET", "/secret", auth=Basic("sam", "secret"))
    _, text = ask("/secret/")
    assert "Its only rule is web.on('GET', '/secret', auth=…):" in text
    assert re.search(r"= auth +Basic 'sam', 'secret' +let in\n", text)
    _, text = ask("/secret/", headers={})
    assert re.search(r"≠ auth +Basic 'sam', 'secret' +no Authorization\n", text)
