import re

import pytest

from netmocks.errors import MisuseError
from netmocks.http import HTTPMock


@pytest.mark.parametrize(
    ("query", "sent", "fits"),
    [
        ({"q": "x"}, "q=x", True),
        ({"q": "x"}, "page=2&q=x", True),
        ({"q": "x"}, "q=y", False),
        ({"q": "x"}, "Q=x", False),
        ({"q": "x"}, "", False),
        ({"q": ""}, "q", True),
        ({"q": "a b"}, "q=a+b", True),
        ({"q": "你"}, "q=%E4%BD%A0", True),
        ({"q": None}, "page=2", True),
        ({"q": None}, "q=", False),
        ({"q": re.compile(r"^\d+$")}, "q=12", True),
        ({"q": re.compile(r"^\d+$")}, "q=a12", False),
        ({"q": re.compile(r"\d")}, "q=a12", True),
        ({"q": re.compile("x")}, "", False),
        ({"q": str.isupper}, "q=ABC", True),
        ({"q": str.isupper}, "q=abc", False),
        ({"q": str.isupper}, "", False),
        ({"q": ["a", "b"]}, "q=a&q=b", True),
        ({"q": ["a", "b"]}, "q=b&q=a", False),
        ({"q": ["a"]}, "q=a&q=a", False),
        ({"q": []}, "", True),
        ({"q": ["a", re.compile("^b")]}, "q=a&q=bc", True),
        ({"q": ["a", str.isdigit]}, "q=a&q=b", False),
        ({"q": "a"}, "q=a&q=b", True),
        ({}, "q=a", True),
        ([("q", "a"), ("q", "b")], "q=a&q=b", True),
        ([("q", "a"), ("q", "b")], "q=b&q=a", False),
        ([("q", "a")], "q=a&page=2", False),
        ([], "", True),
        ([], "q=a", False),
        ("q=a%20b", "q=a%20b", True),
        ("q=a%20b", "q=a+b", False),
        ("", "", True),
        ("", "q=a", False),
    ],
)
def test_a_query_is_compared_in_part_by_a_mapping_and_whole_by_pairs_or_text(
    matches, query, sent, fits
):
    assert matches({"query": query}, target=f"/?{sent}") is fits


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        ({"q": 1}, r"compare with text \('1'\)"),
        ({"q": [1]}, "a list of these"),
        ({"q": b"1"}, "compare with text"),
        ({"q": re.compile(b"1")}, "compare with text"),
        ({"q": ["a", None]}, "None is for absent, and stands alone"),
        ("?q=1", "without its question mark: 'q=1'"),
        (["q"], r"pairs \[\('q', 'text'\)\]"),
        ([("q", 1)], r"pairs \[\('q', 'text'\)\]"),
        (5, "write a mapping"),
    ],
)
def test_a_query_that_can_never_fit_is_refused_with_what_to_write(query, remedy):
    with pytest.raises(MisuseError, match=remedy):
        HTTPMock().on("GET", "/", query=query)


@pytest.mark.parametrize(
    ("headers", "sent", "fits"),
    [
        ({"accept": "text/html"}, {"Accept": "text/html", "X": "y"}, True),
        ({"ACCEPT": "text/html"}, {"accept": "text/html"}, True),
        ({"Accept": "text/html"}, {"Accept": "TEXT/HTML"}, False),
        ({"Accept": "text/html"}, {"Accept": "text/html "}, True),
        ({"Accept": "text/html"}, {}, False),
        ({"Accept": None}, {}, True),
        ({"Accept": None}, {"accept": ""}, False),
        ({"Accept": re.compile("^text/")}, {"Accept": "text/html"}, True),
        ({"Accept": re.compile("^text/")}, {"Accept": "image/png"}, False),
        ({"X-Count": str.isdigit}, {"X-Count": "12"}, True),
        ({"X-Count": str.isdigit}, {"X-Count": "a"}, False),
        ({"X-Count": str.isdigit}, {}, False),
        ({"Accept": "a, b"}, [("Accept", "a"), ("accept", "b")], True),
        ({"Accept": ["a", "b"]}, [("Accept", "a"), ("accept", "b")], True),
        ({"Accept": ["a"]}, [("Accept", "a"), ("accept", "b")], False),
        ({}, {}, True),
    ],
)
def test_fields_are_compared_without_regard_to_case_and_others_may_be_there(
    matches, headers, sent, fits
):
    assert matches({"headers": headers}, headers=sent) is fits


