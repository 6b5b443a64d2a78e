import re
from unittest.mock import ANY

import pytest

from netmocks.errors import MisuseError
from netmocks.http import Containing, HTTPMock


@pytest.mark.parametrize(
    ("body", "sent", "fits"),
    [
        (b"\0\xff", b"\0\xff", True),
        (b"\0\xff", b"\0", False),
        (b"", b"", True),
        (b"", b"x", False),
        ("你好", "你好", True),
        ("你好", "你", False),
        (re.compile("好$"), "你好", True),
        (re.compile("^好"), "你好", False),
        (re.compile(b"\xff"), b"\0\xff", True),
        (re.compile(b"\xff"), b"\0", False),
        (lambda body: len(body) == 3, b"abc", True),
        (lambda body: len(body) == 3, b"ab", False),
        (bytes.isalpha, b"", False),
    ],
)
def test_a_body_is_compared_as_bytes_or_text_whole_or_by_a_pattern(matches, body, sent, fits):
    assert matches({"body": body}, body=sent) is fits


def test_a_body_given_as_text_is_compared_in_the_charset_of_the_request(matches):
    latin = {"Content-Type": "text/plain; charset=latin-1"}
    assert matches({"body": "Grüße"}, headers=latin, body="Grüße".encode("latin-1"))


@pytest.mark.parametrize("body", [5, ["a"], {"a": 1}, None])
def test_a_body_that_can_never_fit_is_refused_unless_none_was_given(matches, body):
    if body is None:
        assert matches({"body": None}, body="anything")
        return
    with pytest.raises(MisuseError, match="for JSON write json="):
        matches({"body": body})


@pytest.mark.parametrize(
    ("json", "sent", "fits"),
    [
        ({"a": 1, "b": [1, 2]}, '{"b": [1, 2], "a": 1.0}', True),
        ({"a": 1}, '{"a": 1, "b": 2}', False),
        ({"b": (1, 2)}, '{"b": [1, 2]}', True),
        ({"id": ANY, "a": 1}, '{"id": "x7", "a": 1}', True),
        ({"id": ANY, "a": 1}, '{"id": "x7", "a": 2}', False),
        ({"price": pytest.approx(0.3)}, '{"price": 0.30000000001}', True),
        (None, "null", True),
        (None, "", False),
        ("你", '"\\u4f60"', True),
        ({}, "no json", False),
        ({}, "[" * 100_000, False),
        ([], b"\xff\xfe\xff", False),
        ({"name": re.compile("^S")}, '{"name": "Sam"}', True),
        ({"name": re.compile("^S")}, '{"name": 5}', False),
        ({"age": lambda age: age > 17}, '{"age": 18}', True),
        ({"age": lambda age: age > 17}, '{"age": 17}', False),
        (lambda value: value["a"] == 1, '{"a": 1}', True),
        (Containing({"a": 1}), '{"a": 1, "b": 2}', True),
        (Containing({"a": 1}), '{"b": 2}', False),
    ],
)
def test_json_is_compared_as_values(matches, json, sent, fits):
    assert matches({"json": json}, body=sent) is fits


@pytest.mark.parametrize("json", [object(), {"a": {1, 2}}, [b"bytes"], {("a",): 1}])
def test_a_value_that_no_json_equals_is_refused(json):
    with pytest.raises(MisuseError, match="no JSON equals it"):
        HTTPMock().on("POST", "/", json=json)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_a_function_may_look_at_the_whole_request(matches):
    def is_admin(request):
        return request.form.get("user") == "admin"

    assert matches({"where": is_admin}, method="POST", headers=FORM, body="user=admin")
    assert not matches({"where": is_admin}, method="POST", headers=FORM, body="user=guest")


def test_a_function_sees_what_the_path_captured(request_of):
    rule = HTTPMock().on("GET", "/{id:int}", where=lambda request: request.params["id"] > 5)
    assert rule.matches(request_of(target="/6"))
    assert not rule.matches(request_of(target="/5"))


def test_what_is_no_function_is_refused():
    with pytest.raises(
        MisuseError, match="where='admin': give a function of a Request, or what `when` returns"
    ):
        HTTPMock().on("GET", "/", where="admin")
