"""What clients that nobody here wrote make of broken answers: each must notice, none may hang."""

import asyncio
import contextlib
import http.client
import shutil
import subprocess
import urllib.error
import urllib.request

import aiohttp
import httpx
import pytest
import requests

from netmocks.faults import Corrupt, Cut, Reset, Silence, Stall
from netmocks.http import HTTPMock, faults
from netmocks.record import PATIENCE

CURL = shutil.which("curl")

#: What a client waits that is to give up; the others have the tests' patience. What comes before
#: the fault has to be in time for it, on a machine under load too.
SHORT = 1.0


def by_urllib(url, seconds):
    with urllib.request.urlopen(url, timeout=seconds) as answer:
        return answer.read()


def by_http_client(url, seconds):
    host = url.split("/")[2]
    with contextlib.closing(http.client.HTTPConnection(host, timeout=seconds)) as connection:
        connection.request("GET", "/")
        return connection.getresponse().read()


def by_requests(url, seconds):
    return requests.get(url, timeout=seconds).content


def by_httpx(url, seconds):
    return httpx.get(url, timeout=seconds, trust_env=False).content


def by_aiohttp(url, seconds):
    async def fetch():
        timeout = aiohttp.ClientTimeout(total=seconds)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            return await answer.read()

    return asyncio.run(fetch())


def by_curl(url, seconds):
    done = subprocess.run(
        [CURL, "--silent", "--compressed", "--max-time", str(seconds), "--noproxy", "*", url],
        capture_output=True,
        timeout=PATIENCE * 2,
        check=False,
    )
    if done.returncode:
        raise ConnectionError(f"curl ended with {done.returncode}")
    return done.stdout


CLIENTS = {
    "urllib": by_urllib,
    "http.client": by_http_client,
    "requests": by_requests,
    "httpx": by_httpx,
    "aiohttp": by_aiohttp,
    "curl": by_curl,
}

#: What each may raise where an answer is broken.
NOTICED = (
    OSError,
    http.client.HTTPException,
    requests.RequestException,
    httpx.HTTPError,
    aiohttp.ClientError,
    TimeoutError,
)

#: A fault; the answer that it strikes; and the clients that do not notice it.
BROKEN = {
    "closed before the head": (Cut(after=0), {}, ()),
    # Fields that end too early are no error to these, nor that no content was announced.
    "closed in the head": (Cut(after=30), {}, ("urllib", "http.client", "requests", "curl")),
    "closed behind the head": (Cut(after=b"\r\n\r\n"), {}, ()),
    "closed in the content": (Cut(after=b"\r\n\r\n", more=4), {}, ()),
    "reset before the head": (Reset(after=0), {}, ()),
    "reset in the content": (Reset(after=b"\r\n\r\n", more=4), {}, ()),
    "more announced than sent": (
        faults.WrongLength(+10),
        {"headers": {"Connection": "close"}},
        (),
    ),
    "a chunk size that is none": (
        faults.BadChunkSize(chunk=1),
        {"stream": [b"one", b"two"]},
        (),
    ),
    "no last chunk": (faults.NoLastChunk(), {"stream": [b"one", b"two"]}, ()),
    "no status line": (faults.BadStatusLine("hello"), {}, ()),
    "a gzip that is none": (faults.BrokenGzip(), {}, ("urllib", "http.client")),
    "an endless head": (faults.EndlessHead(), {}, ()),
}


