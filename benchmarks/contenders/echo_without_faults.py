"""TCPMock that says everything again, its journal on, its fault layer taken out."""

from contenders.serving import serve
from contenders.without_faults import take_out

from netmocks.tcp import TCPMock, echo

if __name__ == "__main__":
    take_out()
    with TCPMock(echo) as mock:
        serve(mock.port)
