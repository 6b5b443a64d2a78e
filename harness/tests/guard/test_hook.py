"""The guard's routes: each is closed by its own line, and reopened without it."""

import _socket
import asyncio
import errno
import multiprocessing
import os
import pickle
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from socket import (
    create_connection,
    getaddrinfo,
    gethostbyaddr,
    gethostbyname,
    gethostbyname_ex,
    getnameinfo,
)
from socket import socket as Socket  # noqa: N812  # as careless code does
from typing import Any

import pytest

from netharness import Internet
from netharness.guard.attempt import Attempt, Log
from netharness.guard.hook import guard
from netmocks import UnexpectedTraffic
from netmocks.tcp import TCPMock, echo

Attempts = Callable[[], list[Attempt]]
Guarded = Callable[..., None]

#: Nobody's, should a route be open (RFC 5737, RFC 3849, RFC 2606).
FAR = ("192.0.2.1", 80)
FAR6 = ("2001:db8::1", 80)
NAME = "api.example.com"


@pytest.fixture
def sockets() -> Iterator[Callable[..., Any]]:
    """Make a socket of a class, non-blocking, so that an open route is not waited for."""
    with ExitStack() as stack:

        def make(kind: Any = Socket, *arguments: int) -> Any:
            sock = kind(*arguments)
            stack.callback(sock.close)
            sock.setblocking(False)
            return sock

        yield make


UDP = (socket.AF_INET, socket.SOCK_DGRAM)

unix_only = pytest.mark.skipif(
    not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets"
)

#: What connects or sends, by the event that gives it away.
TRAFFIC: dict[str, Callable[[Callable[..., Any]], object]] = {
    "connect": lambda make: make().connect(FAR),
    "connect by IPv6": lambda make: make(Socket, socket.AF_INET6).connect(FAR6),
    "connect by mapped IPv6": lambda make: make(Socket, socket.AF_INET6).connect(
        ("::ffff:192.0.2.1", 80)
    ),
    "connect of a datagram socket": lambda make: make(Socket, *UDP).connect(FAR),
    "sendto": lambda make: make(Socket, *UDP).sendto(b"x", FAR),
    "sendto with flags": lambda make: make(Socket, *UDP).sendto(b"x", 0, FAR),
    "sendmsg": lambda make: make(Socket, *UDP).sendmsg([b"x"], [], 0, FAR),
    "_socket's connect": lambda make: make(_socket.socket).connect(FAR),
    "_socket's connect_ex": lambda make: make(_socket.socket).connect_ex(FAR),
    "_socket's sendto": lambda make: make(_socket.socket, *UDP).sendto(b"x", FAR),
    "_socket's sendmsg": lambda make: make(_socket.socket, *UDP).sendmsg([b"x"], [], 0, FAR),
    "create_connection": lambda _: create_connection(FAR, timeout=0.01),
    "asyncio's streams": lambda _: asyncio.run(asyncio.open_connection(*FAR)),
    "asyncio's datagrams": lambda _: asyncio.run(_datagram()),
    "asyncio's sockets": lambda make: asyncio.run(_sock_connect(make())),
}


#: What asyncio does on Windows, past Python's sockets, no hook hears of.
if os.name == "nt":
    TRAFFIC = {route: act for route, act in TRAFFIC.items() if "asyncio" not in route}


async def _datagram() -> None:
    await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=FAR
    )


async def _sock_connect(sock: socket.socket) -> None:
    await asyncio.get_running_loop().sock_connect(sock, FAR)


#: What looks a name up; those imported above were there before any guard.
LOOKUPS: dict[str, Callable[[Callable[..., Any]], object]] = {
    "getaddrinfo": lambda _: getaddrinfo(NAME, 80),
    "getaddrinfo of bytes": lambda _: getaddrinfo(NAME.encode(), 80),
    "_socket's getaddrinfo": lambda _: _socket.getaddrinfo(NAME, 80),
    "gethostbyname": lambda _: gethostbyname(NAME),
    "gethostbyname_ex": lambda _: gethostbyname_ex(NAME),
    "gethostbyaddr": lambda _: gethostbyaddr(NAME),
    "asyncio's getaddrinfo": lambda _: asyncio.run(_getaddrinfo()),
    "asyncio's streams": lambda _: asyncio.run(asyncio.open_connection(NAME, 80)),
    "connect": lambda make: make().connect((NAME, 80)),
    "connect_ex": lambda make: make().connect_ex((NAME, 80)),
    "sendto": lambda make: make(Socket, *UDP).sendto(b"x", (NAME, 80)),
    "sendto with flags": lambda make: make(Socket, *UDP).sendto(b"x", 0, (NAME, 80)),
    "sendmsg": lambda make: make(Socket, *UDP).sendmsg([b"x"], [], 0, (NAME, 80)),
    "create_connection": lambda _: create_connection((NAME, 80), timeout=0.01),
}

