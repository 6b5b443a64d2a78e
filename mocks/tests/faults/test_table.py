"""The table of faults in docs/faults.md: it is that of the code, and each of its cells is true."""

import contextlib
import importlib.util
import socket
from pathlib import Path

import pytest

from netmocks import MisuseError
from netmocks.faults import (
    Bandwidth,
    Corrupt,
    CorruptDatagram,
    Cut,
    DatagramFault,
    DelayDatagram,
    Drop,
    DropDatagram,
    Duplicate,
    DuplicateDatagram,
    Fault,
    HalfClose,
    Latency,
    LimitData,
    Noop,
    Refuse,
    ReorderDatagrams,
    Reset,
    Silence,
    Slices,
    SlowAccept,
    Stall,
    TruncateDatagram,
    tls,
)
from netmocks.faults.fault import EarlyFault
from netmocks.tcp import TCPMock, echo
from netmocks.wire.authority import authority

FILE = Path(__file__).parents[3] / "docs" / "fault_table.py"
SPEC = importlib.util.spec_from_file_location("fault_table", FILE)
fault_table = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(fault_table)

#: One of each fault, which strikes whoever says anything.
SAMPLES = {
    type(fault).__name__: fault
    for fault in (
        Bandwidth(100_000),
        Corrupt(at=0),
        Cut(after=0),
        Drop(at=0),
        Duplicate(at=0),
        HalfClose(after=0),
        Latency(0.001),
        LimitData(0),
        Noop(),
        Reset(after=0),
        Silence(),
        Slices(1),
        Stall(after=0, seconds=0.001),
        SlowAccept(0.001),
        Refuse(),
        CorruptDatagram(),
        DelayDatagram(0.001),
        DropDatagram(),
        DuplicateDatagram(),
        ReorderDatagrams(1),
        TruncateDatagram(0),
        tls.ClientCertificateRequired(),
        tls.ExpiredCertificate(),
        tls.FutureCertificate(),
        tls.HandshakeCut(),
        tls.HandshakeStall(seconds=0.001),
        tls.MissingIntermediate(),
        tls.NoCloseNotify(),
        tls.NoCommonCipher(),
        tls.OldVersionsOnly(),
        tls.SelfSignedCertificate(),
        tls.UnknownAuthority(),
        tls.WrongHostName(),
    )
}

#: A query for the address of "a" (RFC 1035 §4.1).
QUERY = b"\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"

#: What asks MySQL for TLS: protocol 4.1, secure connection, SSL; and a login that is none.
SSL_REQUEST = b"\x20\0\0\1" + (0x8A00).to_bytes(4, "little") + b"\0\0\0\1\x21" + bytes(23)
NO_LOGIN = b"\1\0\0\2\0"

#: What a client of a mock says first; an answer of any kind is all that is asked for.
SAYS = {
    "DNSMock": len(QUERY).to_bytes(2) + QUERY,
    "HTTPMock": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "IMAPMock": b"a NOOP\r\n",
    "LMTPMock": b"NOOP\r\n",
    "MySQLMock": NO_LOGIN,
    "POP3Mock": b"NOOP\r\n",
    "ProxyMock": b"GET http://10.0.0.1/ HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n",
    "RelayMock": b"hello",
    "SMTPMock": b"NOOP\r\n",
    "TCPMock": b"hello",
    "UDPMock": b"hello",
}

MOCKS = {mock.__name__: mock for mock in fault_table.mocks()}
FAULTS = {fault.__name__: fault for fault in fault_table.wire_faults()}


def test_the_page_has_the_table_of_the_code():
    page = fault_table.PAGE.read_text(encoding="utf-8")
    assert page == fault_table.page(), "it is stale: run python docs/fault_table.py"


def test_there_is_a_sample_of_every_fault():
    assert SAMPLES.keys() == FAULTS.keys()


