import pytest

from netmocks.mail.imap import hierarchy


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        *(("*", "a/b", True), ("%", "a/b", False), ("%", "a", True), ("a/%", "a/b", True)),
        *(("a%", "abc", True), ("*b", "a/b", True), ("%b", "a/b", False), ("", "", True)),
        *(("a*", "b", False), ("a", "ab", False), ("ab", "a", False), ("*%*", "a/b", True)),
        *(("%/%", "a/b", True), ("%/%", "a/b/c", False), ("a*b", "a*b", True), ("**", "", True)),
    ],
)
def test_patterns_fit_names(pattern, name, fits):
    assert hierarchy.matches(name, pattern) is fits


def test_a_pattern_of_many_wildcards_costs_no_more_than_its_length():
    assert not hierarchy.matches("a" * 1000, "*a" * 400 + "b")


def test_levels_are_found_above_and_below():
    assert list(hierarchy.above("a/b/c")) == ["a", "a/b"]
    assert list(hierarchy.above("a")) == []
    assert hierarchy.below("a", ["a", "a/b", "ab", "a/b/c"]) == ["a/b", "a/b/c"]


@pytest.mark.parametrize("name", ["", "/", "a/", "/a", "a//b", "x" * 1001, "/".join("x" * 51)])
def test_what_can_be_no_name_is_none(name):
    assert not hierarchy.is_name(name)
    assert hierarchy.is_name("a/b c/é")
