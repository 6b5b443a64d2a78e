"""The HTTP mock meets clients that nobody here wrote; each does the same things its own way."""

import asyncio
import http.client
import http.cookiejar
import json
import shutil
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self
from urllib.parse import urlencode, urlsplit

import aiohttp
import httpx
import pytest
import requests

from netmocks.http import HTTPMock, Response
from netmocks.wire.authority import authority

#: Seconds until a client gives up: it bounds a failure, no test waits for it.
PATIENCE = 5.0


class Got(NamedTuple):
    status: int
    body: bytes


class Client(Protocol):
    """What each adapter offers. One adapter is one session of its client.

    Arguments:
        ca_file: what to trust; None for what the client trusts by itself.
    """

    #: what a failed TLS handshake raises
    refusal: type[Exception]
    keeps_alive: bool
    follows_redirects: bool

    def __init__(self, ca_file: Path | None) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...
    def get(self, url: str, query: dict[str, str] | None = None) -> Got: ...
    def post_form(self, url: str, form: dict[str, str]) -> Got: ...
    def post_json(self, url: str, value: Any) -> Got: ...
    def upload(self, url: str, pieces: Iterable[bytes]) -> Got: ...
    def download(self, url: str) -> Iterator[bytes]: ...


def _context(ca_file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file)


def _with_query(url: str, query: dict[str, str] | None) -> str:
    return f"{url}?{urlencode(query)}" if query else url


class HTTPClient:
    """http.client of the standard library."""

    refusal = ssl.SSLError
    keeps_alive = True
    follows_redirects = False

    def __init__(self, ca_file: Path | None) -> None:
        self._context = _context(ca_file)
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for connection in self._connections.values():
            connection.close()

    def _connect(self, url: str) -> http.client.HTTPConnection:
        parts = urlsplit(url)
        if parts.netloc not in self._connections:
            self._connections[parts.netloc] = (
                http.client.HTTPSConnection(parts.netloc, context=self._context, timeout=PATIENCE)
                if parts.scheme == "https"
                else http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
            )
        return self._connections[parts.netloc]

    def _request(self, method: str, url: str, **more: Any) -> http.client.HTTPResponse:
        connection = self._connect(url)
        connection.request(method, urlsplit(url)._replace(scheme="", netloc="").geturl(), **more)
        return connection.getresponse()

    def _got(self, method: str, url: str, **more: Any) -> Got:
        response = self._request(method, url, **more)
        return Got(response.status, response.read())

    def get(self, url: str, query: dict[str, str] | None = None) -> Got:
        return self._got("GET", _with_query(url, query))

    def post_form(self, url: str, form: dict[str, str]) -> Got:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._got("POST", url, body=urlencode(form), headers=headers)

    def post_json(self, url: str, value: Any) -> Got:
        headers = {"Content-Type": "application/json"}
        return self._got("POST", url, body=json.dumps(value), headers=headers)

    def upload(self, url: str, pieces: Iterable[bytes]) -> Got:
        headers = {"Transfer-Encoding": "chunked"}
        return self._got("PUT", url, body=pieces, headers=headers, encode_chunked=True)

    def download(self, url: str) -> Iterator[bytes]:
        response = self._request("GET", url)
        while piece := response.read1():
            yield piece


class Urllib:
    """urllib.request of the standard library."""

    refusal = urllib.error.URLError
    keeps_alive = False
    follows_redirects = True

    def __init__(self, ca_file: Path | None) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            urllib.request.HTTPSHandler(context=_context(ca_file)),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._opener.close()

    def _got(self, url: str, **more: Any) -> Got:
        request = urllib.request.Request(url, **more)
        with self._opener.open(request, timeout=PATIENCE) as response:
            return Got(response.status, response.read())

    def get(self, url: str, query: dict[str, str] | None = None) -> Got:
        return self._got(_with_query(url, query))

    def post_form(self, url: str, form: dict[str, str]) -> Got:
        return self._got(url, data=urlencode(form).encode())

    def post_json(self, url: str, value: Any) -> Got:
        headers = {"Content-Type": "application/json"}
        return self._got(url, data=json.dumps(value).encode(), headers=headers)

    def upload(self, url: str, pieces: Iterable[bytes]) -> Got:
        return self._got(url, data=pieces, method="PUT")

    def download(self, url: str) -> Iterator[bytes]:
        with self._opener.open(url, timeout=PATIENCE) as response:
            while piece := response.read1():
                yield piece


