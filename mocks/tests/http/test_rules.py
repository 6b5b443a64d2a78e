import re

import pytest

from netmocks.errors import MisuseError, UnexpectedTraffic


def test_the_latest_rule_that_matches_answers_whatever_its_path_is_written_as(web, client):
    web.on("GET", re.compile("/users/.*"), required=False).reply("pattern")
    web.on("GET", "/users/{id:int}").reply("template")
    web.on("GET", "/users/7").reply("text")
    assert client.get("/users/7").text == "text"
    assert client.get("/users/8").text == "template"
    assert client.get("/users/sam").text == "pattern"


def test_a_rule_added_later_is_met_by_a_path_that_was_asked_before(web, client):
    web.on("GET", "/a").reply("one")
    assert client.get("/a").text == "one"
    rule = web.on("GET", "/{name}").reply("two")
    assert client.get("/a").text == "two"
    web.remove(rule)
    assert client.get("/a").text == "one"


def test_a_template_is_met_only_by_paths_that_begin_like_it(web):
    users, pages = (
        web.on("GET", "/users/{id}", required=False),
        web.on("GET", "/{page}", required=False),
    )
    assert web._rules.of("/users/1") == (pages, users)
    assert web._rules.of("/other") == (pages,)


def test_the_paths_that_are_remembered_are_bounded(web, monkeypatch):
    monkeypatch.setattr("netmocks.http.rules.REMEMBERED", 3)
    rule = web.on("GET", "/{page}", required=False)
    for number in range(10):
        assert web._rules.of(f"/{number}") == (rule,)
    assert len(web._rules._by_path) <= 3


# -- scopes ---------------------------------------------------------------------------------------


def test_a_rule_in_a_with_block_ends_with_it(web, client):
    web.on("GET", "/").reply("up")
    with web.on("GET", "/").reply("down", status=503) as outage:
        assert client.get("/").status == 503
    assert client.get("/").text == "up"
    assert outage.count == 1
    assert outage not in web.rules


def test_a_required_rule_that_was_not_used_in_its_block_is_a_finding(web):
    with web.on("GET", "/never"):
        assert web.findings.all == ()
    assert web.rules == ()
    with pytest.raises(UnexpectedTraffic, match="no request came for"):
        web.verify()


def test_where_the_block_raises_that_is_the_news(web):
    with pytest.raises(ValueError, match="of the block"), web.on("GET", "/never"):
        raise ValueError("of the block")
    assert web.rules == ()
    assert web.findings.all == ()


def test_a_rule_that_was_withdrawn_in_its_block_can_not_be_withdrawn_again(web):
    rule = web.on("GET", "/", required=False)
    with pytest.raises(MisuseError, match="was withdrawn before"), rule:
        web.remove(rule)


# -- nothing was sent -----------------------------------------------------------------------------


def test_that_nothing_was_sent_can_be_asserted(web, client):
    web.assert_no_requests()
    web.on("GET", "/a")
    client.get("/a")
    with pytest.raises(AssertionError, match=r"no request; what did come:\n  GET .*/a"):
        web.assert_no_requests()
