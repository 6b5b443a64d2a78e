"""TCPMock that says everything again, its journal on."""

from contenders.serving import serve

from netmocks.tcp import TCPMock, echo

if __name__ == "__main__":
    with TCPMock(echo) as mock:
        serve(mock.port)
