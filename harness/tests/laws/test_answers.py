"""Answers: what `HTTPMock` answers is what clients read.

Whatever the cuts, the chunking and the compression.
"""

import gzip

import pytest
import requests as requests_library
from hypothesis import example, given
from hypothesis import strategies as st

from netharness.strategies import cuts, field_names, field_values
from netmocks.faults import Slices

NAMES = ("urllib", "http.client", "requests", "httpx", "aiohttp")
each_client = pytest.mark.parametrize("name", NAMES)

BODIES = st.binary(max_size=200)
PIECES = BODIES.flatmap(cuts)


@pytest.mark.law("Content is read as it was given.")
@each_client
@given(body=BODIES)
@example(body=b"")
def test_content_is_read_as_it_was_given(web, clients, name, body):
    with web.on("GET", "/").reply(body):
        assert clients[name]("GET", "/") == body


@pytest.mark.law("Content is read as it was given, whatever its chunks.")
@each_client
@given(pieces=PIECES)
@example(pieces=[b"\r\n0\r\n\r\n", b"0"])
def test_chunks_make_the_whole(web, clients, name, pieces):
    with web.on("GET", "/").reply(stream=pieces):
        assert clients[name]("GET", "/") == b"".join(pieces)


@pytest.mark.law("Content is read as it was given, whatever the slices of the stream.")
@each_client
@given(pieces=PIECES, size=st.integers(1, 300), chunked=st.booleans())
@example(pieces=[b"a", b"b"], size=1, chunked=True)
def test_slices_make_the_whole(web, clients, name, pieces, size, chunked):
    content = {"stream": pieces} if chunked else {"content": b"".join(pieces)}
    with web.on("GET", "/").reply(fault=Slices(size), **content):
        assert clients[name]("GET", "/") == b"".join(pieces)


@pytest.mark.law("Content is read as it was given, whatever its compression.")
@pytest.mark.parametrize("name", ["requests", "httpx", "aiohttp"])
@given(pieces=PIECES, coding=st.sampled_from(["gzip", "deflate"]), chunked=st.booleans())
@example(pieces=[b"a" * 100], coding="gzip", chunked=True)
def test_compression_is_undone(web, clients, name, pieces, coding, chunked):
    """By those clients who undo it by themselves."""
    content = {"stream": pieces} if chunked else {"content": b"".join(pieces)}
    fields = [("Accept-Encoding", coding)]
    with web.on("GET", "/").reply(compress=coding, **content) as rule:
        assert clients[name]("GET", "/", fields) == b"".join(pieces)
    assert rule.count == 1


@pytest.mark.law("Fields of an answer are read as they were given, with any status.")
@given(
    fields=st.dictionaries(field_names().map(str.lower), field_values(), max_size=4),
    status=st.sampled_from([200, 201, 204, 304, 404, 500, 599]),
)
def test_fields_and_status_are_read(web, fields, status):
    with requests_library.Session() as session, web.on("GET", "/") as rule:
        session.trust_env = False
        rule.reply(status=status, headers=fields)
        answer = session.get(web.url("/"))
    assert answer.status_code == status
    assert fields.items() <= {name.lower(): text for name, text in answer.headers.items()}.items()


@pytest.mark.exception(
    "urllib and http.client leave content compressed", "Content-Encoding: gzip → gzip.decompress"
)
@pytest.mark.parametrize("name", ["urllib", "http.client"])
def test_some_clients_leave_content_compressed(web, clients, name):
    with web.on("GET", "/").reply(b"hello", compress="gzip"):
        said = clients[name]("GET", "/", [("Accept-Encoding", "gzip")])
    assert said != b"hello" == gzip.decompress(said)