class Session:
    """What the clients share that have sessions: they even agree on how these things are said."""

    keeps_alive = True
    follows_redirects = True

    def __enter__(self) -> Self:
        return self

    def _got(self, method: str, url: str, **more: Any) -> Got:
        raise NotImplementedError

    def get(self, url: str, query: dict[str, str] | None = None) -> Got:
        return self._got("GET", url, params=query)

    def post_form(self, url: str, form: dict[str, str]) -> Got:
        return self._got("POST", url, data=form)

    def post_json(self, url: str, value: Any) -> Got:
        return self._got("POST", url, json=value)


class Requests(Session):
    refusal = requests.exceptions.SSLError

    def __init__(self, ca_file: Path | None) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        if ca_file is not None:
            self._session.verify = str(ca_file)

    def __exit__(self, *error: object) -> None:
        self._session.close()

    def _got(self, method: str, url: str, **more: Any) -> Got:
        response = self._session.request(method, url, timeout=PATIENCE, **more)
        return Got(response.status_code, response.content)

    def upload(self, url: str, pieces: Iterable[bytes]) -> Got:
        return self._got("PUT", url, data=iter(pieces))

    def download(self, url: str) -> Iterator[bytes]:
        with self._session.get(url, stream=True, timeout=PATIENCE) as response:
            yield from response.iter_content(None)


class HTTPX(Session):
    refusal = httpx.ConnectError

    def __init__(self, ca_file: Path | None) -> None:
        self._client = httpx.Client(
            verify=_context(ca_file), trust_env=False, follow_redirects=True, timeout=PATIENCE
        )

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def _got(self, method: str, url: str, **more: Any) -> Got:
        response = self._client.request(method, url, **more)
        return Got(response.status_code, response.content)

    def upload(self, url: str, pieces: Iterable[bytes]) -> Got:
        return self._got("PUT", url, content=iter(pieces))

    def download(self, url: str) -> Iterator[bytes]:
        with self._client.stream("GET", url) as response:
            yield from response.iter_bytes()


async def _asynchronous(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def _one_by_one(runner: asyncio.Runner, pieces: AsyncIterator[bytes]) -> Iterator[bytes]:
    """Return what an async iterator yields in a runner's loop."""

    async def following() -> bytes:
        return await anext(pieces, b"")

    while piece := runner.run(following()):
        yield piece


class AsyncHTTPX(Session):
    """The asynchronous client of httpx, in an event loop of its own."""

    refusal = httpx.ConnectError

    def __init__(self, ca_file: Path | None) -> None:
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            verify=_context(ca_file), trust_env=False, follow_redirects=True, timeout=PATIENCE
        )

    def __exit__(self, *error: object) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def _got(self, method: str, url: str, **more: Any) -> Got:
        response = self._runner.run(self._client.request(method, url, **more))
        return Got(response.status_code, response.content)

    def upload(self, url: str, pieces: Iterable[bytes]) -> Got:
        return self._got("PUT", url, content=_asynchronous(pieces))

    async def _pieces(self, url: str) -> AsyncIterator[bytes]:
        async with self._client.stream("GET", url) as response:
            async for piece in response.aiter_bytes():
                yield piece

    def download(self, url: str) -> Iterator[bytes]:
        return _one_by_one(self._runner, self._pieces(url))


