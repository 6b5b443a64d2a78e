"""C3 to C6, C14: what requests sends: a method, a query, a form, a header."""

import json

import pytest
import requests


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

    [request] = httpbin.requests
    assert request.body == b"key=value"
    assert request.headers["Content-Length"] == "9"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.example("C5")
def test_the_server_tells_the_form(program, httpbin):
    console = program("requests_form.py").run()

    told = json.loads(console.text)
    assert told["form"] == {"key": "value"}
    assert told["headers"]["Content-Length"] == "9"
    assert told["headers"]["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.example("C6")
def test_a_name_that_repeats_keeps_both_values(program, httpbin):
    console = program("requests_repeated.py").run()

    [request] = httpbin.requests
    assert request.body == b"key1=value1&key1=value2"
    assert json.loads(console.text)["form"] == {"key1": ["value1", "value2"]}


@pytest.mark.example("C6")
def test_a_dict_of_the_same_pairs_keeps_the_last_value(program, httpbin):
    pairs = program("requests_repeated.py").load()["PAIRS"]

    requests.post("http://httpbin.org/post", data=dict(pairs))

    assert httpbin.requests[0].form.raw == (("key1", "value2"),)


@pytest.mark.example("C14")
def test_the_user_agent_is_told_instead_of_that_of_requests(program, httpbin):
    console = program("requests_user_agent.py").run()

    [request] = httpbin.requests
    assert request.headers.all("User-Agent") == ["myapp"]
    assert console.text == "myapp\n"


@pytest.mark.example("C14")
def test_a_user_agent_with_a_line_end_is_never_sent(program, httpbin):
    with pytest.raises(requests.exceptions.InvalidHeader):
        program("requests_user_agent.py").run(name="myapp\r\nCookie: forged=1")

    assert list(httpbin.journal) == []