#: What asks for the name of an address.
LOOKUPS_BACK: dict[str, Callable[[Callable[..., Any]], object]] = {
    "gethostbyaddr": lambda _: gethostbyaddr(FAR[0]),
    "getnameinfo": lambda _: getnameinfo(FAR, 0),
    "getfqdn": lambda _: socket.getfqdn(FAR[0]) and gethostbyaddr(FAR[0]),
}


async def _getaddrinfo() -> object:
    return await asyncio.get_running_loop().getaddrinfo(NAME, 80)


@pytest.mark.parametrize("route", TRAFFIC)
def test_nothing_is_sent_away(
    guarded: Guarded, attempts: Attempts, sockets: Callable[..., Any], route: str
) -> None:
    guarded("on")
    with pytest.raises(ConnectionRefusedError, match="the guard refused to") as caught:
        TRAFFIC[route](sockets)
    (attempt,) = attempts()
    assert caught.value.errno == errno.ECONNREFUSED
    assert str(attempt) in str(caught.value)
    assert attempt.host.removeprefix("::ffff:") in (FAR[0], FAR6[0])
    assert (attempt.port, attempt.refused, attempt.process) == (80, True, 0)
    assert f"{Path(__file__).name}:" in attempt.place


def test_connect_ex_returns_what_connect_raises(
    guarded: Guarded, attempts: Attempts, sockets: Callable[..., Any]
) -> None:
    guarded("on")
    assert sockets().connect_ex(FAR) == errno.ECONNREFUSED
    assert [attempt.target for attempt in attempts()] == ["192.0.2.1:80"]


@pytest.mark.parametrize("route", LOOKUPS)
def test_no_name_is_looked_up(
    guarded: Guarded, attempts: Attempts, sockets: Callable[..., Any], route: str
) -> None:
    guarded("on")
    with pytest.raises(socket.gaierror, match=f"the guard refused to look up {NAME}") as caught:
        LOOKUPS[route](sockets)
    (attempt,) = attempts()
    assert caught.value.errno == socket.EAI_NONAME
    assert (attempt.verb, attempt.host) == ("look up", NAME)


@pytest.mark.parametrize("route", LOOKUPS_BACK)
def test_no_address_is_looked_up(
    guarded: Guarded, attempts: Attempts, sockets: Callable[..., Any], route: str
) -> None:
    guarded("on")
    with pytest.raises(socket.gaierror, match=rf"the guard refused to look up {FAR[0]}"):
        LOOKUPS_BACK[route](sockets)
    assert {attempt.host for attempt in attempts()} == {FAR[0]}


def test_threads_are_guarded(guarded: Guarded, attempts: Attempts) -> None:
    def swallow() -> None:
        try:
            create_connection(FAR, timeout=0.01)
        except OSError:
            pass

    guarded("on")
    thread = threading.Thread(target=swallow)
    thread.start()
    thread.join()
    (attempt,) = attempts()
    assert f"{Path(__file__).name}:" in attempt.place


def test_an_attempt_that_is_repeated_is_told_once(guarded: Guarded, attempts: Attempts) -> None:
    guarded("on")
    for _ in range(3):
        with pytest.raises(socket.gaierror):
            gethostbyname(NAME)
    assert len(attempts()) == 1


def test_a_report_lets_pass_and_tells(
    guarded: Guarded, attempts: Attempts, sockets: Callable[..., Any]
) -> None:
    guarded("report")
    sockets(Socket, *UDP).connect(FAR)  # of a datagram socket: it sends nothing
    (attempt,) = attempts()
    assert str(attempt).startswith("the guard would refuse to connect to 192.0.2.1:80, tried at ")
    assert not attempt.refused


# -- what is this machine's own -------------------------------------------------------------------


@unix_only
def test_this_machine_is_open(guarded: Guarded, ipv6: None, tmp_path: Path) -> None:
    guarded("on")
    path = str(tmp_path / "s")
    with TCPMock(echo) as server, TCPMock(echo, path=path), TCPMock(echo, host="::1") as v6:
        for host in ("127.0.0.1", "localhost", "LOCALHOST", ""):
            with create_connection((host or "127.0.0.1", server.port)) as client:
                assert client.getpeername()[1] == server.port
            with socket.socket() as client:
                client.connect((host, server.port))
        create_connection(v6.address).close()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
    own = socket.gethostname()
    for lookup in (gethostbyname, gethostbyname_ex, gethostbyaddr):
        lookup("localhost")
    getnameinfo(("127.0.0.1", 80), 0)
    try:
        getaddrinfo(own, 80)
    except socket.gaierror as error:
        assert "the guard" not in str(error)  # noqa: PT017  # a machine need not know itself


