import asyncio
import socket
import ssl
import threading
from functools import partial

import pytest

from netmocks import MisuseError
from netmocks.record import PATIENCE
from netmocks.tcp import TCPMock, discard, echo, greet
from netmocks.wire.authority import authority
from netmocks.wire.tls import TLSChannel


class Client:
    """The client's side of TLS, in memory, so that a test decides what leaves when."""

    def __init__(self, name="localhost"):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = authority().client_context()
        self.ssl = context.wrap_bio(self.incoming, self.outgoing, server_hostname=name)

    def hello(self):
        """Begin the handshake; return the ClientHello."""
        with pytest.raises(ssl.SSLWantReadError):
            self.ssl.do_handshake()
        return self.outgoing.read()

    def finish(self, data):
        """Take the server's flight; return what ends the handshake."""
        self.incoming.write(data)
        self.ssl.do_handshake()
        return self.outgoing.read()

    def all_but_the_last(self, plain):
        """Shake hands with a mock, up to the bytes that end the handshake; return these."""
        plain.sendall(self.hello())
        while True:
            try:
                return self.finish(plain.recv(65536))
            except ssl.SSLWantReadError:
                pass  # the server's flight comes in pieces

    def say(self, data):
        self.ssl.write(data)
        return self.outgoing.read()

    def hear(self, data):
        self.incoming.write(data)
        return self.ssl.read(65536)


@pytest.fixture
def channel():
    return TLSChannel(authority().server_context("localhost"))


@pytest.fixture
def client():
    return Client()


# -- bytes in, bytes out --------------------------------------------------------------------------


def test_a_channel_shakes_hands_and_carries_bytes_both_ways(channel, client):
    assert channel.receive(client.hello()) == b""
    assert not channel.established
    assert channel.receive(client.finish(channel.outgoing())) == b""
    assert channel.established
    assert channel.receive(client.say(b"to the server")) == b"to the server"
    assert client.hear(channel.outgoing() + channel.send(b"to the client")) == b"to the client"
    assert str(channel.info) == f"TLSv1.3 {client.ssl.cipher()[0]}, asked for localhost"


def test_a_channel_takes_bytes_one_by_one(channel, client):
    for byte in client.hello():
        assert channel.receive(bytes([byte])) == b""
    plaintext = b""
    for byte in client.finish(channel.outgoing()) + client.say(b"hello"):
        plaintext += channel.receive(bytes([byte]))
    assert plaintext == b"hello"


def test_what_comes_with_the_end_of_the_handshake_is_plaintext_already(channel, client):
    channel.receive(client.hello())
    last = client.finish(channel.outgoing())
    assert channel.receive(last + client.say(b"hel") + client.say(b"lo")) == b"hello"


def test_garbage_instead_of_a_handshake_raises_and_leaves_an_alert_to_send(channel):
    with pytest.raises(ssl.SSLError):
        channel.receive(b"\x16\x03\x01\x00\x05nonsense")
    assert channel.outgoing()[:1] == b"\x15"  # an alert (RFC 8446 §5.1)


def test_a_broken_record_raises(channel, client):
    channel.receive(client.hello())
    channel.receive(client.finish(channel.outgoing()))
    record = bytearray(client.say(b"hello"))
    record[-1] ^= 1
    with pytest.raises(ssl.SSLError):
        channel.receive(bytes(record))


def test_close_notify_is_the_end_of_one_side_alone(channel, client):
    channel.receive(client.hello())
    channel.receive(client.finish(channel.outgoing()))
    with pytest.raises(ssl.SSLWantReadError):
        client.ssl.unwrap()
    assert channel.receive(client.outgoing.read()) == b""
    assert channel.finished
    assert channel.send(b"my answer")


def test_a_farewell_before_the_handshake_says_nothing(channel):
    assert channel.farewell() == b""


# -- TLS from the first byte ----------------------------------------------------------------------


