import re

import pytest

from netmocks.errors import MisuseError
from netmocks.http import Basic, HTTPMock, when
from netmocks.http.matching.words import MAKERS, Conditions


def test_all_that_a_rule_says_must_hold(matches):
    conditions = {
        "method": "POST",
        "path": "/a",
        "query": {"q": "1"},
        "headers": {"X": "y"},
        "body": "text",
    }
    good = {"method": "POST", "target": "/a?q=1", "headers": {"X": "y"}, "body": "text"}
    assert matches(conditions, **good)
    for wrong in (
        {"method": "PUT"},
        {"target": "/b?q=1"},
        {"target": "/a?q=2"},
        {"headers": {}},
        {"body": "other"},
    ):
        assert not matches(conditions, **good | wrong), wrong


@pytest.mark.parametrize(
    ("word", "remedy"),
    [
        ("header", "there is no condition header=; did you mean headers=?"),
        ("jsn", "did you mean json=?"),
        ("priority", "there are: host, scheme, query, headers"),
    ],
)
def test_a_word_that_is_none_is_refused_with_the_nearest(word, remedy):
    with pytest.raises(MisuseError, match=re.escape(remedy)):
        HTTPMock().on("GET", "/", **{word: {}})


def test_every_word_has_what_makes_its_conditions():
    assert set(MAKERS) == set(Conditions.__annotations__)


def test_none_says_nothing_save_for_json(matches):
    assert matches(dict.fromkeys(set(MAKERS) - {"json"}), body="anything")
    assert not matches({"json": None}, body="anything")


def test_a_rule_that_says_nothing_matches_everything(request_of):
    rule = HTTPMock(spelling="web").on()
    assert rule.matches(request_of("POST", "/a/\n?b", body="c"))
    assert rule.spelling == "web.on()"


@pytest.mark.parametrize(
    ("arguments", "conditions", "spelling"),
    [
        (["GET"], {}, "web.on('GET')"),
        (["*", "/a"], {}, "web.on('*', '/a')"),
        ([("GET", "HEAD"), re.compile("/a")], {}, "web.on(('GET', 'HEAD'), re.compile('/a'))"),
        ([], {"json": 1, "host": "a"}, "web.on(host=…, json=…)"),
        (["GET", "/"], {"where": when("GET"), "query": None}, "web.on('GET', '/', where=…)"),
    ],
)
def test_a_rule_is_spelled_as_it_was_made(arguments, conditions, spelling):
    assert HTTPMock(spelling="web").on(*arguments, **conditions).spelling == spelling


@pytest.mark.parametrize("auth", [("user", "password"), "Basic x", Basic])
def test_credentials_that_are_none_are_refused_with_what_to_write(auth):
    with pytest.raises(MisuseError, match=r"auth=.*: write Basic\('user', 'password'\)"):
        HTTPMock().on("GET", "/", auth=auth)
