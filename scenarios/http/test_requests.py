"""C3 to C5: requests with a method, with a query and with a form."""

import json

import pytest
import requests


@pytest.fixture
def baidu(internet):
    return internet.http("www.baidu.com")


@pytest.mark.example("C3")
def test_the_page_is_got_and_posted_to(program, baidu):
    baidu.on("GET", "/")
    baidu.on("POST", "/").reply(status=201)

    console = program("requests_get_post.py").run()

    assert list(console.lines) == ["GET 200", "POST 201"]
    assert [str(request) for request in baidu.requests] == [
        "GET http://www.baidu.com/",
        "POST http://www.baidu.com/",
    ]


@pytest.mark.example("C3")
def test_a_post_of_nothing_has_an_empty_body(program, baidu):
    baidu.on("GET", "/")
    posted = baidu.on("POST", "/")

    program("requests_get_post.py").run()

    [request] = posted.calls
    assert (request.body, request.headers["Content-Length"]) == (b"", "0")
    assert "Content-Type" not in request.headers


@pytest.mark.example("C3")
def test_a_host_that_refuses_is_raised(program, internet):
    internet.refused("www.baidu.com")

    with pytest.raises(requests.ConnectionError, match="refuses connections"):
        program("requests_get_post.py").run()


@pytest.mark.example("C4")
def test_the_query_is_made_of_the_dict_without_what_is_none(program, baidu):
    page = baidu.on("GET", "/")

    console = program("requests_params.py").run()

    assert console.text == "http://www.baidu.com/?username=xiaozhi&password=testpass\n"
    [request] = page.calls
    assert request.target == "/?username=xiaozhi&password=testpass"
    assert request.query.raw == (("username", "xiaozhi"), ("password", "testpass"))


@pytest.mark.example("C5")
def test_the_server_gets_a_form(program, httpbin):
    program("requests_form.py").run()

    [request] = httpbin.calls
    assert request.body == b"key=value"
    assert request.headers["Content-Length"] == "9"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.example("C5")
def test_the_server_tells_what_it_got(program, httpbin):
    console = program("requests_form.py").run()

    told = json.loads(console.text)
    headers = told.pop("headers")
    assert told == {
        "args": {},
        "data": "",
        "files": {},
        "form": {"key": "value"},
        "json": None,
        "origin": "127.0.0.1",
        "url": "http://httpbin.org/post",
    }
    assert headers["Host"] == "httpbin.org"
    assert headers["Content-Length"] == "9"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.example("C5")
@pytest.mark.parametrize(
    ("sent", "member", "told"),
    [
        ({"params": [("a", "1"), ("a", "2")]}, "args", {"a": ["1", "2"]}),
        ({"data": "plain"}, "data", "plain"),
        ({"data": [("k", "1"), ("k", "2")]}, "form", {"k": ["1", "2"]}),
        ({"json": {"k": [1, None]}}, "json", {"k": [1, None]}),
        ({"json": {"k": 1}}, "data", '{"k": 1}'),
        ({"files": {"f": ("a.txt", "one\r\ntwo\n")}}, "files", {"f": "one\r\ntwo\n"}),
        ({"files": {"f": b"x"}, "data": {"k": "é"}}, "form", {"k": "é"}),
    ],
)
def test_each_kind_of_content_has_its_member(httpbin, sent, member, told):
    response = requests.post("http://httpbin.org/post", **sent)

    assert response.json()[member] == told
