"""What PEP 3333 asks of a server; wsgiref's validator looks at each call."""

import sys
import threading
from wsgiref.validate import validator

import pytest

from netmocks.http import HTTPMock

TEXT = [("Content-Type", "text/plain")]


@pytest.fixture
def serve(web):
    """Mount an application, as the validator sees it."""

    def mount(app):
        validated = validator(app)  # takes anything, by its signature
        return web.mount(lambda environ, start_response: validated(environ, start_response))

    return mount


def test_an_application_is_called_as_it_has_to_be(web, client, serve):
    seen = {}

    def app(environ, start_response):
        seen.update(environ, body=environ["wsgi.input"].read(5))
        start_response("201 Whatever", TEXT)
        return [b"one", b"two"]

    serve(app)
    answer = client.ask(
        "POST", "/a%20b/%C3%BC%FF?q=%20&r", "Content-Type: a/b", "X-Y: z", body=b"12345"
    )
    assert (answer.status, answer.body, answer.all("Content-Type")) == (
        201,
        b"onetwo",
        ["text/plain"],
    )
    expected = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a b/\xc3\xbc\xff",
        "QUERY_STRING": "q=%20&r",
        "CONTENT_TYPE": "a/b",
        "CONTENT_LENGTH": "5",
        "SERVER_NAME": "example.com",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "example.com",
        "HTTP_X_Y": "z",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "body": b"12345",
    }
    assert {name: seen.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("host", "server"),
    [
        ("a:8080", ("a", "8080")),
        ("[::1]:81", ("::1", "81")),
        ("[::1]", ("::1", "80")),
        ("a:999999", ("a:999999", "80")),
        ("", ("", "80")),
    ],
)
def test_the_server_is_the_one_that_the_client_meant(web, client, host, server):
    seen = []

    def app(environ, start_response):
        seen.append((environ["SERVER_NAME"], environ["SERVER_PORT"]))
        start_response("204 No Content", [])
        return []

    web.mount(app)
    client.send(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert client.answer().status == 204
    assert seen == [server]


def test_all_of_a_call_happens_in_one_worker_thread(client, serve):
    threads = []

    def app(environ, start_response):
        threads.append(threading.current_thread())
        start_response("200 OK", TEXT)
        return Pieces()

    class Pieces:
        def __iter__(self):
            for _ in range(3):
                threads.append(threading.current_thread())
                yield b"x"

        def close(self):
            threads.append(threading.current_thread())

    serve(app)
    assert client.get("/").body == b"xxx"
    assert len(threads) == 5
    assert len(set(threads)) == 1
    assert threads[0] is not threading.main_thread()


def test_the_content_of_an_answer_to_head_is_closed_unread(client, serve):
    made, closed = [], threading.Event()

    class Pieces:
        def __iter__(self):
            for number in range(3):
                made.append(number)
                yield b"x"

        def close(self):
            closed.set()

    def app(environ, start_response):
        start_response("200 OK", TEXT)
        return Pieces()

    serve(app)
    assert client.ask("HEAD", "/").status == 200
    assert closed.wait(5)
    assert made == [0]


def test_what_is_written_comes_before_what_is_returned(client, serve):
    def app(environ, start_response):
        write = start_response("200 OK", TEXT)
        write(b"one")
        write(b"two")
        return [b"three"]

    serve(app)
    assert client.get("/").body == b"onetwothree"


def test_start_response_may_come_with_the_first_piece(client, web):
    def app(environ, start_response):
        start_response("200 OK", TEXT)
        yield b"late"

    web.mount(app)
    assert client.get("/").body == b"late"


def test_an_error_may_take_the_place_of_an_answer_that_is_not_sent_yet(client, serve):
    def app(environ, start_response):
        try:
            start_response("200 OK", TEXT)
            raise ValueError("mine")
        except ValueError:
            start_response("503 Sorry", TEXT, sys.exc_info())
        return [b"sorry"]

    serve(app)
    answer = client.get("/")
    assert (answer.status, answer.body) == (503, b"sorry")


def _late_error(environ, start_response):
    start_response("200 OK", TEXT)
    yield b"one"
    try:
        raise ValueError("mine")
    except ValueError:
        start_response("503 Sorry", TEXT, sys.exc_info())


def _silent(environ, start_response):
    return [b"x"]


def _twice(environ, start_response):
    start_response("200 OK", TEXT)
    start_response("200 OK", TEXT)
    return []


def _no_status(environ, start_response):
    start_response("OK", TEXT)
    return []


def _informational(environ, start_response):
    start_response("103 Early Hints", TEXT)
    return []


def _text(environ, start_response):
    start_response("200 OK", TEXT)
    return [5]


def _exits(environ, start_response):
    sys.exit("enough")


@pytest.mark.parametrize(
    ("app", "text"),
    [
        (_late_error, "ValueError: mine"),
        (_silent, "without a call of start_response"),
        (_twice, "called start_response twice"),
        (_no_status, "invalid literal for int"),
        (_informational, "status=103"),
        (_text, "one of its pieces is 5"),
        (_exits, "SystemExit: enough"),
    ],
)
def test_what_an_application_does_wrong_is_told(web, client, app, text):
    web.mount(app)
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    client.rest()
    (finding,) = web.findings.all
    assert text in finding.text
    web.findings.clear()


def test_a_client_of_a_unix_socket_has_no_address(dial, tmp_path):
    seen = []

    def app(environ, start_response):
        seen.append(environ["REMOTE_ADDR"])
        start_response("200 OK", TEXT)
        return [b"x"]

    with HTTPMock(path=tmp_path / "socket") as web:
        web.mount(app)
        assert dial(web).get("/").body == b"x"
    assert seen == [""]