@pytest.fixture(params=CLIENTS)
def fetch(request):
    if request.param == "curl" and CURL is None:
        pytest.skip("curl is not installed")
    fetch = CLIENTS[request.param]
    fetch.name = request.param
    return fetch


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_answer_is_noticed_and_the_next_is_right(fetch, kind):
    fault, options, blind = BROKEN[kind]
    with HTTPMock() as web:
        web.on("GET", "/").reply("hello, world" if not options.get("stream") else None, **options)
        whole = fetch(web.url(), PATIENCE)
        # Some clients ask again where a connection broke that they had used: each time, it does.
        broken = web.on("GET", "/").reply(
            "hello, world" if not options.get("stream") else None, fault=fault, **options
        )
        if fetch.name in blind:
            assert fetch(web.url(), PATIENCE) != whole
        else:
            with pytest.raises(NOTICED):
                fetch(web.url(), PATIENCE)
        assert broken.count >= 1
        web.remove(broken)
        assert fetch(web.url(), PATIENCE) == whole


@pytest.mark.parametrize(
    "fault",
    [Silence(), Stall(after=0), Stall(after=b"\r\n\r\n")],
    ids=["silence", "stall before the head", "stall behind the head"],
)
def test_a_client_gives_up_on_an_answer_that_does_not_come(fetch, fault):
    with HTTPMock() as web:
        web.on("GET", "/").reply("hello, world", fault=fault)
        with pytest.raises(NOTICED):
            fetch(web.url(), SHORT)
        web.on("GET", "/").reply("hello")
        assert fetch(web.url(), PATIENCE) == b"hello"


def test_content_without_a_length_ends_for_those_who_asked_the_connection_to(fetch):
    with HTTPMock() as web:
        web.on("GET", "/").reply("hello, world", fault=faults.NoLength())
        if fetch.name == "urllib":  # it asks for "Connection: close"
            assert fetch(web.url(), PATIENCE) == b"hello, world"
        else:
            with pytest.raises(NOTICED):
                fetch(web.url(), SHORT)


def test_content_beyond_its_length_is_dropped_or_noticed(fetch):
    with HTTPMock() as web:
        web.on("GET", "/").reply("hello, world", fault=faults.WrongLength(-7))
        try:
            content = fetch(web.url(), PATIENCE)
        except aiohttp.ClientError:  # it takes the rest for the next answer, if it comes to see it
            content = b"hello"
        assert content == b"hello"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Corrupt(at=b"\r\n\r\n"), b"\x97ello, world"),
        (faults.NoKeepAlive(), b"hello, world"),
        (faults.OversizeBody(100_000, fill=b"."), b"hello, world" + b"." * 99_988),
        (faults.EarlyAnswer(), b"hello, world"),
    ],
    ids=["corrupted", "not kept alive", "oversize", "early"],
)
def test_some_faults_no_client_can_notice(fetch, fault, expected):
    with HTTPMock() as web:
        web.on("GET", "/").reply("hello, world", fault=fault)
        assert fetch(web.url(), PATIENCE) == expected


def test_a_wrong_charset_reaches_the_text(fetch):
    with HTTPMock() as web:
        web.on("GET", "/").reply("héllo", fault=faults.WrongCharset("latin-1"))
        assert fetch(web.url(), PATIENCE).decode("latin-1") == "hÃ©llo"
        assert httpx.get(web.url(), trust_env=False).text == "hÃ©llo"


def test_two_lengths_that_contradict_each_other_are_refused_by_those_who_look():
    with HTTPMock() as web:
        web.on("GET", "/").reply("hello, world", fault=faults.ConflictingLength(by=3))
        for name in ("httpx", "aiohttp", "curl"):
            if name == "curl" and CURL is None:
                continue
            with pytest.raises(NOTICED):
                CLIENTS[name](web.url(), SHORT)


@pytest.mark.parametrize("times", [1, 2])
def test_a_client_that_tries_again_gets_through_after_faults(times):
    with HTTPMock() as web:
        rule = web.on("GET", "/").reply(status=503)
        for _ in range(times):
            rule.then("no", fault=Reset(after=10))
        rule.then("yes")
        answers = []
        while "yes" not in answers:
            try:
                answers.append(requests.get(web.url(), timeout=PATIENCE).text)
            except requests.RequestException as error:
                answers.append(type(error).__name__)
        assert answers == ["", *["ConnectionError"] * times, "yes"]
