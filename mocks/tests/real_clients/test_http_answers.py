"""Answers meet clients that nobody here wrote: files, codings, cookies, streams, applications."""

import asyncio
import http.cookiejar
import os
import resource
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request

import aiohttp
import flask
import httpx
import pytest
import requests

from netmocks.http import Cookie, Event, Feed, HTTPMock, Response
from netmocks.http.files import PIECE

PATIENCE = 5.0
THEN = 1_000_000_000
TEXT = "Grüße, " * 1000


@pytest.fixture
def web():
    with HTTPMock() as mock:
        yield mock


@pytest.fixture
def curl(tmp_path):
    """Run curl; what it says."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("this machine has no curl")

    def run(*arguments):
        command = [program, "-q", "--silent", "--show-error", "--noproxy", "*"]
        command += ["--max-time", str(PATIENCE), *map(str, arguments)]
        ran = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)
        return ran.returncode, ran.stdout

    return run


@pytest.fixture
def file(tmp_path):
    """A file of several pieces, of a known age."""
    path = tmp_path / "served.txt"
    path.write_bytes(os.urandom(2 * PIECE) + b"end")
    os.utime(path, (THEN, THEN))
    return path


# -- files ------------------------------------------------------------------------------------


def test_curl_gets_a_file_and_parts_of_it(web, curl, file):
    web.on("GET", "/f").reply(file=file)
    content = file.read_bytes()
    assert curl(web.url("/f")) == (0, content)
    assert curl("--range", "5-9", web.url("/f")) == (0, content[5:10])
    assert curl("--range", "-3", web.url("/f")) == (0, b"end")
    assert curl("--range", f"{PIECE}-", web.url("/f")) == (0, content[PIECE:])
    status, several = curl("--range", "0-1,5-6", web.url("/f"))
    assert status == 0
    assert several.count(b"Content-Range: bytes") == 2


def test_curl_goes_on_with_a_download_that_broke_off(web, curl, file, tmp_path):
    web.on("GET", "/f").reply(file=file)
    begun = tmp_path / "begun"
    begun.write_bytes(file.read_bytes()[:1000])
    assert curl("--continue-at", "-", "--output", begun, web.url("/f"))[0] == 0
    assert begun.read_bytes() == file.read_bytes()


def test_curl_fetches_what_is_newer_than_what_it_has(web, curl, file, tmp_path):
    rule = web.on("GET", "/f").reply(file=file)
    show = ("--output", os.devnull, "--write-out", "%{http_code} ")
    old, new = "Sun, 09 Sep 2001 01:46:39 GMT", "Sun, 09 Sep 2001 01:46:40 GMT"
    assert curl("-z", old, *show, web.url("/f")) == (0, b"200 ")
    assert curl("-z", new, *show, web.url("/f")) == (0, b"304 ")
    etags = tmp_path / "etags"
    assert curl("--etag-save", etags, *show, web.url("/f")) == (0, b"200 ")
    assert curl("--etag-compare", etags, *show, web.url("/f")) == (0, b"304 ")
    assert rule.count == 4


def test_a_cache_of_urllib_asks_whether_its_copy_is_good(web, file):
    web.on("GET", "/").reply(file=file)
    with urllib.request.urlopen(web.url(), timeout=PATIENCE) as answer:
        etag = answer.headers["ETag"]
        assert answer.read() == file.read_bytes()
    again = urllib.request.Request(web.url(), headers={"If-None-Match": etag})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(again, timeout=PATIENCE)
    with caught.value as answer:
        assert (answer.code, answer.headers["ETag"]) == (304, etag)


def test_a_huge_file_is_sent_without_being_held(web, tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(2**28)  # a file of holes: none of it is on the disk
    web.on("GET", "/").reply(file=path)
    before, received = _peak(), 0
    with requests.get(web.url(), stream=True, timeout=PATIENCE) as answer:
        for piece in answer.iter_content(PIECE):
            received += len(piece)
    assert received == 2**28
    assert _peak() - before <= 64 * 1024


def _peak():
    """The most memory that this process had so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


# -- codings ----------------------------------------------------------------------------------


def test_curl_decodes_what_it_asks_for(web, curl):
    rule = web.on("GET", "/").reply(TEXT, compress=True)
    assert curl("--compressed", web.url()) == (0, TEXT.encode())
    assert "gzip" in rule.calls[0].headers["Accept-Encoding"]
    for coding in ("deflate", "gzip"):
        code, raw = curl("-H", f"Accept-Encoding: {coding}", web.url())
        assert (code, len(raw) < 500) == (0, True)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("content", [{"content": TEXT}, {"stream": [TEXT, TEXT]}])
