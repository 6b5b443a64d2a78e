"""UDPMock that sends everything back, its journal on."""

from contenders.serving import serve

from netmocks.udp import UDPMock, echo

if __name__ == "__main__":
    with UDPMock(echo) as mock:
        serve(mock.port)