def test_pythons_own_client_is_served_and_the_journal_has_the_plaintext(connect_tls, entry):
    with TCPMock(echo, tls=True) as server:
        client = connect_tls(server)
        client.sendall(b"hello")
        assert client.recv(5) == b"hello"
        said = [(e.kind, e.data) for e in server.journal if e.data]
        assert said == [("received", b"hello"), ("sent", b"hello")]
        agreed = f"{client.version()} {client.cipher()[0]}, asked for localhost"
        assert str(server.journal.wait_for(entry("tls")).value) == agreed
        assert f"tcp#1  --  tls: {agreed}" in str(server.journal)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_each_version_is_spoken(connect_tls, entry, version):
    context = authority().client_context()
    context.minimum_version = context.maximum_version = version
    with TCPMock(echo, tls=True) as server:
        client = connect_tls(server, context=context)
        client.sendall(b"hello")
        assert client.recv(5) == b"hello"
        assert server.journal.wait_for(entry("tls")).value.version == client.version()


def test_a_client_that_names_nobody_is_shown_without_a_name(connect_tls, entry):
    with TCPMock(echo, tls=True) as server:
        client = connect_tls(server, "127.0.0.1")  # an address is never sent (RFC 6066 §3)
        client.sendall(b"hello")
        assert client.recv(5) == b"hello"
        info = server.journal.wait_for(entry("tls")).value
        assert info.server_name == ""
        assert "asked for" not in str(info)


@pytest.mark.parametrize("names", ["mail.example.com", ["web.example.com", "mail.example.com"]])
def test_a_mock_has_a_certificate_for_the_names_it_is_given(connect_tls, names):
    with TCPMock(greet(b"hello"), tls=True, names=names) as server:
        assert connect_tls(server, "mail.example.com").recv(5) == b"hello"
        with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
            connect_tls(server, "localhost")


def test_an_engine_can_ask_what_the_handshake_agreed_on(connect_tls):
    async def tell(reader, writer):
        stream = writer.transport
        assert stream.encrypted
        assert not stream.can_write_eof()
        assert writer.get_extra_info("ssl_object").version() == "TLSv1.3"
        assert writer.get_extra_info("peercert") is None
        writer.write(f"{stream.server_name} {writer.get_extra_info('cipher')[0]}".encode())

    with TCPMock(tell, tls=True) as server:
        client = connect_tls(server)
        assert client.makefile("rb").read() == f"localhost {client.cipher()[0]}".encode()


def test_a_long_stream_arrives_whole(connect_tls):
    data = bytes(range(256)) * 4096  # 1 MiB
    with TCPMock(echo, tls=True) as server:
        client = connect_tls(server)
        client.sendall(data)
        assert client.makefile("rb").read(len(data)) == data


def test_what_a_client_says_with_its_last_word_of_the_handshake_is_heard(connect, client):
    with TCPMock(echo, tls=True) as server:
        plain = connect(server)
        last = client.all_but_the_last(plain)
        plain.sendall(last + client.say(b"hello"))
        server.journal.wait_for(lambda entry: (entry.kind, entry.data) == ("received", b"hello"))


def test_an_engine_that_leaves_at_once_does_not_hear_what_came_with_the_handshake(
    connect, client, entry
):
    class Leaving(asyncio.Protocol):
        def connection_made(self, transport):
            transport.close()

        def data_received(self, data):
            raise AssertionError("a closed transport delivers nothing")

    with TCPMock(Leaving, tls=True) as server:
        plain = connect(server)
        last = client.all_but_the_last(plain)
        plain.sendall(last + client.say(b"hello"))
        assert server.journal.wait_for(entry("closed")).value == "by the mock"
        assert not [entry for entry in server.journal if entry.kind == "received"]


# -- handshakes that fail -------------------------------------------------------------------------


def test_a_client_that_does_not_trust_the_authority_is_told_in_the_journal(
    connect, connect_tls, entry
):
    with TCPMock(echo, tls=True) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            connect_tls(server, context=ssl.create_default_context())
        error = server.journal.wait_for(entry("error")).value
        assert error == "the TLS handshake failed: TLSV1_ALERT_UNKNOWN_CA"
        closed = server.journal.wait_for(entry("closed")).value
        assert closed == "by the mock, for the TLS handshake failed"
        client = connect_tls(server)
        client.sendall(b"hello")
        assert client.recv(5) == b"hello"


