import re

import pytest

from netmocks.errors import MisuseError
from netmocks.http import HTTPMock, when

A, B = when(query={"a": "1"}), when(query={"b": "1"})


@pytest.mark.parametrize(
    ("condition", "targets"),
    [
        (A, {"a=1", "a=1&b=1"}),
        (~A, {"", "b=1"}),
        (~~A, {"a=1", "a=1&b=1"}),
        (A & B, {"a=1&b=1"}),
        (A | B, {"a=1", "b=1", "a=1&b=1"}),
        (~(A | B), {""}),
        (~(A & B), {"", "a=1", "b=1"}),
        (A & ~B, {"a=1"}),
        ((A & ~B) | (B & ~A), {"a=1", "b=1"}),
        (when(query={"a": "1", "b": "1"}), {"a=1&b=1"}),
        (~when(query={"a": "1", "b": "1"}), {"", "a=1", "b=1"}),
        (when("GET", "/{x}") & ~when(where=lambda request: request.query), {""}),
    ],
)
def test_conditions_combine(matches, condition, targets):
    asked = ("", "a=1", "b=1", "a=1&b=1")
    assert {
        query for query in asked if matches({"where": condition}, target=f"/p?{query}")
    } == targets


@pytest.mark.parametrize(
    "combine",
    [
        lambda: A and B,
        lambda: A or B,
        lambda: not A,
    ],
)
def test_pythons_own_words_are_refused_for_they_would_drop_a_condition(combine):
    with pytest.raises(MisuseError, match=r"write & for 'and', \| for 'or', ~ for 'not'"):
        combine()


@pytest.mark.parametrize("combine", [lambda: A & str.isdigit, lambda: A | "text"])
def test_what_is_no_condition_is_refused_with_what_to_write(combine):
    with pytest.raises(MisuseError, match=r"is no condition to combine: write when\(where="):
        combine()


def test_a_condition_says_something():
    with pytest.raises(MisuseError, match=r"when\(\) says nothing"):
        when()
    assert repr(when(query={"a": "1"})) == "<Condition query a 1>"


def test_what_the_path_captured_stands_beside_what_a_further_path_does(request_of):
    rule = HTTPMock().on("GET", "/{a}/{b}", where=when(path=re.compile(r".*/(?P<c>.)")))
    request = request_of(target="/x/y")
    assert rule.matches(request)
    assert request.params == {"a": "x", "b": "y", "c": "y"}


@pytest.mark.parametrize(
    "condition",
    [
        when(path="/{never}/{b}", headers={"X": "1"}) | A,
        ~(when(path="/{never}/{b}", headers={"X": "1"})) & A,
        ~(~when(path="/{never}/{b}")) & B | A,
    ],
)
def test_what_a_part_captured_that_does_not_hold_after_all_is_forgotten(request_of, condition):
    rule = HTTPMock().on("GET", "/{a}/y", where=condition)
    request = request_of(target="/x/y?a=1")
    assert rule.matches(request)
    assert request.params == {"a": "x"}
