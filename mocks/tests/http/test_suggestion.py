import re

import pytest

from netmocks.http import HTTPMock, suggestion

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def web():
    """A mock that does not run: suggestions need no wire."""
    return HTTPMock(spelling="web")


@pytest.fixture
def answers(web, request_of):
    """The line for a request after this rule, which is seen to answer it."""

    def ask(conditions, *arguments, path="/a", method="POST", **more):
        request = request_of(*arguments, **more)
        nearest = web.on(method, path, **conditions)
        line = suggestion.line(request, "web", nearest)
        rule = eval(line, {"web": web, "re": re})
        assert rule.matches(request), line
        assert web.answer(request).body == b"..."
        return line.removeprefix("web.on(").removesuffix(').reply("...")')

    return ask


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/"),
        ("DELETE", "/a%20b/%E4%BD%A0"),
        ("POST", "/a?q=1&q=2&empty=&plain"),
        ("GET", "/it's?say=\"'\\"),
        ("GET", "/what%3Fq=1"),
        ("GET", "/literal/{id:int}"),
        ("GET", "/literal/{}/{broken"),
        ("GET", "/%2541"),
        ("GET", "/tab%09and%0Aline?a=%0A"),
        ("GET", "//double"),
        ("GET", "http://example.com/absolute?q=1"),
        ("GET", "/?&&"),
        ("GET", "/%FF?b=%FF"),
        ("OPTIONS", "*"),
        ("CONNECT", "example.com:443"),
        ("M-SEARCH", "*"),
    ],
)
def test_the_line_to_write_is_python_that_answers_the_request(web, request_of, method, target):
    request = request_of(method, target)
    rule = eval(suggestion.line(request, "web"), {"web": web, "re": re})
    assert rule.matches(request)
    assert web.answer(request).body == b"..."


@pytest.mark.parametrize(
    ("conditions", "headers", "body", "argument"),
    [
        ({"json": {"a": 1}}, {}, '{"a": [null, true]}', "json={'a': [None, True]}"),
        ({"form": {"a": "1"}}, FORM, "a=2&b=3", "form={'a': '2'}"),
        ({"form": {"a": "1"}}, FORM, "b=3", "form={'a': None}"),
        ({"form": [("a", "1")]}, FORM, "b=3&b=4", "form={'b': ['3', '4']}"),
        (
            {"headers": {"X": "1", "Y": None}},
            {"x": "2", "Y": "3"},
            "",
            "headers={'X': '2', 'Y': '3'}",
        ),
        ({"cookies": {"a": "1"}}, {"Cookie": "a=2; b=3"}, "", "cookies={'a': '2'}"),
        ({"body": "text"}, {}, b"\0\xff", "body=b'\\x00\\xff'"),
        ({"host": "a.example.com"}, {"Host": "b.example.com:8"}, "", "host='b.example.com:8'"),
        ({"scheme": "https"}, {}, "", "scheme='http'"),
    ],
)
def test_it_says_what_is_there_instead_of_what_the_nearest_rule_wants(
    answers, conditions, headers, body, argument
):
    assert answers(conditions, "POST", "/a", headers, body) == f"'POST', '/a', {argument}"


def test_what_fits_and_what_others_want_is_left_out(answers):
    more = {"headers": {"X": "1"}, "json": 1}
    assert (
        answers({"headers": {"X": "1"}, "json": 1}, "PUT", "/a", {"X": "1"}, "1") == "'PUT', '/a'"
    )
    assert answers(more, "POST", "/b", {"X": "2"}, "2") == "'POST', '/b'"


@pytest.mark.parametrize(
    ("conditions", "body"),
    [
        ({"json": 1}, "no json"),
        ({"json": 1}, f'"{"x" * 1000}"'),
        ({"where": lambda _: False}, ""),
        ({"files": {"a": "b"}}, ""),
    ],
)
def test_what_cannot_be_written_or_is_too_long_is_left_out(answers, conditions, body):
    assert answers(conditions, "POST", "/a", {}, body) == "'POST', '/a'"
