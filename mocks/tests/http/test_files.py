"""Files as answers: selection.py and variant.py are tested here, too, over the wire."""

import email
import gzip
import os
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmocks.errors import MisuseError
from netmocks.http import Response
from netmocks.http.files import PIECE, SMALL, File
from netmocks.http.preconditions import http_date

THEN = 1_000_000_000


@pytest.fixture
def letters(tmp_path):
    """A small file of a known age."""
    path = tmp_path / "letters.txt"
    path.write_bytes(b"abcdefghij")
    os.utime(path, (THEN, THEN))
    return path


@pytest.fixture
def large(tmp_path):
    """A file that takes several pieces."""
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(range(256)) * (3 * PIECE // 256) + b"end")
    return path


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.html", "text/html; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.PNG", "image/png"),
        ("a.tar.gz", "application/gzip"),
        ("a.txt.bz2", "application/x-bzip2"),
        ("a.txt.Z", "application/octet-stream"),
        ("a.nobody-knows", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_the_media_type_follows_from_the_name(name, media_type):
    assert File((name, b"")).media_type == media_type


def test_a_file_is_sent_with_all_that_is_known_of_it(web, client, letters):
    web.on("GET", "/").reply(file=letters)
    answer = client.get("/")
    assert (answer.status, answer.body) == (200, b"abcdefghij")
    assert answer.fields == [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("ETag", answer.all("ETag")[0]),
        ("Last-Modified", http_date(THEN)),
        ("Accept-Ranges", "bytes"),
        ("Content-Length", "10"),
    ]


def test_bytes_with_a_name_are_a_file_without_an_age(web, client):
    web.on("GET", "/").reply(file=("a.json", b"[1]"))
    answer = client.get("/", "Range: bytes=0-0")
    assert (answer.status, answer.body) == (206, b"[")
    assert answer.all("Content-Type") == ["application/json"]
    assert answer.all("Last-Modified") == []


def test_a_large_file_is_sent_in_pieces(web, client, large):
    web.on("*", "/").reply(file=str(large))
    assert client.get("/").body == large.read_bytes()
    assert max(len(entry.data) for entry in web.journal if entry.kind == "sent") <= PIECE
    first = PIECE - 5
    answer = client.get("/", f"Range: bytes={first}-{first + SMALL + 10}")
    assert answer.body == large.read_bytes()[first : first + SMALL + 11]
    head = client.ask("HEAD", "/")
    assert head.all("Content-Length") == [str(large.stat().st_size)]


@pytest.mark.parametrize("rewrite", [b"jihgfedcba", b"ABCDEFGHIJ"])
def test_the_entity_tag_changes_with_the_content_whatever_the_clock_says(
    web, client, letters, rewrite
):
    web.on("GET", "/").reply(file=letters)
    (before,) = client.get("/").all("ETag")
    letters.write_bytes(rewrite)
    os.utime(letters, (THEN, THEN))
    answer = client.get("/", f"If-None-Match: {before}")
    assert (answer.status, answer.body) == (200, rewrite)
    letters.write_bytes(b"abcdefghij")
    assert client.get("/", f"If-None-Match: {before}").status == 304


def test_a_file_is_where_it_was_when_it_was_named(web, client, letters, monkeypatch):
    monkeypatch.chdir(letters.parent)
    web.on("GET", "/").reply(file=letters.name)
    monkeypatch.chdir("/")
    assert client.get("/").body == b"abcdefghij"


def test_what_is_given_is_not_added_again(web, client, letters):
    given = {"content-type": "a/b", "etag": '"mine"', "last-modified": http_date(5)}
    web.on("GET", "/").reply(file=letters, headers=given)
    answer = client.get("/")
    assert answer.fields == [*given.items(), ("Accept-Ranges", "bytes"), ("Content-Length", "10")]
    assert client.get("/", 'If-None-Match: "mine"').status == 304
    assert client.get("/", f"If-Modified-Since: {http_date(5)}").status == 304
    assert client.get("/", f"If-Modified-Since: {http_date(4)}").status == 200


# -- conditions -------------------------------------------------------------------------------


def test_a_copy_that_is_still_good_is_not_sent_again(web, client, letters):
    web.on("GET", "/").reply(file=letters, headers={"Cache-Control": "max-age=5"})
    (etag,) = client.get("/").all("ETag")
    for field in (f"If-None-Match: {etag}", f"If-Modified-Since: {http_date(THEN)}"):
        answer = client.get("/", field)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.fields == [
            ("Cache-Control", "max-age=5"),
            ("ETag", etag),
            ("Last-Modified", http_date(THEN)),
            ("Accept-Ranges", "bytes"),
        ]
    assert client.get("/").body == b"abcdefghij"


def test_a_precondition_that_fails_is_told(web, client, letters):
    web.on("GET", "/").reply(file=letters)
    answer = client.get("/", 'If-Match: "other"', "Range: bytes=0-0")
    assert (answer.status, answer.body) == (412, b"")
    assert answer.all("Content-Length") == ["0"]
    assert answer.all("Content-Type") == []


# -- ranges -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "content_range", "body"),
    [
        ("bytes=2-4", "bytes 2-4/10", b"cde"),
        ("bytes=7-", "bytes 7-9/10", b"hij"),
        ("bytes=-2", "bytes 8-9/10", b"ij"),
        ("bytes=0-99", "bytes 0-9/10", b"abcdefghij"),
    ],
)
def test_a_part_is_sent_for_a_range(web, client, letters, asked, content_range, body):
    web.on("GET", "/").reply(file=letters)
    answer = client.get("/", f"Range: {asked}")
    assert (answer.status, answer.body) == (206, body)
    assert answer.all("Content-Range") == [content_range]
    assert answer.all("Content-Type") == ["text/plain; charset=utf-8"]


def test_several_parts_are_sent_in_one(web, client, letters):
    web.on("GET", "/").reply(file=letters)
    answer = client.get("/", "Range: bytes=0-1,-3")
    assert answer.status == 206
    (media_type,) = answer.all("Content-Type")
    head = f"Content-Type: {media_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + answer.body)
    assert message.get_content_type() == "multipart/byteranges"
    assert [(part["Content-Range"], part.get_payload()) for part in message.get_payload()] == [
        ("bytes 0-1/10", "ab"),
        ("bytes 7-9/10", "hij"),
    ]
    assert client.get("/", "Range: bytes=0-1,-3") == answer


def test_several_large_parts_have_their_length(web, client, large):
    web.on("GET", "/").reply(file=large)
    answer = client.get("/", f"Range: bytes=0-{SMALL},{PIECE}-{2 * PIECE}")
    assert answer.all("Content-Length") == [str(len(answer.body))]
    assert large.read_bytes()[PIECE : 2 * PIECE + 1] in answer.body


def test_a_range_behind_the_end_is_told_where_that_is(web, client, letters):
    web.on("GET", "/").reply(file=letters)
    answer = client.get("/", "Range: bytes=10-")
    assert (answer.status, answer.body) == (416, b"")
    assert answer.all("Content-Range") == ["bytes */10"]


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("GET", ("Range: bytes=5-2",)),
        ("GET", ("Range: bytes=" + "0-," * 2000,)),
        ("GET", ("Range: lines=1-2",)),
        ("GET", ("Range: bytes=0-0", 'If-Range: "other"')),
        ("GET", ("Range: bytes=0-0", "If-Range: nonsense")),
        ("HEAD", ("Range: bytes=0-0",)),
        ("POST", ("Range: bytes=0-0", 'If-Match: "other"')),
    ],
)
def test_a_range_that_is_none_gets_the_whole(web, client, letters, method, fields):
    web.on("*", "/").reply(file=letters)
    answer = client.ask(method, "/", *fields)
    assert (answer.status, answer.all("Content-Length")) == (200, ["10"])


