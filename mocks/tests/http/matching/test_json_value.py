import re
from functools import partial
from operator import lt
from unittest.mock import ANY

import pytest

from netmocks.errors import MisuseError
from netmocks.http import Containing
from netmocks.http.matching import json_value


@pytest.mark.parametrize(
    ("expected", "actual", "is_equal"),
    [
        (1, 1.0, True),
        (True, True, True),
        (True, 1, False),
        (0, False, False),
        ({"a": True}, {"a": 1}, False),
        (ANY, True, True),
        (None, None, True),
        (None, False, False),
        ("a", ["a"], False),
        ({"id": ANY}, {}, False),
        ({}, {"a": 1}, False),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ((1, (2,)), [1, [2]], True),
        (re.compile("b"), "abc", True),
        (re.compile("b"), None, False),
        (str.isdigit, "12", True),
        (str.isdigit, 12, False),
        (partial(lt, 5), 6, True),
    ],
)
def test_values_are_equal_as_json_is(expected, actual, is_equal):
    assert json_value.is_equal(expected, actual) is is_equal


@pytest.mark.parametrize(
    ("part", "whole", "is_contained"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, True),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, False),
        ({}, {"a": 1}, True),
        ({}, [], False),
        ([2], [1, 2, 3], True),
        ([1, 3], [1, 2, 3], True),
        ([3, 1], [1, 2, 3], False),
        ([1, 1], [1], False),
        ([{"a": 1}], [{}, {"a": 1, "b": 2}], True),
        ([], [1], True),
        ([1], {}, False),
        ("a", "abc", False),
        ({"name": re.compile("^S")}, {"name": "Sam", "id": 1}, True),
    ],
)
def test_a_value_contains_one_with_less_in_it(part, whole, is_contained):
    assert (Containing(part) == whole) is is_contained


def test_within_a_value_that_is_to_be_equal_a_part_may_be_contained():
    expected = {"user": Containing({"name": "Sam"}), "id": 1}
    assert json_value.is_equal(expected, {"user": {"name": "Sam", "age": 9}, "id": 1})
    assert not json_value.is_equal(expected, {"user": {"name": "Sam"}, "id": 1, "more": 2})


@pytest.mark.parametrize(
    ("expected", "actual", "places"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("json.a.b", "1", "2")]),
        (
            {"a": 1, "b": 2},
            {"b": 2, "c": 3},
            [("json.a", "1", "(absent)"), ("json.c", "(absent)", "3")],
        ),
        ([1, 2], [1], [("json[1]", "2", "(absent)")]),
        ([1], [1, "x"], [("json[1]", "(absent)", '"x"')]),
        ({"a b": 1}, {"a b": None}, [("json['a b']", "1", "null")]),
        ({"a": []}, {"a": {}}, [("json.a", "[]", "{}")]),
        ({"a": re.compile("x")}, {"a": "y"}, [("json.a", "/x/", '"y"')]),
        ({"a": str.isdigit}, {"a": "y"}, [("json.a", "isdigit", '"y"')]),
        (Containing([{"a": 1}]), [{"a": 2}], [("json", '… {"a": 1} …', '[{"a": 2}]')]),
        ("你", "好", [("json", '"你"', '"好"')]),
    ],
)
def test_differences_are_told_place_by_place(expected, actual, places):
    assert list(json_value.differences(expected, actual)) == places


@pytest.mark.parametrize("value", [{1: "a"}, [{"a": b""}], Containing({"a": object()}), {"a": {1}}])
def test_what_no_json_equals_is_refused(value):
    with pytest.raises(MisuseError, match="no JSON equals it"):
        json_value.check(value)


def test_a_value_that_holds_itself_is_refused():
    value = []
    value.append(value)
    with pytest.raises(MisuseError, match="no JSON equals it"):
        json_value.check(value)


def test_what_is_contained_shows_itself():
    assert repr(Containing({"a": 1})) == "Containing({'a': 1})"
    assert json_value.text({"a": Containing([1]), "b": re.compile("x")}) == '{"a": [1], "b": "/x/"}'