@pytest.mark.parametrize(
    "garbage",
    [b"GET / HTTP/1.0\r\n\r\n", b"EHLO laptop.example.com\r\n", bytes(1000)],
    ids=["http", "smtp", "zeros"],
)
def test_a_client_that_speaks_no_tls_is_told_in_the_journal(connect, entry, garbage):
    with TCPMock(echo, tls=True) as server:
        client = connect(server)
        client.sendall(garbage)
        server.journal.wait_for(entry("closed", "for the TLS handshake failed"))
        server.journal.wait_for(entry("error", "the TLS handshake failed: "))
        assert not [entry for entry in server.journal if entry.kind == "received"]


@pytest.mark.parametrize("part", [0, 1, 100])
def test_a_client_that_leaves_during_the_handshake_is_told_in_the_journal(
    connect, client, entry, part
):
    with TCPMock(echo, tls=True) as server:
        plain = connect(server)
        plain.sendall(client.hello()[:part])
        plain.close()
        assert server.journal.wait_for(entry("closed")).value == "by the client"
        error = server.journal.wait_for(entry("error")).value
        assert error == "the client closed during the TLS handshake"


def test_a_certificate_that_can_not_be_made_is_a_finding(connect, entry):
    with TCPMock(echo, tls=True, names=["no such name"]) as server:
        assert connect(server).recv(1) == b""
        server.journal.wait_for(entry("error", "no such name"))
        (finding,) = server.findings.all
        server.findings.clear()
    assert (finding.kind, finding.culprit) == ("handler", "tcp")


# -- how a connection ends ------------------------------------------------------------------------


def test_a_client_that_says_goodbye_ends_cleanly(connect_tls, entry):
    with TCPMock(discard, tls=True) as server:
        connect_tls(server).unwrap()
        assert server.journal.wait_for(entry("closed")).value == "by the client"
    assert "error" not in [entry.kind for entry in server.journal]


def test_a_client_that_leaves_without_goodbye_is_noted(connect_tls, entry):
    with TCPMock(discard, tls=True) as server:
        client = connect_tls(server)
        client.sendall(b"and so")
        server.journal.wait_for(entry("received"))
        client.shutdown(socket.SHUT_WR)
        assert server.journal.wait_for(entry("closed")).value == "by the client"
        error = server.journal.wait_for(entry("error")).value
        assert error == "the client closed without TLS's close_notify"


def test_a_mock_that_closes_says_goodbye(connect):
    wrap = partial(authority().client_context().wrap_socket, suppress_ragged_eofs=False)
    with TCPMock(greet(b"hello"), tls=True) as server:
        client = wrap(connect(server), server_hostname="localhost")
        with client:
            assert client.recv(5) == b"hello"
            assert client.recv(1) == b""  # without the goodbye: SSLEOFError