def test_a_file_with_another_status_is_a_page_and_no_more(web, client, letters):
    web.on("GET", "/").reply(file=letters, status=404)
    answer = client.get("/", "Range: bytes=0-0", "If-None-Match: *")
    assert (answer.status, answer.body) == (404, b"abcdefghij")
    assert answer.all("ETag") == []


def test_an_empty_file_is_sent(web, client, tmp_path):
    path = tmp_path / "empty"
    path.touch()
    web.on("GET", "/").reply(file=path)
    assert (client.get("/").status, client.get("/").body) == (200, b"")
    assert client.get("/", "Range: bytes=-1").status == 200
    assert client.get("/", "Range: bytes=0-").status == 416


# -- compression ------------------------------------------------------------------------------


@pytest.mark.parametrize("fixture", ["letters", "large"])
def test_a_compressed_file_is_another_thing_than_the_file(web, client, request, fixture):
    path = request.getfixturevalue(fixture)
    web.on("GET", "/").reply(file=path, compress=True)
    (etag,) = client.get("/").all("ETag")
    answer = client.get("/", "Accept-Encoding: gzip", "Range: bytes=0-0")
    assert answer.status == 200
    assert gzip.decompress(answer.body) == path.read_bytes()
    assert answer.all("ETag") == [etag[:-1] + '-gzip"']
    assert answer.all("Accept-Ranges") == []
    assert client.get("/", "Accept-Encoding: gzip", f"If-None-Match: {etag}").status == 200
    etag = answer.all("ETag")[0]
    not_modified = client.get("/", "Accept-Encoding: gzip", f"If-None-Match: {etag}")
    assert not_modified.status == 304
    assert not_modified.all("Vary") == ["Accept-Encoding"]
    assert not_modified.all("Content-Encoding") == []
    answer = client.get("/", "Accept-Encoding: deflate")
    assert zlib.decompress(answer.body) == path.read_bytes()
    assert client.get("/", "Range: bytes=0-0").status == 206


