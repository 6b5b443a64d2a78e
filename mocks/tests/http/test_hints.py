import re

import pytest

from netmocks.http import Basic, HTTPMock
from netmocks.http.hints import hints

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("path", "target", "hint"),
    [
        ("/a", "/a/", "the paths differ by the slash at their end"),
        ("/a/", "/a", "the paths differ by the slash at their end"),
        ("/users/{id:int}", "/users/7/", "the paths differ by the slash at their end"),
        (re.compile("/a+"), "/aa/", "the paths differ by the slash at their end"),
        ("/Users", "/users", "the paths differ in letter case"),
        ("/a/b", "/a//b", "the path that came has two slashes in a row"),
        (
            re.compile("/a.b(c)"),
            "/a.b(c)",
            "special characters are plain text here: write '/a.b(c)'",
        ),
        ("/v1/.*", "/v1/users", "not a pattern: write re.compile('/v1/.*') for one"),
        ("/a.b", "/axb", "the path is text, not a pattern"),
        ("/a(", "/b", None),
        ("/a", "/b", None),
    ],
)
def test_a_path_that_is_nearly_right_is_hinted_at(request_of, path, target, hint):
    found = hints(HTTPMock().on("GET", path), request_of(target=target))
    assert len(found) == (hint is not None)
    assert hint is None or hint in found[0]


@pytest.mark.parametrize(
    ("conditions", "headers", "body", "hint"),
    [
        ({"scheme": "https"}, {}, "", "it came by http: the rule is for https"),
        (
            {"host": "a.example.com:80"},
            {"Host": "a.example.com"},
            "",
            "the hosts differ in their ports: leave the port out for any",
        ),
        ({"host": "a.example.com"}, {"Host": "b.example.com"}, "", None),
        ({"query": {"q": "2"}}, {}, "", "'q' is there 2 times: write query={'q': ['1', '2']}"),
        ({"query": {"q": "3"}}, {}, "", None),
        (
            {"headers": {"Content-Type": "application/json"}},
            {"content-type": "application/json; charset=utf-8"},
            "",
            "its parameters are more than the rule says: write re.compile('^application/json')",
        ),
        ({"headers": {"Content-Type": "a/b"}}, {"Content-Type": "a/c; x=y"}, "", None),
        ({"headers": {"X": "1"}}, {"X": "2"}, "", None),
        ({"form": {"a": "1"}}, {"Content-Type": "text/plain"}, "a=1", "that states text/plain"),
        ({"form": {"a": "1"}}, {}, "a=1", "no form came, by its Content-Type: that states nothing"),
        ({"form": {"a": "1"}}, FORM, "a=2", None),
        ({"files": {"a": "1"}}, FORM, "a=2", "files come in multipart/form-data"),
        ({"json": {"a": "1"}}, FORM, "a=1", "a form came instead of JSON: form= is for those"),
        ({"json": 1}, {}, "2", None),
        ({"auth": Basic("a", "b")}, {}, "", None),
    ],
)
def test_what_else_is_nearly_right_is_hinted_at(request_of, conditions, headers, body, hint):
    rule = HTTPMock().on("POST", "/", **conditions)
    found = hints(rule, request_of("POST", "/?q=1&q=2", headers, body))
    assert len(found) == (hint is not None)
    assert hint is None or hint in found[0]


def test_the_method_is_hinted_at_where_all_else_fits(request_of):
    rule = HTTPMock().on("GET", "/", query={"q": "1"})
    assert hints(rule, request_of("HEAD", "/?q=1")) == [
        "all but the method fits: ('GET', 'HEAD') takes both"
    ]
    assert hints(rule, request_of("HEAD", "/")) == []


def test_a_request_that_fits_needs_no_hint_and_is_left_as_it_is(request_of):
    request = request_of(target="/a/")
    assert hints(HTTPMock().on("GET", "/a/"), request) == []
    hints(HTTPMock().on("GET", "/a"), request)
    assert request.path == "/a/"


def test_hints_are_part_of_the_explanation(request_of):
    web = HTTPMock()
    web.on("GET", "/a")
    assert (
        b"Hint: the paths differ by the slash at their end\n"
        in web.answer(request_of(target="/a/")).body
    )
