"""Requests and responses are what a parser that others wrote reads so."""

import io
from http.client import HTTPResponse as Read

import httptools
from hypothesis import example, given

from netharness.strategies import HTTPRequest, requests, responses


class Seen:
    def __init__(self):
        self.target, self.fields, self.body, self.done = b"", [], b"", False

    def on_url(self, url):
        self.target += url

    def on_header(self, name, value):
        self.fields.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_body(self, body):
        self.body += body

    def on_message_complete(self):
        self.done = True


@given(requests())
@example(HTTPRequest("GET", "/", [("X-0", "\x85")], b"", b"GET / HTTP/1.1\r\nX-0: \x85\r\n\r\n"))
def test_a_request_is_read_as_it_is(request):
    seen = Seen()
    parser = httptools.HttpRequestParser(seen)
    parser.feed_data(request.wire)
    assert parser.get_method().decode() == request.method
    assert seen.target.decode() == request.target
    assert [(name, value.rstrip(" \t")) for name, value in seen.fields] == request.fields
    assert (seen.body, seen.done) == (request.body, True)


class Connection:
    def __init__(self, data):
        self._data = data

    def makefile(self, mode):
        return io.BytesIO(self._data)


@given(responses())
def test_a_response_is_read_as_it_is(response):
    read = Read(Connection(response.wire), method="GET")
    read.begin()
    assert (read.status, read.read()) == (response.status, response.body)
    assert read.getheaders() == response.fields
    assert read.fp is None or not read.fp.read()


def test_exchanges_shrink_to_what_it_takes(smallest):
    assert smallest(requests()).wire == (b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
    assert smallest(responses()).wire.startswith(b"HTTP/1.1 200 \r\n")