# -- what goes wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ("no-such-file", "no such file in"),
        (os.curdir, "no such file in"),
        (b"content", r"\('a.txt', b'...'\)"),
        (("a.txt", "text"), "a name with its bytes"),
        (5, "give a path"),
    ],
)
def test_what_is_no_file_is_refused_at_once(given, remedy):
    with pytest.raises(MisuseError, match=remedy):
        Response(file=given)


@pytest.mark.parametrize("options", [{"trailers": {"A": "b"}}, {"status": 304}, {"html": ""}])
def test_what_does_not_go_with_a_file_is_refused_at_once(letters, options):
    with pytest.raises(MisuseError):
        Response(file=letters, **options)


FIELDS = ("Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "Accept-Encoding")
VALUES = st.text(alphabet='bytesW/gzip0123456789-=,;.*" \tq', max_size=30) | st.text(
    st.characters(max_codepoint=255), max_size=10
)


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1))
@settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # it has no state
)
def test_whatever_clients_ask_a_file_answers(request_of, fields):
    response = Response(file=("a.txt", b"abcdefghij"), compress=True)
    answer = response.to(request_of(headers=fields))
    assert answer.status in (200, 206, 304, 412, 416)
    length = dict(answer.fields).get("Content-Length")
    assert length == (None if answer.status == 304 else str(len(answer.body)))
    assert answer.wire().startswith(b"HTTP/1.1 ")


def test_a_file_that_vanished_is_told_to_both(web, client, letters):
    web.on("GET", "/").reply(file=letters)
    letters.unlink()
    answer = client.get("/")
    assert (answer.status, "FileNotFoundError" in answer.text) == (500, True)
    assert "FileNotFoundError" in web.findings.all[0].text
    web.findings.clear()


def test_a_file_that_shrinks_while_it_is_sent_breaks_its_answer(web, client, large, monkeypatch):
    read = File.now

    def shrink(self):
        known = read(self)
        pieces = known.read(range(known.size))
        first = next(pieces)
        os.truncate(large, PIECE)

        class Shrinking(type(known)):
            def read(self, span):
                yield first
                yield from pieces

        return Shrinking(*known)

    monkeypatch.setattr(File, "now", shrink)
    web.on("GET", "/").reply(file=large)
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert len(client.rest().partition(b"\r\n\r\n")[2]) == PIECE
    assert f"large.bin shrank while it was sent: {2 * PIECE + 3} bytes are missing" in (
        web.findings.all[0].text
    )
    web.findings.clear()


def test_a_file_that_changed_since_its_head_was_sent_is_not_sent(large):
    known = File(large).now()
    large.write_bytes(large.read_bytes() + b"more")
    with pytest.raises(OSError, match="changed after the head of its answer was sent"):
        list(known.read(range(5)))