def test_httpx_decodes_each_coding(web, coding, content):
    web.on("GET", "/").reply(**content, compress=coding)
    answer = httpx.get(web.url())
    assert answer.headers["Content-Encoding"] == coding
    assert answer.text in (TEXT, TEXT + TEXT)


def test_requests_decodes_what_it_asks_for(web):
    web.on("GET", "/").reply(json=[TEXT], compress=True)
    answer = requests.get(web.url(), timeout=PATIENCE)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.json() == [TEXT]


# -- cookies and redirects --------------------------------------------------------------------


def test_requests_keeps_and_forgets_cookies(web):
    web.on("GET", "/").reply(
        cookies={
            "plain": "1",
            "quoted": 'a "b"; c',
            "below": Cookie("2", path="/below"),
            "gone": Cookie("3", expires=1),
        }
    )
    web.on("GET", "/forget").reply(cookies={"plain": None})
    with requests.Session() as session:
        session.get(web.url(), timeout=PATIENCE)
        assert {cookie.name for cookie in session.cookies} == {"plain", "quoted", "below"}
        session.get(web.url("/forget"), timeout=PATIENCE)
        assert {cookie.name for cookie in session.cookies} == {"quoted", "below"}


def test_urllib_reads_the_attributes_of_a_cookie(web):
    soon = int(time.time()) + 1000
    web.on("GET", "/").reply(cookies={"a": Cookie("b", expires=soon, path="/", http_only=True)})
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(web.url(), timeout=PATIENCE).close()
    (cookie,) = jar
    assert (cookie.value, cookie.expires, cookie.path) == ("b", soon, "/")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_clients_follow_redirects(web, status):
    web.on("GET", "/from").reply(redirect="to?q=ü", status=status)
    web.on("GET", "/to", query={"q": "ü"}).reply("there")
    assert requests.get(web.url("/from"), timeout=PATIENCE).text == "there"
    assert httpx.get(web.url("/from"), follow_redirects=True).text == "there"


# -- streams ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_aiohttp_reads_a_feed_as_it_is_fed(web):
    feed = Feed()
    web.on("GET", "/").reply(events=feed)
    async with aiohttp.ClientSession() as session, session.get(web.url()) as answer:
        await feed.wait_until_open_async()
        for text in ("one", "two"):
            feed.send(Event(text))
            assert await answer.content.readuntil(b"\n\n") == f"data: {text}\n\n".encode()
        feed.end()
        assert await answer.content.read() == b""


@pytest.mark.asyncio
async def test_aiohttp_notices_that_a_feed_broke_off(web):
    feed = Feed()
    web.on("GET", "/").reply(stream=feed)
    async with aiohttp.ClientSession() as session, session.get(web.url()) as answer:
        await feed.wait_until_open_async()
        feed.send("one")
        assert await answer.content.readexactly(3) == b"one"
        feed.break_off()
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.content.read()


def test_httpx_reads_a_compressed_feed_as_it_is_fed(web):
    feed = Feed()
    web.on("GET", "/").reply(stream=feed, compress=True)
    with httpx.stream("GET", web.url(), headers={"Accept-Encoding": "gzip"}) as answer:
        feed.wait_until_open()
        pieces = answer.iter_text()
        for text in ("one", "two"):
            feed.send(text)
            assert next(pieces) == text
        feed.end()
        assert list(pieces) == []


# -- applications -----------------------------------------------------------------------------


def test_many_clients_at_once_each_get_the_applications_answer(web):
    app, together = flask.Flask("app"), threading.Barrier(8)

    @app.route("/<int:number>")
    def show(number):
        together.wait(PATIENCE)  # which needs all of them at once
        return str(number)

    web.mount(app)

    async def ask_all():
        async with httpx.AsyncClient() as client:
            answers = await asyncio.gather(*(client.get(web.url(f"/{n}")) for n in range(8)))
        return [answer.text for answer in answers]

    assert asyncio.run(ask_all()) == [str(number) for number in range(8)]


def test_curl_gets_the_stream_of_an_application(web, curl):
    app = flask.Flask("app")
    app.route("/")(lambda: flask.Response(iter(["one", "two"])))
    web.mount(app)
    assert curl(web.url()) == (0, b"onetwo")
    assert curl("--http1.0", web.url()) == (0, b"onetwo")


def test_a_function_may_answer_with_a_file(web, file):
    web.on("GET", "/{name}").reply(lambda _: Response(file=file.parent / "served.txt"))
    assert httpx.get(web.url("/any"), headers={"Range": "bytes=-3"}).content == b"end"
