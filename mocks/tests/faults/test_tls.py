"""Faults of TLS, by the errors that Python's own ssl has for them."""

import re
import ssl

import pytest

from netmocks import MisuseError, UnexpectedTraffic
from netmocks.faults import tls
from netmocks.tcp import TCPMock, echo, greet
from netmocks.wire.authority import authority

MESSAGES = ["ServerHello", "EncryptedExtensions", "Certificate", "CertificateVerify", "Finished"]


@pytest.fixture
def server():
    with TCPMock(echo, tls=True) as mock:
        yield mock


def spoken(client):
    client.sendall(b"x")
    return client.recv(1)


CERTIFICATES = [
    (tls.ExpiredCertificate(), "certificate has expired"),
    (tls.FutureCertificate(), "certificate is not yet valid"),
    (tls.SelfSignedCertificate(), "self-signed certificate"),
    (tls.UnknownAuthority(), "unable to get local issuer certificate"),
    (tls.MissingIntermediate(), "unable to get local issuer certificate"),
    (tls.WrongHostName(), "Hostname mismatch, certificate is not valid for 'localhost'"),
]


@pytest.mark.parametrize(("fault", "reason"), CERTIFICATES)
def test_a_client_does_not_trust_the_certificate(server, connect_tls, fault, reason):
    with server.fault(fault) as placed:
        with pytest.raises(ssl.SSLCertVerificationError) as raised:
            connect_tls(server)
        assert raised.value.verify_message.startswith(reason)
        server.journal.wait_for(lambda entry: entry.kind == "error")
    assert [hit.text for hit in placed.hits] == [fault.text]
    assert spoken(connect_tls(server)) == b"x"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (tls.OldVersionsOnly(), "TLSV1_ALERT_PROTOCOL_VERSION"),
        (tls.NoCommonCipher(), "SSLV3_ALERT_HANDSHAKE_FAILURE"),
    ],
)
def test_the_mock_ends_the_handshake_with_an_alert(server, connect_tls, fault, reason):
    context = authority().client_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # the default of most, not of Debian
    with server.fault(fault, times=1):
        with pytest.raises(ssl.SSLError) as raised:
            connect_tls(server, context=context)
        assert raised.value.reason == reason
        assert spoken(connect_tls(server)) == b"x"


def test_old_versions_are_spoken_with_those_who_do(server, connect_tls):
    context = authority().client_context()
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    with server.fault(tls.OldVersionsOnly()):
        client = connect_tls(server, context=context)
        assert client.version() == "TLSv1.1"
        assert spoken(client) == b"x"


def test_a_client_without_a_certificate_is_not_let_in(server, connect_tls):
    with server.fault(tls.ClientCertificateRequired()):
        client = connect_tls(server)  # with TLS 1.3 it hears of it later
        with pytest.raises(ssl.SSLError) as raised:
            client.recv(1)
        assert raised.value.reason == "TLSV13_ALERT_CERTIFICATE_REQUIRED"


def test_a_client_with_a_certificate_is_let_in(server, connect_tls):
    context = authority().client_context()
    authority().issue("client.example.com").configure_cert(context)
    with server.fault(tls.ClientCertificateRequired()):
        assert spoken(connect_tls(server, context=context)) == b"x"


def strict():
    """A client's context that takes no end of a connection for one of TLS (RFC 8446 §6.1)."""
    context = authority().client_context()
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    return context


@pytest.mark.parametrize("before", MESSAGES)
def test_the_handshake_is_cut_before_each_message(server, connect_tls, before):
    said = []
    context = strict()
    context._msg_callback = lambda *told: said.append((told[1], getattr(told[4], "name", "")))
    with server.fault(tls.HandshakeCut(before), connection=1):
        with pytest.raises(ssl.SSLError, match=r"(?i)eof"):
            connect_tls(server, context=context)
        assert spoken(connect_tls(server)) == b"x"
    names = [name for direction, name in said if direction == "read"]
    heard = [
        message for message in MESSAGES if re.sub("(?<!^)([A-Z])", r"_\1", message).upper() in names
    ]
    assert heard == MESSAGES[: MESSAGES.index(before)]


@pytest.mark.parametrize("before", MESSAGES)
def test_the_handshake_stands_still_until_the_fault_is_withdrawn(server, connect, before):
    placed = server.fault(tls.HandshakeStall(before))
    client = (
        authority()
        .client_context()
        .wrap_socket(connect(server), server_hostname="localhost", do_handshake_on_connect=False)
    )
    with client:
        client.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client.do_handshake()
        placed.wait_until_struck()  # which it may not have been within that time
        placed.withdraw()
        client.settimeout(5)
        client.do_handshake()
        assert spoken(client) == b"x"


def test_a_handshake_stands_still_for_a_time(server, connect_tls):
    with server.fault(tls.HandshakeStall("Certificate", seconds=0.001)):
        assert spoken(connect_tls(server)) == b"x"


def test_a_mock_stops_at_once_though_a_handshake_stalls(server, connect):
    placed = server.fault(tls.HandshakeStall())
    client = (
        authority()
        .client_context()
        .wrap_socket(connect(server), server_hostname="localhost", do_handshake_on_connect=False)
    )
    with client:
        client.setblocking(False)
        with pytest.raises(ssl.SSLWantReadError):
            client.do_handshake()
        placed.wait_until_struck()
        server.stop()


def test_a_connection_ends_without_close_notify(connect_tls):
    with TCPMock(greet(b"hello"), tls=True) as server, server.fault(tls.NoCloseNotify()):
        client = connect_tls(server, context=strict())
        client.suppress_ragged_eofs = False
        assert client.recv(100) == b"hello"
        with pytest.raises(ssl.SSLError, match=r"(?i)eof"):
            client.recv(1)


def test_a_fault_of_tls_on_a_plain_mock_is_a_finding(connect):
    with TCPMock(greet(b"hello")) as server:
        with server.fault(tls.ExpiredCertificate()):
            assert connect(server).makefile("rb").read() == b"hello"
        with pytest.raises(UnexpectedTraffic, match=r"ExpiredCertificate\(\) placed"):
            server.verify()


def test_a_handshake_has_one_fault(server):
    server.fault(tls.ExpiredCertificate(), connection=2, required=False)
    first = server.fault(tls.UnknownAuthority(), required=False)
    with pytest.raises(MisuseError, match=r"WrongHostName\(.*\) would never strike behind Unknown"):
        server.fault(tls.WrongHostName(), connection=1)
    first.withdraw()
    server.fault(tls.WrongHostName(), connection=1, required=False)


def test_faults_of_handshakes_follow_each_other(server, connect_tls):
    reasons = ("certificate has expired", "unable to get local issuer certificate")
    with server.fault(tls.ExpiredCertificate(), times=1), server.fault(tls.UnknownAuthority()):
        for reason in reasons:
            with pytest.raises(ssl.SSLCertVerificationError) as raised:
                connect_tls(server)
            assert raised.value.verify_message == reason


def test_what_can_not_be_is_refused():
    with pytest.raises(MisuseError, match="before='Hello': it is one of ServerHello, "):
        tls.HandshakeCut("Hello")
    with pytest.raises(MisuseError, match="seconds=-1"):
        tls.HandshakeStall(seconds=-1)