class AIOHTTP(Session):
    """aiohttp, in an event loop of its own."""

    refusal = aiohttp.ClientSSLError

    def __init__(self, ca_file: Path | None) -> None:
        self._runner = asyncio.Runner()
        self._session = self._runner.run(self._open(ca_file))

    @staticmethod
    async def _open(ca_file: Path | None) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=_context(ca_file)),
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # takes cookies of addresses, too
            timeout=aiohttp.ClientTimeout(PATIENCE),
        )

    def __exit__(self, *error: object) -> None:
        self._runner.run(self._session.close())
        self._runner.close()

    async def _request(self, method: str, url: str, **more: Any) -> Got:
        async with self._session.request(method, url, **more) as response:
            return Got(response.status, await response.read())

    def _got(self, method: str, url: str, **more: Any) -> Got:
        return self._runner.run(self._request(method, url, **more))

    def upload(self, url: str, pieces: Iterable[bytes]) -> Got:
        return self._got("PUT", url, data=_asynchronous(pieces))

    async def _pieces(self, url: str) -> AsyncIterator[bytes]:
        async with self._session.get(url) as response:
            async for piece in response.content.iter_any():
                yield piece

    def download(self, url: str) -> Iterator[bytes]:
        return _one_by_one(self._runner, self._pieces(url))


