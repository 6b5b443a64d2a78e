import asyncio
import http.client
import smtplib
import socket
import ssl
import urllib.request
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from email.message import EmailMessage
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3

from netharness import Internet
from netmocks.http import HTTPMock
from netmocks.mail import SMTPMock

InThread = Callable[..., "Future[Any]"]

HOST = "api.example.com"
REQUEST = b"GET /events?page=1 HTTP/1.0\r\nHost: api.example.com\r\n\r\n"


# -- clients of the web: each gets a URL's content ------------------------------------------------


def with_socket(url: str) -> str:
    context = ssl.create_default_context()
    with (
        socket.create_connection((HOST, 443), timeout=5) as raw,
        context.wrap_socket(raw, server_hostname=HOST) as client,
        client.makefile("rb") as answer,
    ):
        client.sendall(REQUEST)
        return answer.read().partition(b"\r\n\r\n")[2].decode()


def with_urllib(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as response:
        return response.read().decode()


def with_http_client(url: str) -> str:
    client = http.client.HTTPSConnection(HOST, timeout=5)
    try:
        client.request("GET", url.removeprefix(f"https://{HOST}"))
        return client.getresponse().read().decode()
    finally:
        client.close()


def with_urllib3(url: str) -> str:
    with urllib3.PoolManager() as pool:
        return pool.request("GET", url, timeout=5).data.decode()


def with_requests(url: str) -> str:
    return requests.get(url, timeout=5).text


def with_httpx(url: str) -> str:
    return httpx.get(url, timeout=5).text


async def with_streams(url: str) -> str:
    reader, writer = await asyncio.open_connection(HOST, 443, ssl=True)
    writer.write(REQUEST)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.partition(b"\r\n\r\n")[2].decode()


async def with_async_httpx(url: str) -> str:
    async with httpx.AsyncClient(timeout=5) as client:
        return (await client.get(url)).text


async def with_aiohttp(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.text()


BLOCKING = [
    with_socket,
    with_urllib,
    with_http_client,
    with_urllib3,
    with_requests,
    with_httpx,
]
ASYNCHRONOUS = [with_streams, with_async_httpx, with_aiohttp]

Get = Callable[[str], str]
AsyncGet = Callable[[str], Awaitable[str]]


@pytest.fixture
def api(internet: Internet) -> HTTPMock:
    """A web server at api.example.com with one page."""
    api = internet.http(HOST)
    api.on("GET", "/events", query={"page": "1"}).reply("[]")
    return api


def _was_asked(api: HTTPMock, times: int = 1) -> None:
    """Check that requests came as https://api.example.com/events?page=1, by TLS for that name."""
    requests = list(api.requests)
    assert [request.url for request in requests] == [f"https://{HOST}/events?page=1"] * times
    assert {request.server_name for request in requests} == {HOST}


@pytest.mark.parametrize("get", BLOCKING)
def test_a_blocking_client_works(api: HTTPMock, get: Get) -> None:
    assert get(f"https://{HOST}/events?page=1") == "[]"
    _was_asked(api)


@pytest.mark.parametrize("get", BLOCKING)
def test_a_blocking_client_works_in_threads(api: HTTPMock, get: Get, in_thread: InThread) -> None:
    futures = [in_thread(get, f"https://{HOST}/events?page=1") for _ in range(3)]
    assert [future.result(5) for future in futures] == ["[]"] * 3
    _was_asked(api, 3)


@pytest.mark.asyncio
@pytest.mark.parametrize("get", BLOCKING)
async def test_a_blocking_client_works_in_the_thread_of_a_running_loop(
    api: HTTPMock, get: Get
) -> None:
    assert get(f"https://{HOST}/events?page=1") == "[]"
    assert await asyncio.to_thread(get, f"https://{HOST}/events?page=1") == "[]"
    _was_asked(api, 2)


@pytest.mark.asyncio
@pytest.mark.parametrize("get", ASYNCHRONOUS)
async def test_an_async_client_works(api: HTTPMock, get: AsyncGet) -> None:
    assert await get(f"https://{HOST}/events?page=1") == "[]"
    _was_asked(api)


@pytest.mark.asyncio
@pytest.mark.parametrize("get", ASYNCHRONOUS)
async def test_async_clients_work_side_by_side(api: HTTPMock, get: AsyncGet) -> None:
    answers = await asyncio.gather(*(get(f"https://{HOST}/events?page=1") for _ in range(3)))
    assert answers == ["[]"] * 3
    _was_asked(api, 3)


@pytest.mark.parametrize("get", ASYNCHRONOUS)
def test_an_async_client_works_in_a_loop_of_its_own(api: HTTPMock, get: AsyncGet) -> None:
    async def main() -> str:
        return await get(f"https://{HOST}/events?page=1")

    assert asyncio.run(main()) == "[]"
    _was_asked(api)


@pytest.mark.parametrize("get", ASYNCHRONOUS)
def test_an_async_client_works_in_another_thread(
    api: HTTPMock, get: AsyncGet, in_thread: InThread
) -> None:
    async def main() -> str:
        return await get(f"https://{HOST}/events?page=1")

    assert in_thread(asyncio.run, main()).result(5) == "[]"
    _was_asked(api)


@pytest.mark.asyncio
async def test_an_async_handler_of_the_test_answers_its_own_client(internet: Internet) -> None:
    async def answer(request: Any) -> str:
        return request.path.upper()

    internet.http(HOST).on("GET", "/events").reply(answer)
    assert await with_aiohttp(f"https://{HOST}/events") == "/EVENTS"


# -- clients of mail ------------------------------------------------------------------------------


def _message() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "hello"
    message["From"], message["To"] = "me@example.com", "you@example.com"
    message.set_content("How are you?\n")
    return message


def by_starttls(port: int) -> None:
    with smtplib.SMTP("mail.example.com", port, timeout=5) as client:
        client.starttls(context=ssl.create_default_context())
        client.login("me@example.com", "secret")
        client.send_message(_message())


def by_tls(port: int) -> None:
    context = ssl.create_default_context()
    with smtplib.SMTP_SSL("mail.example.com", port, timeout=5, context=context) as client:
        client.login("me@example.com", "secret")
        client.send_message(_message())


MAILERS = [(by_starttls, 25), (by_starttls, 587), (by_tls, 465)]

Mail = Callable[[int], None]


@pytest.fixture
def mailbox(internet: Internet) -> SMTPMock:
    """A mail server at mail.example.com with one account."""
    return internet.smtp("mail.example.com", accounts={"me@example.com": "secret"})


def _took(mailbox: SMTPMock) -> None:
    message = mailbox.wait_for_message(to="you@example.com")
    assert (message.sender, message.user, message.tls) == ("me@example.com", "me@example.com", True)
    assert (message.subject, message.text.rstrip()) == ("hello", "How are you?")


@pytest.mark.parametrize(("mail", "port"), MAILERS)
def test_mail_is_handed_over(mailbox: SMTPMock, mail: Mail, port: int) -> None:
    mail(port)
    _took(mailbox)


@pytest.mark.parametrize(("mail", "port"), MAILERS)
def test_mail_is_handed_over_by_a_thread(
    mailbox: SMTPMock, mail: Mail, port: int, in_thread: InThread
) -> None:
    in_thread(mail, port).result(5)
    _took(mailbox)


@pytest.mark.asyncio
@pytest.mark.parametrize(("mail", "port"), MAILERS)
async def test_mail_is_handed_over_from_a_running_loop(
    mailbox: SMTPMock, mail: Mail, port: int
) -> None:
    await asyncio.to_thread(mail, port)
    assert (await mailbox.wait_for_message_async(to="you@example.com")).tls


def test_a_wrong_password_is_refused(mailbox: SMTPMock) -> None:
    with smtplib.SMTP("mail.example.com", 587, timeout=5) as client:
        client.starttls(context=ssl.create_default_context())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("me@example.com", "guess")
    assert len(mailbox.messages) == 0