@pytest.fixture
def make():
    """Make a mock of a kind, with TLS or without."""
    with contextlib.ExitStack() as stack:

        def make(kind, **options):
            if kind.__name__ == "RelayMock":
                options["to"] = stack.enter_context(TCPMock(echo)).address
            elif kind.__name__ in ("TCPMock", "UDPMock"):
                options["behaviour"] = echo if kind is TCPMock else lambda datagram: datagram.data
            return kind(tolerate=["unmatched", "unused"], **options)

        yield make


@contextlib.contextmanager
def visiting(mock, fault):
    """Connect to a mock, shake hands if it speaks TLS, and say something."""
    kind, says = socket.SOCK_STREAM, SAYS[type(mock).__name__]
    if issubclass(fault, DatagramFault):
        kind, says = socket.SOCK_DGRAM, says.removeprefix(len(QUERY).to_bytes(2))
    with socket.socket(type=kind) as client:
        client.settimeout(5)
        client.connect(mock.address)
        if issubclass(fault, tls.TLSFault):
            if type(mock).__name__ == "MySQLMock":  # its TLS begins within the dialogue
                client.recv(4096)
                client.sendall(SSL_REQUEST)
                says = NO_LOGIN
            context = authority().client_context()
            client = context.wrap_socket(client, server_hostname="localhost")
        with client:
            client.sendall(says)
            yield client


ALL = [(mock, fault) for mock in MOCKS for fault in FAULTS]
CELLS = [(mock, fault) for mock, fault in ALL if fault_table.takes(MOCKS[mock], FAULTS[fault])]
EMPTY = [cell for cell in ALL if cell not in CELLS]


@pytest.mark.parametrize(("mock", "fault"), CELLS, ids=map("-".join, CELLS))
def test_a_fault_strikes_a_mock_that_serves_the_next_client(make, mock, fault):
    of_tls = issubclass(FAULTS[fault], tls.TLSFault) and mock != "MySQLMock"
    options = {"tls": True} if of_tls else {}
    with make(MOCKS[mock], **options) as served:
        with served.fault(SAMPLES[fault]) as placed:
            refused = contextlib.suppress(OSError)  # what the client sees has tests of its own
            with refused, visiting(served, FAULTS[fault]):
                placed.wait_until_struck()
            assert placed.wait_until_struck()[0].text
        with visiting(served, FAULTS[fault]) as client:
            assert client.recv(1)


#: Those that have two ways; the others strike before anything is said.
BOTH_WAYS = [cell for cell in CELLS if not issubclass(FAULTS[cell[1]], EarlyFault)]


@pytest.mark.parametrize(("mock", "fault"), BOTH_WAYS, ids=map("-".join, BOTH_WAYS))
def test_a_fault_strikes_what_the_client_of_a_mock_says(make, mock, fault):
    with make(MOCKS[mock]) as served:
        with served.fault(SAMPLES[fault], direction="in") as placed:
            refused = contextlib.suppress(OSError)
            with refused, visiting(served, FAULTS[fault]):
                placed.wait_until_struck()
            assert placed.wait_until_struck()[0].text
        with visiting(served, FAULTS[fault]) as client:
            assert client.recv(1)


#: Mocks for which what is said above is an event; those of SMTP and MySQL come later.
EVENTFUL = ["DNSMock", "HTTPMock", "IMAPMock", "POP3Mock", "ProxyMock"]


@pytest.mark.parametrize("mock", EVENTFUL)
def test_a_fault_strikes_from_an_event_of_a_mock_on(make, mock):
    with make(MOCKS[mock]) as served, served.fault(Reset(after=0), from_event=1) as placed:
        with visiting(served, Fault), contextlib.suppress(OSError):
            placed.wait_until_struck()
        (event, *_) = [entry for entry in served.journal if entry.kind == "event"]
        struck = served.journal.wait_for(lambda entry: entry.kind == "fault")
        assert event.number < struck.number


@pytest.mark.parametrize(("mock", "fault"), EMPTY, ids=map("-".join, EMPTY))
def test_a_fault_that_a_mock_can_not_have_is_refused(make, mock, fault):
    with pytest.raises(MisuseError, match=f"{mock} takes no {fault}"):
        make(MOCKS[mock]).fault(SAMPLES[fault])
