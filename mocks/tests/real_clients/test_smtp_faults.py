"""Faults on the wires of SMTP: both ways, and in the handshake of TLS."""

import asyncio
import re
import smtplib
import threading

import aiosmtplib
import letters
import pytest

from netmocks.faults import Bandwidth, Corrupt, Cut, Reset, Silence, Slices, Stall, tls
from netmocks.mail import LMTPMock, SMTPMock
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority

#: What a client waits that is to give up. What comes before the fault has to be in time for it, on
#: a machine under load too.
SHORT = 1.0

LETTER = b"Subject: hi\r\n\r\n" + b"hello, hello\r\n" * 50

ENVELOPE = {"sender": "a@example.com", "recipients": ["b@example.com"]}


def by_smtplib(server, secured="", seconds=PATIENCE):
    """Send a letter; `secured` is "", "starttls" or "implicit"."""
    options = {"local_hostname": "client.example.com", "timeout": seconds}
    if secured == "implicit":
        context = authority().client_context()
        client = smtplib.SMTP_SSL("localhost", server.port, context=context, **options)
    else:
        client = smtplib.SMTP("localhost", server.port, **options)
    with client:
        if secured == "starttls":
            client.starttls(context=authority().client_context())
        client.sendmail("a@example.com", ["b@example.com"], LETTER)


def by_aiosmtplib(server, secured="", seconds=PATIENCE):
    """Send a letter; `secured` as above."""
    options = {
        "hostname": "localhost",
        "port": server.port,
        "timeout": seconds,
        **ENVELOPE,
        "use_tls": secured == "implicit",
        "start_tls": secured == "starttls",
        "tls_context": authority().client_context(),
        "local_hostname": "client.example.com",
    }
    asyncio.run(letters.send(LETTER, **options))


ERRORS = (OSError, smtplib.SMTPException, aiosmtplib.SMTPException)

CLIENTS = pytest.mark.parametrize("client", [by_smtplib, by_aiosmtplib])
SECURED = pytest.mark.parametrize("secured", ["starttls", "implicit"])


# -- TLS --------------------------------------------------------------------------------------


@CLIENTS
@SECURED
def test_a_broken_handshake_is_seen_and_the_next_one_is_whole(tls_fault, client, secured):
    fault, says = tls_fault
    with SMTPMock(tls=secured == "implicit") as server:
        with server.fault(fault), pytest.raises(ERRORS) as raised:
            client(server, secured)
        assert re.search(says, str(raised.value) + repr(raised.value.__cause__))
        server.assert_nothing_sent()
        client(server, secured)
        assert server.messages[0].tls


@CLIENTS
@SECURED
def test_a_handshake_that_stalls_runs_into_the_clients_own_timeout(client, secured):
    with SMTPMock(tls=secured == "implicit") as server:
        with server.fault(tls.HandshakeStall("Certificate")) as stall:
            with pytest.raises(ERRORS) as raised:
                client(server, secured, SHORT)
            stall.wait_until_struck()  # the client may have left before the mock heard it
        assert re.search("(?i)timed? ?out|aborted", str(raised.value))


@CLIENTS
@SECURED
def test_a_missing_close_notify_loses_no_mail(client, secured):
    with SMTPMock(tls=secured == "implicit") as server:
        with server.fault(tls.NoCloseNotify()):
            client(server, secured)
        assert server.messages[0].content == LETTER


def test_a_handshake_breaks_for_one_connection_alone():
    with SMTPMock() as server, server.fault(tls.ExpiredCertificate(), connection=2):
        by_smtplib(server, "starttls")
        with pytest.raises(OSError, match="expired"):
            by_smtplib(server, "starttls")
        by_smtplib(server, "starttls")
        by_smtplib(server)  # and who speaks no TLS is none of its business
        assert len(server.messages) == 3


# -- what clients say, on its way in ----------------------------------------------------------


