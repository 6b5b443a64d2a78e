import ssl
import threading

import pytest

from netmocks.record import PATIENCE
from netmocks.tcp import TCPMock, greet
from netmocks.wire.authority import Authority, authority


@pytest.fixture(scope="module")
def own():
    """An authority of the tests' own, for making one takes a while."""
    return Authority()


def handshake(server_context, client_context, name):
    """Let a client and a server agree in memory; return the certificate that the client saw."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(2):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass  # the other side has the word
    return client.getpeercert()


def test_a_process_has_one_authority():
    assert authority() is authority()


@pytest.mark.parametrize("name", ["mail.example.com", "127.0.0.1", "::1"])
def test_a_certificate_holds_for_each_of_its_names(own, name):
    context = own.server_context("mail.example.com", "127.0.0.1", "::1")
    assert handshake(context, own.client_context(), name)["subjectAltName"]


@pytest.mark.parametrize(
    ("name", "common"),
    [
        ("mail.example.com", {"mail.example.com"}),
        ("a" * 52 + ".example.com", {"a" * 52 + ".example.com"}),
        ("a" * 53 + ".example.com", set()),
    ],
)
def test_the_first_name_is_the_common_one_where_it_is_short_enough(own, name, common):
    certificate = handshake(own.server_context(name, "localhost"), own.client_context(), name)
    subject = {key: value for entry in certificate["subject"] for key, value in entry}
    assert {subject[key] for key in subject if key == "commonName"} == common


def test_a_certificate_holds_for_no_other_name(own):
    context = own.server_context("mail.example.com")
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(context, own.client_context(), "web.example.com")


def test_nobody_else_trusts_the_authority(own):
    context = own.server_context("mail.example.com")
    for stranger in (ssl.create_default_context(), authority().client_context()):
        with pytest.raises(ssl.SSLCertVerificationError):
            handshake(context, stranger, "mail.example.com")


def test_the_same_names_have_the_same_context(own):
    one, other = ("mail.example.com", "web.example.com"), ("web.example.com",)
    assert own.server_context(*one) is own.server_context(*one)
    assert own.server_context(*one) is not own.server_context(*other)


def test_the_certificate_of_the_authority_is_text_that_others_can_load(own, tmp_path):
    path = tmp_path / "ca.pem"
    path.write_text(own.pem)
    context = ssl.create_default_context(cafile=path)
    assert handshake(own.server_context("mail.example.com"), context, "mail.example.com")


def test_threads_that_need_it_first_in_one_moment_get_the_same():
    fresh = Authority()
    together = threading.Barrier(6)
    pems = []

    def ask():
        together.wait()
        pems.append(fresh.pem)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(pems) == 6
    assert len(set(pems)) == 1


def test_a_client_may_make_its_context_after_it_connected(connect, monkeypatch):
    fresh = Authority()
    monkeypatch.setattr("netmocks.mock.authority", lambda: fresh)
    with TCPMock(greet(b"hello"), tls=True) as server:
        plain = connect(server)
        context = fresh.client_context()
        with context.wrap_socket(plain, server_hostname="localhost") as client:
            assert client.recv(5) == b"hello"
