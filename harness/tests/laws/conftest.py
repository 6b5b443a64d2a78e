"""The laws: what their markers mean, a mock that runs for all of a chapter, and clients."""

import asyncio
import http.client
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import aiohttp
import httpx
import pytest
import requests

from netmocks.http import HTTPMock
from netmocks.record import PATIENCE

#: Send a request (method, target, fields, content); return the content of its answer.
Send = Callable[..., bytes]


def pytest_configure(config: pytest.Config) -> None:
    """Say what the markers mean; `law_page` makes the page of them."""
    config.addinivalue_line("markers", "law(sentence): what always holds")
    config.addinivalue_line(
        "markers",
        "exception(sentence, example, versions): where a law does not hold, and on which Pythons",
    )


@pytest.fixture(scope="module")
def web() -> Iterator[HTTPMock]:
    """One mock for all examples of a chapter; each makes a rule of its own."""
    with HTTPMock() as mock:
        yield mock


@contextmanager
def _sessions() -> Iterator[
    tuple[requests.Session, httpx.Client, aiohttp.ClientSession, asyncio.Runner]
]:
    """Open a session of each client that has them, and what the last one runs in."""

    async def begin() -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    with (
        requests.Session() as session,
        httpx.Client(trust_env=False, timeout=PATIENCE) as client,
        asyncio.Runner() as runner,
    ):
        session.trust_env = False
        aio = runner.run(begin())
        try:
            yield session, client, aio, runner
        finally:
            runner.run(aio.close())


@pytest.fixture(scope="module")
def clients(web: HTTPMock) -> Iterator[dict[str, Send]]:
    """Clients that nobody here wrote, by their names; each keeps its connection if it can."""
    origin = web.url("/")[:-1]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with ExitStack() as stack:
        connection = http.client.HTTPConnection(web.host, web.port, timeout=PATIENCE)
        stack.callback(connection.close)
        session, client, aio, runner = stack.enter_context(_sessions())

        def by_urllib(method: str, target: str, fields: Any = (), data: Any = None) -> bytes:
            request = urllib.request.Request(origin + target, data, dict(fields), method=method)
            with opener.open(request, timeout=PATIENCE) as answer:
                return bytes(answer.read())

        def by_http_client(method: str, target: str, fields: Any = (), data: Any = None) -> bytes:
            connection.request(method, target, data, dict(fields))
            return connection.getresponse().read()

        def by_requests(method: str, target: str, fields: Any = (), data: Any = None) -> bytes:
            return session.request(method, origin + target, data=data, headers=dict(fields)).content

        def by_httpx(method: str, target: str, fields: Any = (), data: Any = None) -> bytes:
            return client.request(
                method, origin + target, content=data, headers=dict(fields)
            ).content

        def by_aiohttp(method: str, target: str, fields: Any = (), data: Any = None) -> bytes:
            async def send() -> bytes:
                url, given = origin + target, dict(fields)
                async with aio.request(method, url, data=data, headers=given) as answer:
                    return await answer.read()

            return runner.run(send())

        yield {
            "urllib": by_urllib,
            "http.client": by_http_client,
            "requests": by_requests,
            "httpx": by_httpx,
            "aiohttp": by_aiohttp,
        }


@pytest.fixture(scope="module")
def encoders(web: HTTPMock) -> Iterator[dict[str, Callable[..., None]]]:
    """Clients that encode what they are given: POST to a path, with params=, data= and json=."""
    origin = web.url("/")[:-1]
    with _sessions() as (session, client, aio, runner):

        def by_aiohttp(path: str, **given: Any) -> None:
            async def send() -> None:
                async with aio.post(origin + path, **given) as answer:
                    await answer.read()

            runner.run(send())

        yield {
            "requests": lambda path, **given: session.post(origin + path, **given),
            "httpx": lambda path, **given: client.post(origin + path, **given),
            "aiohttp": by_aiohttp,
        }


@pytest.fixture(scope="module")
def curl(web: HTTPMock) -> Callable[..., None]:
    """Send many requests by one run of curl: its start takes longer than a hundred of them."""
    if shutil.which("curl") is None:
        pytest.skip("this machine has no curl")

    def send(targets: list[str], *options: str) -> None:
        lines = [f'url = "{web.url("/")[:-1]}{target}"\noutput = /dev/null' for target in targets]
        quiet = ("--silent", "--show-error", "--globoff", "--noproxy", "*")
        subprocess.run(
            ["curl", "-q", *quiet, *options, "--config", "-"],
            input="\n".join(lines),
            text=True,
            check=True,
            timeout=PATIENCE,
        )

    return send