@CLIENTS
@pytest.mark.parametrize("secured", ["", "starttls", "implicit"])
def test_whatever_pieces_it_comes_in_a_message_is_whole(client, secured):
    with SMTPMock(tls=secured == "implicit") as server:
        with server.fault(Slices(1), direction="in"), server.fault(Slices(3)):
            client(server, secured)
        assert server.messages[0].content == LETTER


@CLIENTS
@pytest.mark.parametrize(
    "fault", [Cut(after=b"Subject", more=200), Reset(after=b"Subject", more=200)], ids=str
)
def test_a_client_is_cut_off_so_many_bytes_into_its_message(client, fault):
    with SMTPMock() as server:
        with server.fault(fault, direction="in", connection=1), pytest.raises(ERRORS):
            client(server)
        server.assert_nothing_sent()
        assert server.journal.wait_for(lambda entry: entry.kind == "fault")
        client(server)
        assert server.messages[0].content == LETTER


@CLIENTS
@pytest.mark.parametrize("fault", [Cut(after=3), Reset(after=0)], ids=str)
def test_a_client_is_cut_off_in_its_first_command(client, fault):
    with SMTPMock() as server:
        with server.fault(fault, direction="in"), pytest.raises(ERRORS):
            client(server)
        server.assert_nothing_sent()


@CLIENTS
def test_a_command_that_was_garbled_on_its_way_is_refused(client):
    with SMTPMock() as server:
        # The colon behind FROM, which smtplib spells "from" since Python 3.13.
        with server.fault(Corrupt(at=b":"), direction="in") as placed:
            with pytest.raises(ERRORS) as raised:
                client(server)
            assert placed.count == 1
        assert re.search("50[01]|553", str(raised.value))


@CLIENTS
def test_a_message_may_be_corrupted_on_its_way(client):
    with SMTPMock() as server:
        with server.fault(Corrupt(at=b"Subject: "), direction="in"):
            client(server)
        (message,) = server.messages
        assert message.content == LETTER.replace(b": hi", bytes([*b": ", ord("h") ^ 0xFF, *b"i"]))


@pytest.mark.parametrize(
    ("client", "fault"),
    [
        (by_smtplib, Silence()),
        (by_smtplib, Stall(after=b"Sub")),
        (by_aiosmtplib, Stall(after=b"Sub")),
    ],
)
def test_a_client_gives_up_where_nothing_arrives(client, fault):
    with SMTPMock() as server:
        with server.fault(fault, direction="in", connection=1) as placed:
            with pytest.raises((*ERRORS, TimeoutError)):
                client(server, seconds=SHORT)
            placed.wait_until_struck()
        client(server)


def test_a_message_that_was_held_up_on_its_way_arrives_when_it_is_released():
    stall = Stall(after=b"Subject")
    with SMTPMock() as server, server.fault(stall, direction="in"):
        thread = threading.Thread(target=by_smtplib, args=(server,))
        thread.start()
        stall.wait_until_reached()
        server.assert_nothing_sent()
        stall.release()
        assert server.wait_for_message().content == LETTER
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_the_second_message_of_a_connection_is_cut():
    with SMTPMock() as server, smtplib.SMTP("localhost", server.port, timeout=PATIENCE) as client:
        with server.fault(Cut(after=0), direction="in", from_event=1):
            client.sendmail("a@example.com", ["b@example.com"], LETTER)
            with pytest.raises(smtplib.SMTPServerDisconnected):
                client.sendmail("a@example.com", ["b@example.com"], LETTER)
        assert len(server.messages) == 1


@CLIENTS
def test_a_slow_line_brings_the_message_all_the_same(client):
    with SMTPMock() as server:
        with server.fault(Bandwidth(1_000_000), direction="in"):
            client(server)
        assert server.messages[0].content == LETTER


def test_lmtp_has_the_same_wires():
    with LMTPMock() as server:
        with (
            server.fault(Cut(after=b"Subject"), direction="in"),
            smtplib.LMTP("localhost", server.port, timeout=PATIENCE) as client,
            pytest.raises(smtplib.SMTPServerDisconnected),
        ):
            client.sendmail("a@example.com", ["b@example.com"], LETTER)
        server.assert_nothing_sent()
