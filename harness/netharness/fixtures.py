"""Fixtures: an internet, and one mock of each kind; new for each test, verified after it.

What is heavy is imported when a test first asks for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from netharness import chance, witnesses

if TYPE_CHECKING:
    from netharness.internet import Internet
    from netmocks.dns import DNSMock
    from netmocks.http import HTTPMock
    from netmocks.mail import IMAPMock, LMTPMock, POP3Mock, SMTPMock
    from netmocks.mysql import MySQLMock, MySQLRelay, MySQLServer
    from netmocks.tcp import TCPMock
    from netmocks.udp import UDPMock

W = TypeVar("W", bound=witnesses.Witness)


_LEASE = pytest.StashKey[None]()


def _keep_loop_thread(config: pytest.Config) -> None:
    """Keep the mocks' loop thread from the first mock to the end of the session.

    No fixture, for each test that asks for a mock would have to set it up.
    """
    if _LEASE not in config.stash:
        from netmocks.wire.loop import shared

        shared.acquire()
        config.stash[_LEASE] = None
        config.add_cleanup(shared.release)


@contextmanager
def _lasting(request: pytest.FixtureRequest, witness: W) -> Iterator[W]:
    """Run something for the length of a test; its findings fail the test, if nothing else did."""
    _keep_loop_thread(request.config)
    chance.begin(request.node)
    witnesses.call(request.node, witness)
    witness.start()
    try:
        yield witness
    finally:
        witness.stop()
    if witnesses.has_passed(request.node):
        try:
            witness.verify()
        except AssertionError as error:  # what was found says it all: no traceback through us
            raise pytest.fail.Exception(str(error), pytrace=False) from None


@pytest.fixture
def internet(request: pytest.FixtureRequest) -> "Iterator[Internet]":
    """A private internet: while it is up, nothing else exists; see `netharness.Internet`."""
    from netharness.internet import Internet

    mode = request.config.getoption("internet_sealed")
    made = Internet(**_options(request.node), sealed=mode)
    with _lasting(request, made) as internet:
        if any(marker.kwargs.get("sealed") for marker in request.node.iter_markers("internet")):
            _seal(internet, mode)
        yield internet


def _seal(internet: "Internet", mode: str) -> None:
    """Make the seal that a test needs, or let the test skip; fail, where it is required."""
    from netharness.sealed.seal import SealRefused

    try:
        internet.seal()
    except SealRefused as error:
        if mode == "required":
            raise pytest.fail.Exception(
                f"{error} (--internet-sealed=required)", pytrace=False
            ) from None
        pytest.skip(str(error))


@pytest.fixture
def http_mock(request: pytest.FixtureRequest) -> "Iterator[HTTPMock]":
    """A web server on loopback; see `netmocks.http.HTTPMock`."""
    from netmocks.http import HTTPMock

    mock = HTTPMock(spelling="http_mock", name="http_mock", **_options(request.node))
    with _lasting(request, mock) as mock:
        yield mock


@pytest.fixture
def smtp_mock(request: pytest.FixtureRequest) -> "Iterator[SMTPMock]":
    """A mail server on loopback that takes all mail; see `netmocks.mail.SMTPMock`."""
    from netmocks.mail import SMTPMock

    mock = SMTPMock(spelling="smtp_mock", name="smtp_mock", **_options(request.node))
    with _lasting(request, mock) as mock:
        yield mock


@pytest.fixture
def lmtp_mock(request: pytest.FixtureRequest) -> "Iterator[LMTPMock]":
    """A server of local delivery on loopback; see `netmocks.mail.LMTPMock`."""
    from netmocks.mail import LMTPMock

    mock = LMTPMock(spelling="lmtp_mock", name="lmtp_mock", **_options(request.node))
    with _lasting(request, mock) as mock:
        yield mock


@pytest.fixture
def pop3_mock(request: pytest.FixtureRequest) -> "Iterator[POP3Mock]":
    """A server on loopback to fetch mail from; see `netmocks.mail.POP3Mock`."""
    from netmocks.mail import POP3Mock

    with _lasting(request, POP3Mock(name="pop3_mock", **_options(request.node))) as mock:
        yield mock


@pytest.fixture
def imap_mock(request: pytest.FixtureRequest) -> "Iterator[IMAPMock]":
    """A server on loopback to read and keep mail at; see `netmocks.mail.IMAPMock`."""
    from netmocks.mail import IMAPMock

    with _lasting(request, IMAPMock(name="imap_mock", **_options(request.node))) as mock:
        yield mock


@pytest.fixture
def mysql_mock(request: pytest.FixtureRequest) -> "Iterator[MySQLMock]":
    """A MySQL server on loopback with a database `test`; see `netmocks.mysql.MySQLMock`."""
    from netmocks.mysql import MySQLMock

    mock = MySQLMock(spelling="mysql_mock", name="mysql_mock", **_options(request.node))
    with _lasting(request, mock) as mock:
        yield mock


@pytest.fixture(scope="session")
def _mysql_process() -> "Iterator[MySQLServer]":
    """Run the real MySQL server that is installed, for a session."""
    from netmocks.mysql import server

    if server.installed() is None:
        pytest.skip("no MySQL server is installed: apt-get install mariadb-server")
    running = server.shared()
    yield running
    running.stop()
    server.shared.cache_clear()


@pytest.fixture
def mysql_server(
    request: pytest.FixtureRequest, _mysql_process: "MySQLServer"
) -> "Iterator[MySQLRelay]":
    """The real MySQL server that is installed, with a new database `test`; else a skip.

    See `netmocks.mysql.MySQLRelay`.
    """
    from netmocks.mysql import MySQLRelay

    real = _mysql_process.renew()
    relay = MySQLRelay(real, name="mysql_server", **_options(request.node))
    with _lasting(request, relay) as relay:
        yield relay


@pytest.fixture
def tcp_mock(request: pytest.FixtureRequest) -> "Iterator[TCPMock]":
    """An echo server of byte streams on loopback; `become` changes what it does."""
    from netmocks.tcp import TCPMock, echo

    with _lasting(request, TCPMock(echo, name="tcp_mock", **_options(request.node))) as mock:
        yield mock


@pytest.fixture
def udp_mock(request: pytest.FixtureRequest) -> "Iterator[UDPMock]":
    """An echo server of datagrams on loopback; `become` changes what it does."""
    from netmocks.udp import UDPMock, echo

    with _lasting(request, UDPMock(echo, name="udp_mock", **_options(request.node))) as mock:
        yield mock


@pytest.fixture
def dns_mock(request: pytest.FixtureRequest) -> "Iterator[DNSMock]":
    """A name server on loopback, on UDP and TCP; see `netmocks.dns.DNSMock`."""
    from netmocks.dns import DNSMock

    mock = DNSMock(spelling="dns_mock", name="dns_mock", **_options(request.node))
    with _lasting(request, mock) as mock:
        yield mock


def _options(item: pytest.Item) -> dict[str, Any]:
    """Return what the configuration and the test's `internet` marker say."""
    tolerate = list(item.config.getini("internet_tolerate"))
    limit = item.config.getini("internet_journal_limit")
    if not limit.isdecimal() or not int(limit):
        raise pytest.UsageError(
            f"internet_journal_limit = {limit}: it is a positive number of bytes"
        )
    for marker in item.iter_markers("internet"):
        if marker.args or set(marker.kwargs) - {"tolerate", "sealed"}:
            raise pytest.UsageError(
                f"{item.nodeid}: the internet marker takes tolerate=[...] and sealed=True,"
                " and nothing else"
            )
        kinds = marker.kwargs.get("tolerate", [])
        tolerate += [kinds] if isinstance(kinds, str) else kinds
    return {"tolerate": tolerate, "journal_limit": int(limit)}