def test_what_needs_no_lookup_is_none(guarded: Guarded) -> None:
    guarded("on")
    assert getaddrinfo("192.0.2.1", 80)
    assert getaddrinfo("2001:db8::1", 80)
    assert getaddrinfo(None, 80)
    assert gethostbyname("192.0.2.1") == "192.0.2.1"
    assert gethostbyname("127.1") == "127.0.0.1"
    for host in (NAME, "192.0.2.300"):
        with pytest.raises(socket.gaierror) as caught:
            getaddrinfo(host, 80, flags=socket.AI_NUMERICHOST)
        assert "the guard" not in str(caught.value)
    flags = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    assert socket.getnameinfo(FAR, flags) == ("192.0.2.1", "80")


def test_socket_pairs_and_event_loops_are_left_alone(guarded: Guarded) -> None:
    guarded("on")
    one, other = socket.socketpair()
    one.sendall(b"hello")
    assert other.recv(100) == b"hello"
    one.close()
    other.close()
    asyncio.run(asyncio.sleep(0))


def test_wrong_arguments_are_the_system_s_business(
    guarded: Guarded, sockets: Callable[..., Any]
) -> None:
    guarded("on")
    for address in (None, 7, "name", ("192.0.2.1",), (NAME, "80"), ()):
        with pytest.raises((TypeError, OSError)) as caught:
            sockets().connect(address)
        assert "the guard" not in str(caught.value) or address == (NAME, "80")
    guard.take()
    with pytest.raises(TypeError):
        sockets().connect()
    with pytest.raises(TypeError):
        gethostbyname()  # type: ignore[call-arg]  # which is the point


# -- what is allowed ------------------------------------------------------------------------------


def test_an_allowed_address_is_let_out(
    guarded: Guarded, attempts: Attempts, sockets: Callable[..., Any]
) -> None:
    guarded("on", "192.0.2.0/24:9")
    sockets(Socket, *UDP).connect(("192.0.2.1", 9))  # of a datagram socket: it sends nothing
    with pytest.raises(ConnectionRefusedError):
        sockets(Socket, *UDP).connect(FAR)
    assert [attempt.target for attempt in attempts()] == ["192.0.2.1:80"]