class Curl:
    """The program; each call is a process of its own, with a cookie jar for that call."""

    refusal = subprocess.CalledProcessError
    keeps_alive = True
    follows_redirects = True

    def __init__(self, ca_file: Path | None) -> None:
        program = shutil.which("curl")
        if program is None:
            pytest.skip("this machine has no curl")
        self._command = [program, "-q", "--silent", "--show-error", "--noproxy", "*"]
        self._command += ["--location", "--cookie", "", "--max-time", str(PATIENCE)]
        if ca_file is not None:
            self._command += ["--cacert", str(ca_file)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def run(self, *arguments: str, **more: Any) -> Got:
        command = [*self._command, "--write-out", "%{stderr}%{http_code}", *arguments]
        done = subprocess.run(command, capture_output=True, check=True, **more)
        return Got(int(done.stderr[-3:]), done.stdout)

    @staticmethod
    def _encoded(pairs: dict[str, str]) -> list[str]:
        given = (("--data-urlencode", f"{name}={value}") for name, value in pairs.items())
        return [argument for option in given for argument in option]

    def get(self, url: str, query: dict[str, str] | None = None) -> Got:
        return self.run("--get", *self._encoded(query or {}), url)

    def twice(self, url: str) -> Got:
        return self.run(url, url)

    def post_form(self, url: str, form: dict[str, str]) -> Got:
        return self.run(*self._encoded(form), url)

    def post_json(self, url: str, value: Any) -> Got:
        media_type = ("--header", "Content-Type: application/json")
        return self.run(*media_type, "--data", json.dumps(value), url)

    def upload(self, url: str, pieces: Iterable[bytes]) -> Got:
        return self.run("--upload-file", "-", url, input=b"".join(pieces))

    def download(self, url: str) -> Iterator[bytes]:
        command = [*self._command, "--no-buffer", url]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            while piece := process.stdout.read1():
                yield piece


CLIENTS: list[type[Client]] = [HTTPClient, Urllib, Requests, HTTPX, AsyncHTTPX, AIOHTTP, Curl]


@pytest.fixture
def ca_file(tmp_path):
    path = tmp_path / "authority.pem"
    path.write_text(authority().pem)
    return path


@pytest.fixture(params=CLIENTS, ids=lambda adapter: adapter.__name__)
def client(request, ca_file):
    """One session of each client."""
    with request.param(ca_file) as session:
        yield session


@pytest.fixture(params=CLIENTS, ids=lambda adapter: adapter.__name__)
def stranger(request):
    """One session of each client, which does not know our authority."""
    with request.param(None) as session:
        yield session


@pytest.fixture(params=[False, True], ids=["http", "https"])
def web(request):
    with HTTPMock(tls=request.param) as mock:
        yield mock


def test_get_with_a_query(web, client):
    rule = web.on("GET", "/search", query={"q": "你好 & more", "page": "2"}).reply("found")
    assert client.get(web.url("/search"), {"q": "你好 & more", "page": "2"}) == (200, b"found")
    assert rule.calls[0].scheme == web.url().partition(":")[0]
    assert rule.calls[0].host == f"127.0.0.1:{web.port}"


def test_post_of_a_form(web, client):
    rule = web.on("POST", "/login").reply(json={"ok": True}, status=201)
    got = client.post_form(web.url("/login"), {"name": "管理员", "password": "a&b=c d"})
    assert got == (201, b'{"ok": true}')
    assert rule.calls[0].form == {"name": "管理员", "password": "a&b=c d"}


def test_post_of_json(web, client):
    value = {"name": "管理员", "tags": ["a", None, 1.5, True]}
    rule = web.on("POST", "/users", json=value).reply(json=value)
    got = client.post_json(web.url("/users"), value)
    assert json.loads(got.body) == value
    assert rule.calls[0].content_type == "application/json"


def test_upload_in_chunks(web, client):
    pieces = [b"first", b"second" * 10_000, b"\0\r\n\xff"]
    rule = web.on("PUT", "/file").reply(lambda request: str(len(request.body)))
    got = client.upload(web.url("/file"), pieces)
    body = b"".join(pieces)
    assert got == (200, str(len(body)).encode())
    assert rule.calls[0].body == body
    assert rule.calls[0].headers["Transfer-Encoding"] == "chunked"


def test_a_download_is_read_while_it_is_still_being_made(web, client):
    gate = threading.Event()

    def pieces():
        yield b"first"
        assert gate.wait(PATIENCE)
        yield b"second"

    web.on("GET", "/stream").reply(lambda _: Response(stream=pieces()))
    received = b""
    with closing(client.download(web.url("/stream"))) as download:
        for piece in download:
            received += piece
            if received == b"first":
                gate.set()
    assert received == b"firstsecond"


def test_a_redirect_is_followed_and_the_cookie_comes_back(web, client):
    cookies = [("Set-Cookie", "session=abc; Path=/"), ("Set-Cookie", "theme=dark; Path=/")]
    web.on("GET", "/login").reply(status=302, headers=[("Location", "/home"), *cookies])
    home = web.on("GET", "/home", required=client.follows_redirects).reply("welcome")
    got = client.get(web.url("/login"))
    if client.follows_redirects:
        assert got == (200, b"welcome")
        assert home.calls[0].cookies == {"session": "abc", "theme": "dark"}
    else:
        assert got == (302, b"")


def test_a_connection_is_used_again(web, client):
    rule = web.on("GET", "/").reply("hello")
    if isinstance(client, Curl):  # each call is a process: only within one can it keep anything
        client.twice(web.url())
    else:
        client.get(web.url())
        client.get(web.url())
    first, second = rule.calls
    assert (first.connection == second.connection) is client.keeps_alive


def test_an_error_status_and_no_content_leave_the_session_usable(web, client):
    web.on("GET", "/empty").reply(status=204)
    web.on("GET", "/next").reply("next")
    assert client.get(web.url("/empty")) == (204, b"")
    assert client.get(web.url("/next")) == (200, b"next")


def test_a_client_that_does_not_know_our_authority_refuses(stranger):
    with HTTPMock(tls=True) as web:
        with pytest.raises(stranger.refusal):
            stranger.get(web.url())
        failed = web.journal.wait_for(lambda entry: entry.kind == "error")
        assert "TLS" in failed.value
        assert len(web.requests) == 0


def test_curl_may_ask_for_http_2_and_gets_http_1_1(ca_file):
    with HTTPMock() as web, Curl(ca_file) as curl:
        rule = web.on("*", "/").reply("hello")
        assert curl.run("--http2", web.url()) == (200, b"hello")
        assert curl.run("--http2", "--data", "a=1", web.url()) == (200, b"hello")
        assert [call.headers["Upgrade"] for call in rule.calls] == ["h2c", "h2c"]
        assert rule.calls[1].form == {"a": "1"}


def test_many_clients_at_once_each_get_their_own_answers(ca_file):
    with HTTPMock() as web, ExitStack() as sessions:
        web.on("GET", "/{n:int}").reply(lambda request: str(request.params["n"]))
        clients = [sessions.enter_context(HTTPX(ca_file)) for _ in range(4)]
        got: dict[int, bytes] = {}

        def ask(client, numbers):
            for n in numbers:
                got[n] = client.get(web.url(f"/{n}")).body

        threads = [
            threading.Thread(target=ask, args=(client, range(first, 40, len(clients))))
            for first, client in enumerate(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == {n: str(n).encode() for n in range(40)}