def test_a_mock_that_half_closes_still_hears_its_client(connect_tls, entry):
    class Speechless(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport
            transport.write(b"my last words")
            transport.write_eof()

        def data_received(self, data):
            self.transport.close()

    with TCPMock(Speechless, tls=True) as server:
        client = connect_tls(server)
        assert client.makefile("rb").read() == b"my last words"
        client.sendall(b"are you there?")
        assert server.journal.wait_for(entry("received")).data == b"are you there?"
        assert server.journal.wait_for(entry("closed")).value == "by the mock"


def test_a_client_that_half_closes_still_gets_its_answer_and_the_engine_one_end(
    connect, client, entry
):
    ends = []

    class Answering(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def eof_received(self):
            ends.append(True)
            return True

        def connection_lost(self, exc):
            ends.append("lost")

    with TCPMock(Answering, tls=True) as server:
        plain = connect(server)
        last = client.all_but_the_last(plain)
        with pytest.raises(ssl.SSLWantReadError):
            client.ssl.unwrap()
        plain.sendall(last + client.outgoing.read())
        plain.shutdown(socket.SHUT_WR)
        server.journal.wait_for(entry("tls"))
    assert ends == [True, "lost"]


# -- an upgrade in mid-dialogue -------------------------------------------------------------------


@pytest.fixture
def starttls():
    """A handler that upgrades when its client asks for it, and echoes lines; and what it saw."""
    saw = []

    async def serve(reader, writer):
        try:
            while line := await reader.readline():
                if line == b"STARTTLS\n":
                    writer.write(b"go ahead\n")
                    await writer.transport.start_tls(authority().server_context("localhost"))
                else:
                    writer.write(line)
        except Exception as error:
            saw.append(error)
            raise

    return serve, saw


def ask(client, line):
    client.sendall(line)
    return client.recv(1024)


def test_a_connection_is_upgraded_in_mid_dialogue(connect, starttls, entry):
    with TCPMock(starttls[0]) as server:
        plain = connect(server)
        assert ask(plain, b"in the clear\n") == b"in the clear\n"
        assert ask(plain, b"STARTTLS\n") == b"go ahead\n"
        context = authority().client_context()
        with context.wrap_socket(plain, server_hostname="localhost") as client:
            assert ask(client, b"in secret\n") == b"in secret\n"
            client.unwrap().close()
        server.journal.wait_for(entry("closed"))
    assert [(entry.kind, entry.data) for entry in server.journal] == [
        ("opened", b""),
        ("received", b"in the clear\n"),
        ("sent", b"in the clear\n"),
        ("received", b"STARTTLS\n"),
        ("sent", b"go ahead\n"),
        ("tls", b""),
        ("received", b"in secret\n"),
        ("sent", b"in secret\n"),
        ("closed", b""),
    ]
    assert server.journal.wait_for(entry("tls")).value.server_name == "localhost"


def test_a_second_upgrade_is_refused(connect, starttls, entry):
    with TCPMock(starttls[0]) as server:
        plain = connect(server)
        ask(plain, b"STARTTLS\n")
        context = authority().client_context()
        with context.wrap_socket(plain, server_hostname="localhost") as client:
            assert ask(client, b"STARTTLS\n") == b"go ahead\n"
            server.journal.wait_for(entry("error", "this connection speaks TLS already"))
        server.findings.clear()
    assert isinstance(starttls[1][0], MisuseError)


@pytest.mark.parametrize(
    ("said", "reason"),
    [(b"", "by the client"), (b"no TLS at all\n", "by the mock, for the TLS handshake failed")],
    ids=["leaves", "speaks no TLS"],
)
def test_an_upgrade_that_fails_is_told_to_the_engine_and_is_no_finding(
    connect, starttls, entry, said, reason
):
    with TCPMock(starttls[0]) as server:
        plain = connect(server)
        assert ask(plain, b"STARTTLS\n") == b"go ahead\n"
        plain.sendall(said)
        plain.shutdown(socket.SHUT_WR)
        server.journal.wait_for(entry("closed"))
    (error,) = starttls[1]
    assert isinstance(error, ConnectionResetError)
    assert str(error) == f"the connection ended before its upgrade to TLS: {reason}"


def test_stopping_ends_an_upgrade_that_waits(connect, starttls):
    with TCPMock(starttls[0]) as server:
        assert ask(connect(server), b"STARTTLS\n") == b"go ahead\n"
    assert server.journal[-1].value == "by the mock, which stopped"


def test_an_engine_that_gave_up_its_upgrade_does_not_harm_the_connection(connect, entry):
    async def impatient(reader, writer):
        upgrade = asyncio.ensure_future(
            writer.transport.start_tls(authority().server_context("localhost"))
        )
        await asyncio.sleep(0)
        upgrade.cancel()
        await asyncio.wait([upgrade])
        writer.transport.set_protocol(echoing := Echoing())
        echoing.transport = writer.transport
        gave_up.set()
        await asyncio.wait_for(echoing.heard.wait(), PATIENCE)

    class Echoing(asyncio.Protocol):
        def __init__(self):
            self.heard = asyncio.Event()

        def data_received(self, data):
            self.transport.write(data)
            self.heard.set()

    gave_up = threading.Event()
    with TCPMock(impatient) as server:
        plain = connect(server)
        assert gave_up.wait(PATIENCE)
        context = authority().client_context()
        with context.wrap_socket(plain, server_hostname="localhost") as client:
            assert ask(client, b"hello") == b"hello"
