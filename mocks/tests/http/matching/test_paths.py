import re

import pytest

from netmocks.errors import MisuseError
from netmocks.http import HTTPMock


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
        ("https://a.example/b/c", r"is a URL: write '/b/c', host='a\.example'"),
        ("", "begins with a slash: '/'"),
        ("/a?q=1&r=x%20y", r"write '/a', query=\{'q': '1', 'r': 'x y'\}"),
        ("/a%20b", "has the decoded path: '/a b'"),
        ("/{a}/{a}", "repeats a name"),
        ("/{a:uuid}", "has no converter of str, int, float, path"),
        ("/{", r"write a placeholder as \{name\} or \{name:int\}"),
        ("/{}", "write a placeholder"),
        ("/{1}", "write a placeholder"),
        ("/{a-b}", "write a placeholder"),
        ("/a#top", r"fragment in it, .* write '/a'; .* re\.compile\('/a\\\\#top'\)"),
        (5, "write text or a pattern of text"),
        (None, "write text or a pattern of text"),
        (b"/a", "write text or a pattern of text"),
        (re.compile(b"/a"), "write text or a pattern of text"),
    ],
)
def test_a_path_that_can_never_fit_is_refused_with_what_to_write(path, remedy):
    with pytest.raises(MisuseError, match=remedy):
        HTTPMock().on("GET", path)
