import re
from unittest.mock import ANY

import pytest

from netmocks.errors import MisuseError
from netmocks.http import HTTPMock

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def matches(request_of):
    """Whether a rule with these conditions answers a request; neither needs a wire."""

    def ask(conditions, **request):
        rule = HTTPMock().on(**{"method": "*", "path": re.compile(".*")} | conditions)
        return rule.matches(request_of(**request))

    return ask


# -- method and path --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "sent", "fits"),
    [
        ("GET", "GET", True),
        ("GET", "HEAD", False),
        ("*", "PATCH", True),
        ("M-SEARCH",) * 2 + (True,),
    ],
)
def test_a_method_fits_itself_and_a_star_fits_all(matches, method, sent, fits):
    assert matches({"method": method}, method=sent) is fits


@pytest.mark.parametrize(
    ("path", "target", "fits"),
    [
        ("/a", "/a", True),
        ("/a", "/a?q=1", True),
        ("/a", "/a/", False),
        ("/a", "/A", False),
        ("/a", "/ab", False),
        ("/a b/你", "/a%20b/%E4%BD%A0", True),
        ("/a.b", "/axb", False),
        ("/a", "http://example.com/a", True),
        ("*", "*", True),
        ("*", "/a", False),
        (re.compile("/v[12]/.*"), "/v1/users", True),
        (re.compile("/v[12]"), "/v1/users", False),
        (re.compile("v1"), "/v1", False),
        (re.compile("example.*"), "example.com:443", True),
    ],
)
def test_a_path_is_compared_decoded_and_whole(matches, path, target, fits):
    assert matches({"path": path}, target=target) is fits


@pytest.mark.parametrize(
    ("path", "target", "params"),
    [
        ("/users/{name}", "/users/J%C3%BCrgen", {"name": "Jürgen"}),
        ("/users/{name}", "/users/", None),
        ("/users/{name}", "/users/a/b", None),
        ("/users/{id:int}", "/users/042", {"id": 42}),
        ("/users/{id:int}", "/users/4a", None),
        ("/users/{id:int}", "/users/-4", None),
        ("/users/{id:int}", "/users/" + "9" * 5000, None),
        ("/at/{x:float},{y:float}", "/at/1.5,2", {"x": 1.5, "y": 2.0}),
        ("/files/{name:path}", "/files/a/b.txt", {"name": "a/b.txt"}),
        ("/{a}-{b}/end", "/1-2/end", {"a": "1", "b": "2"}),
        ("/a.b/{c}", "/axb/1", None),
        (re.compile(r"/(?P<kind>\w+)/(?P<id>\d+)"), "/user/7", {"kind": "user", "id": "7"}),
    ],
)
def test_a_template_captures_and_converts(request_of, path, target, params):
    request = request_of(target=target)
    assert HTTPMock().on("GET", path).matches(request) is (params is not None)
    assert request.params == (params or {})


def test_what_a_rule_captured_that_does_not_match_after_all_is_forgotten(request_of):
    web = HTTPMock()
    web.on("GET", "/users/me").reply("exact")
    web.on("GET", "/users/{name}", headers={"X": "never"})
    request = request_of(target="/users/me")
    assert web.answer(request).body == b"exact"
    assert request.params == {}


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("users", "begins with a slash: '/users'"),
        ("", "begins with a slash: '/'"),
        ("/a?q=1&r=x%20y", r"write '/a', query=\{'q': '1', 'r': 'x y'\}"),
        ("/a%20b", "has the decoded path: '/a b'"),
        ("/{a}/{a}", "repeats a name"),
        ("/{a:uuid}", "has no converter of str, int, float, path"),
        ("/{", r"write a placeholder as \{name\} or \{name:int\}"),
        ("/{}", "write a placeholder"),
        ("/{1}", "write a placeholder"),
        ("/{a-b}", "write a placeholder"),
        (5, "write text or a pattern of text"),
        (None, "write text or a pattern of text"),
        (b"/a", "write text or a pattern of text"),
        (re.compile(b"/a"), "write text or a pattern of text"),
    ],
)
def test_a_path_that_can_never_fit_is_refused_with_what_to_write(path, remedy):
    with pytest.raises(MisuseError, match=remedy):
        HTTPMock().on("GET", path)


@pytest.mark.parametrize("method", ["get", "Get", "", "GET ", "GET /", None, 5])
def test_a_method_that_can_never_fit_is_refused_with_what_to_write(method):
    with pytest.raises(MisuseError, match=r"capitals, such as 'GET'; several as .*; '\*' for any"):
        HTTPMock().on(method, "/")


# -- query ------------------------------------------------------------------------------------


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
        ("?q=1", "without its question mark: 'q=1'"),
        (["q"], r"pairs \[\('q', 'text'\)\]"),
        ([("q", 1)], r"pairs \[\('q', 'text'\)\]"),
        (5, "write a mapping"),
    ],
)
def test_a_query_that_can_never_fit_is_refused_with_what_to_write(query, remedy):
    with pytest.raises(MisuseError, match=remedy):
        HTTPMock().on("GET", "/", query=query)


# -- headers ----------------------------------------------------------------------------------


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


# -- content ----------------------------------------------------------------------------------


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
    ],
)
def test_json_is_compared_as_values(matches, json, sent, fits):
    assert matches({"json": json}, body=sent) is fits


@pytest.mark.parametrize("json", [object(), {"a": {1, 2}}, [b"bytes"], {("a",): 1}])
def test_a_value_that_no_json_equals_is_refused(json):
    with pytest.raises(MisuseError, match="no JSON equals it"):
        HTTPMock().on("POST", "/", json=json)


# -- the whole request ------------------------------------------------------------------------


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
    with pytest.raises(MisuseError, match="where='admin': give a function of a Request"):
        HTTPMock().on("GET", "/", where="admin")


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
