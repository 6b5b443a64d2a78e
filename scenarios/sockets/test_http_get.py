"""A1: a page by a raw socket, and the same over TLS."""

import socket
import ssl
import sys
from pathlib import Path

import pytest

HOST = "doc.ucharts.cn"
PAGE = "<!doctype html><title>图表</title>" + "<p>a paragraph</p>" * 1000
HEAD = (
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    f"Content-Length: {len(PAGE.encode())}\r\n"
    "Connection: close"
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """The folder that the program saves in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.example("A1")
@pytest.mark.parametrize(("secure", "scheme"), [(False, "http"), (True, "https")])
def test_the_head_is_printed_and_the_body_is_saved(internet, program, folder, secure, scheme):
    rule = internet.http(HOST).on("GET", "/").reply(html=PAGE)

    console = program("http_get.py").run(secure=secure)

    assert console.text == HEAD + "\n"
    assert (folder / "save.html").read_bytes() == PAGE.encode()
    assert [request.scheme for request in rule.calls] == [scheme]


@pytest.mark.example("A1")
def test_the_request_goes_out_as_documented(internet, program):
    web = internet.http(HOST)
    web.on("GET", "/").reply("hello")

    program("http_get.py").run()

    assert [entry.data for entry in web.journal if entry.kind == "received"] == [
        b"GET / HTTP/1.1\r\nHost: doc.ucharts.cn \r\nConnection: close\r\n\r\n"
    ]


@pytest.mark.example("A1")
def test_the_answer_is_read_in_many_chunks(internet, program, visit):
    internet.http(HOST).on("GET", "/").reply(html=PAGE)
    names = program("http_get.py").load()
    visitor = visit(HOST, 80)
    visitor.say(names["REQUEST"].encode())

    chunks = list(names["chunks"](visitor.socket))

    assert max(map(len, chunks)) <= 1024
    assert len(chunks) > len(PAGE) // 1024
    assert b"".join(chunks).endswith(PAGE.encode())


@pytest.mark.example("A1")
def test_only_the_first_blank_line_ends_the_head(internet, program, folder):
    internet.http(HOST).on("GET", "/").reply(b"one\r\n\r\ntwo\r\n\r\n")

    program("http_get.py").run()

    assert (folder / "save.html").read_bytes() == b"one\r\n\r\ntwo\r\n\r\n"


@pytest.mark.example("A1")
def test_an_answer_without_a_blank_line_is_all_head(internet, program, folder):
    async def give_up(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")

    internet.tcp(HOST, 80, give_up)

    console = program("http_get.py").run()

    assert console.text == "HTTP/1.1 200 OK\r\nContent-Le\n"
    assert (folder / "save.html").read_bytes() == b""


@pytest.mark.example("A1")
def test_over_tls_the_host_is_named_and_verified(internet, program):
    web = internet.http(HOST)
    rule = web.on("GET", "/").reply("hello")

    program("http_get.py").run(secure=True)

    assert rule.calls[0].server_name == HOST


@pytest.mark.example("A1")
def test_over_tls_an_impostor_is_refused(impostor, program):
    impostor(HOST)

    with pytest.raises(ssl.SSLCertVerificationError):
        program("http_get.py").run(secure=True)


def documented_connection():
    """Make a connection as documented."""
    connection = ssl.wrap_socket(socket.socket())
    connection.connect((HOST, 443))
    return connection


@pytest.mark.mistake("A1")
@pytest.mark.skipif(sys.version_info < (3, 12), reason="before 3.12, ssl.wrap_socket is there")
def test_as_documented_it_calls_what_is_gone():
    with pytest.raises(AttributeError, match="module 'ssl' has no attribute 'wrap_socket'"):
        documented_connection()


@pytest.mark.mistake("A1")
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="since 3.12, ssl.wrap_socket is gone")
def test_as_documented_it_is_deprecated_and_believes_an_impostor(impostor):
    impostor(HOST)

    with (
        pytest.warns(DeprecationWarning, match=r"^ssl\.") as caught,
        documented_connection() as connection,
    ):
        assert connection.recv(1024).endswith(b"believe me")

    assert "ssl.wrap_socket() is deprecated" in str(caught[0].message)
