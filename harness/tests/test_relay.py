import socket

import pytest

from netharness import Internet
from netmocks import UnexpectedTraffic
from netmocks.faults import Cut
from netmocks.tcp import TCPMock, echo


@pytest.mark.parametrize("loopback", ["open", "refused"])
def test_a_real_server_is_found_at_its_pretended_place(loopback: str) -> None:
    with TCPMock(echo) as real, Internet(loopback=loopback) as internet:  # type: ignore[arg-type]  # both are right
        relay = internet.relay("db.internal", 5432, to=(real.host, real.port))
        place = ("db.internal", 5432)
        with relay.fault(Cut(after=3)), socket.create_connection(place, timeout=5) as client:
            client.sendall(b"hello")
            assert client.makefile("rb").read() == b"hel"
        assert "fault: Cut: closed after 3 bytes" in str(internet.journal)


def test_a_fault_on_an_internet_that_struck_nothing_is_a_finding() -> None:
    with pytest.raises(UnexpectedTraffic, match="never struck"), Internet() as internet:
        internet.tcp("a.example.com", 7, echo).fault(Cut(after=3))
