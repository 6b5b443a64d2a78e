import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmocks.errors import MisuseError
from netmocks.http import Basic, Containing, Digest, HTTPMock, when
from netmocks.http.matching.words import MAKERS, Conditions

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=B")


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


@given(
    st.sampled_from([*FORMS, "application/json", "", "; charset=\x00"]),
    st.text(st.characters(max_codepoint=255)),
    st.binary(),
)
@settings(deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_client_sends_a_rule_matches_or_does_not_and_can_be_explained(
    request_of, media_type, field, body
):
    web = HTTPMock()
    web.on(
        "POST",
        "/{name}",
        host="example.com",
        query={"q": re.compile("x")},
        cookies={"a": ["1", "2"]},
        where=~when(form={"a": "1"}, files={"f": b"x"})
        | ~when(json=Containing({"a": [1]}), body=re.compile("x")),
        auth=Digest("sam", "secret"),
    )
    fields = {"Content-Type": media_type, "Cookie": field, "Host": field}
    fields["Authorization"] = f"Digest {field}"
    with_blank_line = b"--B\r\nContent-Disposition: form-data; name=f\r\n\r\n" + body
    for sent in (body, with_blank_line, with_blank_line + b"\r\n--B--"):
        request = request_of("POST", f"/{quote(field)}?{quote(field)}", fields, sent)
        assert web.answer(request).status in (200, 401, 501)