def test_whoever_has_an_allowed_name_is_let_out(
    guarded: Guarded,
    attempts: Attempts,
    sockets: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def answer(host: str, port: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", 0))]

    monkeypatch.setattr("netharness.guard.hook._getaddrinfo", answer)
    monkeypatch.setattr(guard, "_addresses", {})
    guarded("on", "db.example.com:5432")
    sockets(Socket, *UDP).connect(("192.0.2.7", 5432))
    sockets(Socket, *UDP).connect(("192.0.2.7", 5432))
    assert asked == ["db.example.com"]
    for address in (("192.0.2.7", 80), ("192.0.2.8", 5432)):
        with pytest.raises(ConnectionRefusedError):
            sockets(Socket, *UDP).connect(address)
    assert len(attempts()) == 2


def test_a_lookup_of_an_allowed_name_passes(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_addresses", {})
    guarded("on", "*.example.com")
    guard.looking_up("db.example.com", 80)
    guard.looking_up(b"DB.example.com.", 80)
    assert set(guard._addresses) == {"db.example.com"}


@unix_only
def test_unix_sockets_are_refused_once_others_are_named(
    guarded: Guarded, attempts: Attempts, tmp_path: Path
) -> None:
    guarded("on", f"unix:{tmp_path}/a*")
    with TCPMock(path=tmp_path / "a"), TCPMock(path=tmp_path / "b"):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(tmp_path / "a"))
        with socket.socket(socket.AF_UNIX) as client, pytest.raises(ConnectionRefusedError):
            client.connect(os.fsencode(tmp_path / "b"))
    (attempt,) = attempts()
    assert attempt.target == f"unix:{tmp_path}/b"
    assert f"internet_allow = unix:{tmp_path}/b" in attempt.explain()
    assert "internet.tcp" not in attempt.explain()


# -- what is said ---------------------------------------------------------------------------------


def test_the_text_names_the_target_the_place_and_the_lines_to_add(
    guarded: Guarded, attempts: Attempts, sockets: Callable[..., Any]
) -> None:
    guarded("on")
    with pytest.raises(ConnectionRefusedError) as caught:
        sockets().connect(("192.0.2.1", 587))
    (attempt,) = attempts()
    assert str(caught.value) == (
        f"[Errno {errno.ECONNREFUSED}] the guard refused to connect to 192.0.2.1:587, tried at"
        f" {attempt.place}\n"
        "No internet is up here; to let a mock live there, ask for the fixture 'internet', and"
        " write:\n"
        "    internet.smtp('192.0.2.1')\n"
        "To let it leave, write in pytest's configuration:\n"
        "    internet_allow = 192.0.2.1:587\n"
        "or at the test:\n"
        "    @pytest.mark.internet_guard(allow=['192.0.2.1:587'])"
    )


def test_the_text_names_the_mocks_that_run(
    guarded: Guarded, attempts: Attempts, tmp_path: Path
) -> None:
    guarded("on")
    with TCPMock(name="one") as one, TCPMock(name="two", path=tmp_path / "s"):
        with TCPMock(name="gone"):
            pass
        with pytest.raises(socket.gaierror) as caught:
            gethostbyname(NAME)
        there = f"one at 127.0.0.1:{one.port}, two at {tmp_path / 's'}"
    assert f"\nThe mocks that ran: {there}.\n" in str(caught.value)
    (attempt,) = attempts()
    assert there in attempt.explain()  # though they have stopped


def test_what_is_raised_survives_pickling(guarded: Guarded, attempts: Attempts) -> None:
    guarded("on")
    for function in (lambda: gethostbyname(NAME), lambda: create_connection(FAR, 0.01)):
        with pytest.raises(OSError, match="the guard refused") as caught:
            function()
        again = pickle.loads(pickle.dumps(caught.value))
        assert (type(again), str(again), again.errno) == (
            type(caught.value),
            str(caught.value),
            caught.value.errno,
        )
    attempts()


# -- other processes ------------------------------------------------------------------------------


def _try() -> str:
    try:
        create_connection(FAR, timeout=0.01)
    except OSError as error:
        return str(error)
    return "it was let out"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_is_guarded_and_tells_its_parent(guarded: Guarded, tmp_path: Path) -> None:
    guarded("on")
    log = tmp_path / "log"
    log.touch()
    guard.policy = guard.policy._replace(log=str(log))
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        said = pool.submit(_try).result(10)
    (attempt,) = Log(log).take()
    assert str(attempt) in said
    assert attempt.process not in (0, os.getpid())


# -- while an internet is up ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bypass", "error"),
    [
        (LOOKUPS["gethostbyname"], socket.gaierror),
        (LOOKUPS["gethostbyname_ex"], socket.gaierror),
        (LOOKUPS_BACK["gethostbyaddr"], socket.gaierror),
        (LOOKUPS_BACK["getnameinfo"], socket.gaierror),
        (TRAFFIC["_socket's connect"], ConnectionRefusedError),
        (TRAFFIC["_socket's sendto"], ConnectionRefusedError),
    ],
)
def test_what_goes_around_an_internet_is_refused_and_a_finding_though_the_guard_is_off(
    sockets: Callable[..., Any],
    bypass: Callable[[Callable[..., Any]], object],
    error: type[OSError],
) -> None:
    with pytest.raises(UnexpectedTraffic) as told, Internet() as internet:  # noqa: PT012  # its end
        internet.http("api.example.net")
        with pytest.raises(error) as caught:
            bypass(sockets)
    assert "went around this internet, at " in str(caught.value)
    assert "[unrouted]" in str(told.value)
    assert f"{Path(__file__).name}:" in str(told.value)


def test_after_an_internet_the_guard_is_as_it_was() -> None:
    with Internet():
        pass
    assert guard.is_idle


def test_what_is_allowed_leaves_an_internet_too(
    guarded: Guarded, sockets: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(host: str, port: object, *rest: int) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", 5432))]

    for module in ("guard.hook", "routing.switchboard", "routing.resolver"):
        monkeypatch.setattr(f"netharness.{module}._getaddrinfo", answer)
    monkeypatch.setattr(guard, "_addresses", {})
    guarded("off", "db.example.com:5432", "198.51.100.0/24", "127.0.0.0/8")
    with Internet(loopback="refused", tolerate=["unrouted"]) as internet:
        internet.http("api.example.com")
        internet.nxdomain("gone.example.com")
        assert socket.gethostbyname("db.example.com") == "192.0.2.7"
        assert socket.getaddrinfo("db.example.com", 5432)[0][4] == ("192.0.2.7", 5432)
        sockets(Socket, *UDP).connect(("192.0.2.7", 5432))  # of datagram sockets: they send nothing
        sockets(Socket, *UDP).connect(("db.example.com", 5432))
        sockets(Socket, *UDP).connect(("198.51.100.1", 9))
        assert socket.gethostbyname("api.example.com") == "198.18.0.1"
        for address in (("192.0.2.7", 80), ("198.18.0.1", 81)):
            with pytest.raises(ConnectionRefusedError):
                sockets(Socket, *UDP).connect(address)
        with pytest.raises(socket.gaierror, match="nxdomain"):
            socket.gethostbyname("gone.example.com")