@pytest.mark.parametrize(
    ("headers", "remedy"),
    [
        ({"Accept": 5}, r"header Accept=5: compare with text \('5'\)"),
        ([("Accept", "a")], "map names to values"),
        ("Accept: a", "map names to values"),
    ],
)
def test_headers_that_can_never_fit_are_refused_with_what_to_write(headers, remedy):
    with pytest.raises(MisuseError, match=remedy):
        HTTPMock().on("GET", "/", headers=headers)


# -- cookies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookies", "sent", "fits"),
    [
        ({"session": "abc"}, "session=abc; theme=dark", True),
        ({"session": "abc"}, "session=abd", False),
        ({"session": "abc"}, "odd one; session=abc", True),
        ({"session": re.compile("^a")}, "session=abc", True),
        ({"session": None}, "theme=dark", True),
        ({"session": None}, "session=", False),
        ({"a": ["1", "2"]}, "a=1; a=2", True),
        ({"Session": "abc"}, "session=abc", False),
    ],
)
def test_cookies_are_compared_by_name_and_others_may_be_there(matches, cookies, sent, fits):
    assert matches({"cookies": cookies}, headers={"Cookie": sent}) is fits


# -- forms ------------------------------------------------------------------------------------

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=B"}
TWO_FILES = (
    b'--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nMy cat\r\n'
    b'--B\r\nContent-Disposition: form-data; name="cat"; filename="cat.png"\r\n'
    b"Content-Type: image/png\r\n\r\n\x89PNG\r\n"
    b'--B\r\nContent-Disposition: form-data; name="cat"; filename="2.png"\r\n\r\n2\r\n--B--'
)


@pytest.mark.parametrize(
    ("form", "sent", "fits"),
    [
        ({"user": "sam"}, "user=sam&x=1", True),
        ({"user": "sam"}, "user=tom", False),
        ({"user": re.compile("^s")}, "user=sam", True),
        ({"user": None}, "x=1", True),
        ({"tag": ["a", "b"]}, "tag=a&tag=b", True),
        ([("user", "sam"), ("x", "")], "user=sam&x=", True),
        ([("user", "sam")], "user=sam&x=1", False),
        ([], "", True),
    ],
)
def test_a_form_is_compared_in_part_by_a_mapping_and_whole_by_pairs(matches, form, sent, fits):
    assert matches({"form": form}, headers=FORM, body=sent) is fits


def test_a_form_of_another_type_is_none(matches):
    assert not matches({"form": {"a": "1"}}, headers={"Content-Type": "text/plain"}, body="a=1")


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({"form": {"title": "My cat"}}, True),
        ({"form": [("title", "My cat")]}, True),
        ({"form": {"cat": "cat.png"}}, False),
        ({"files": {"cat": "cat.png"}}, True),
        ({"files": {"cat": "dog.png"}}, False),
        ({"files": {"title": "My cat"}}, False),
        ({"files": {"cat": b"\x89PNG"}}, True),
        ({"files": {"cat": b"\x89"}}, False),
        ({"files": {"cat": re.compile(r"\.png$")}}, True),
        ({"files": {"cat": re.compile(b"PNG$")}}, True),
        ({"files": {"cat": re.compile(b"^PNG")}}, False),
        ({"files": {"cat": lambda part: part.content_type == "image/png"}}, True),
        ({"files": {"cat": lambda part: len(part.content) > 100}}, False),
        ({"files": {"cat": ["cat.png", b"2"]}}, True),
        ({"files": {"cat": ["cat.png"]}}, False),
        ({"files": {"dog": None}}, True),
        ({"files": {"cat": None}}, False),
    ],
)
def test_files_are_compared_by_name_content_or_as_a_part(matches, conditions, fits):
    assert matches(conditions, headers=MULTIPART, body=TWO_FILES) is fits


@pytest.mark.parametrize("conditions", [{"form": {"a": None}}, {"files": {"a": None}}])
def test_in_a_form_that_is_broken_nothing_fits_not_even_what_is_absent(matches, conditions):
    assert not matches(conditions, headers=MULTIPART, body=TWO_FILES[:-2])


@pytest.mark.parametrize(
    ("conditions", "remedy"),
    [
        ({"cookies": "a=1"}, "map names to values: {'session'"),
        ({"form": "a=1"}, "write a mapping"),
        ({"form": {"a": 1}}, r"form a=1: compare with text \('1'\)"),
        ({"files": ["a"]}, "map names to values: {'picture'"),
        ({"files": {"a": 5}}, "file a=5: compare its name with text"),
        ({"files": {"a": [5]}}, "file a=5: compare its name with text"),
    ],
)
def test_forms_and_cookies_that_can_never_fit_are_refused_with_what_to_write(conditions, remedy):
    with pytest.raises(MisuseError, match=remedy):
        HTTPMock().on("POST", "/", **conditions)
