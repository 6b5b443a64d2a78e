"""Faults on the wires of POP3 and IMAP, by `mock.fault`: in what is said in both directions."""

import imaplib
import poplib
from contextlib import contextmanager, suppress

import pytest

from netmocks.faults import (
    Bandwidth,
    Corrupt,
    Cut,
    Drop,
    Duplicate,
    Latency,
    Reset,
    Silence,
    Slices,
    Stall,
)
from netmocks.mail import IMAPMock, POP3Mock
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority

NAME, PASSWORD = "me@example.com", "secret"
LETTER = b"Subject: hi\r\n\r\nhello\r\n"

#: What a client waits that is to give up. What comes before the fault has to be in time for it, on
#: a machine under load too.
SHORT = 1.0

#: What clients raise that notice.
ERRORS = (OSError, EOFError, poplib.error_proto, imaplib.IMAP4.error)


@contextmanager
def _by_poplib(server, seconds=PATIENCE, *, secure=False):
    client = poplib.POP3.__new__(poplib.POP3)  # it leaves its socket open if its greeting fails
    try:
        client.__init__(server.host, server.port, timeout=seconds)
        if secure:
            client.stls(context=authority().client_context())
        client.user(NAME)
        client.pass_(PASSWORD)
        yield client
        client.quit()
    finally:
        with suppress(OSError, AttributeError):  # not connected any more, or never was
            client.close()


@contextmanager
def _by_imaplib(server, seconds=PATIENCE, *, secure=False):
    client = imaplib.IMAP4(server.host, server.port, timeout=seconds)
    try:
        if secure:
            client.starttls(authority().client_context())
        client.login(NAME, PASSWORD)
        client.select()
        yield client
        client.logout()
    finally:
        with suppress(OSError):
            client.shutdown()


def read_by_poplib(server, seconds=PATIENCE, *, secure=False):
    with _by_poplib(server, seconds, secure=secure) as client:
        assert b"\r\n".join([*client.retr(1)[1], b""]) == LETTER


def read_by_imaplib(server, seconds=PATIENCE, *, secure=False):
    with _by_imaplib(server, seconds, secure=secure) as client:
        assert client.fetch("1", "(BODY.PEEK[])")[1][0][1] == LETTER


@pytest.fixture(
    params=[(POP3Mock, read_by_poplib), (IMAPMock, read_by_imaplib)], ids=["POP3", "IMAP"]
)
def pair(request):
    """A server, and how a client reads the mail that is there."""
    kind, read = request.param
    with kind(accounts={NAME: PASSWORD}) as server:
        server.mailboxes[NAME].add(LETTER)
        yield server, read


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("direction", ["in", "out"])
@pytest.mark.parametrize(
    "fault", [Slices(1), Slices(7), Bandwidth(1_000_000), Latency(0.001)], ids=repr
)
def test_what_only_takes_longer_harms_nobody(pair, fault, direction, secure):
    server, read = pair
    with server.fault(fault, direction=direction) as placed:
        read(server, secure=secure)
    assert placed.count
    assert not server.sins


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("direction", ["in", "out"])
@pytest.mark.parametrize("fault", [Cut(after=25), Reset(after=25)], ids=repr)
def test_a_connection_that_ends_in_the_middle_is_noticed(pair, fault, direction, secure):
    server, read = pair
    with server.fault(fault, direction=direction, connection=1), pytest.raises(ERRORS):
        read(server, secure=secure)
    read(server)


@pytest.mark.parametrize("direction", ["in", "out"])
@pytest.mark.parametrize("fault", [Stall(after=25), Silence()], ids=repr)
def test_a_client_gives_up_on_what_goes_no_further(pair, fault, direction):
    server, read = pair
    with server.fault(fault, direction=direction, connection=1) as placed:
        with pytest.raises(OSError, match="timed out"):
            read(server, SHORT)
        placed.wait_until_struck()
    read(server)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Corrupt(at=0), "-ERR unknown command"),  # another first byte
        (Drop(at=0), "-ERR unknown command"),  # "SER me@example.com"
        (Duplicate(at=0, count=4), "-ERR unknown command"),  # "USERUSER me@example.com"
    ],
    ids=str,
)
def test_a_damaged_command_of_pop3_is_refused_and_the_next_is_heard(fault, said):
    with POP3Mock(accounts={NAME: PASSWORD}) as server:
        client = poplib.POP3(server.host, server.port, timeout=PATIENCE)
        with server.fault(fault, direction="in"), pytest.raises(poplib.error_proto, match=said):
            client.user(NAME)
        client.user(NAME)
        client.pass_(PASSWORD)
        client.quit()


def test_a_damaged_command_of_imap_is_refused_and_the_next_is_heard():
    with IMAPMock(accounts={NAME: PASSWORD}) as server:
        client = imaplib.IMAP4(server.host, server.port, timeout=PATIENCE)
        damage = Corrupt(at=6)  # the first letter of LOGIN, behind its tag
        with server.fault(damage, direction="in"), pytest.raises(client.error, match="BAD"):
            client.login(NAME, PASSWORD)
        client.login(NAME, PASSWORD)
        client.logout()


@pytest.mark.parametrize("fault", [Cut(after=b"}\r\n", more=5), Reset(after=b"}\r\n", more=5)])
def test_an_upload_that_is_cut_leaves_nothing(fault):
    with IMAPMock(accounts={NAME: PASSWORD}) as server:
        with (
            pytest.raises(ERRORS),
            server.fault(fault, direction="in"),
            _by_imaplib(server) as client,
        ):
            client.append("INBOX", None, None, LETTER)
        assert len(server.mailboxes[NAME].inbox) == 0


def test_deletion_is_not_done_when_quit_never_arrives():
    with POP3Mock(accounts={NAME: PASSWORD}) as server:
        server.mailboxes[NAME].add(LETTER)
        server.fault(Cut(after=0), direction="in", from_event=3)
        with pytest.raises(ERRORS), _by_poplib(server) as client:
            client.dele(1)
        assert not server.sins, "it was not the client who left"
        assert len(server.mailboxes[NAME].inbox) == 1


def test_a_fault_can_begin_behind_a_command(pair):
    server, read = pair
    events = 3 if isinstance(server, POP3Mock) else 4  # logged in, and selected
    with (
        server.fault(Cut(after=0), direction="in", from_event=events) as placed,
        pytest.raises(ERRORS),
    ):
        read(server)
    assert placed.count == 1
    assert len(server.commands) == events
