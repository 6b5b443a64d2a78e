"""HTTPMock with one rule, its journal on, its fault layer taken out."""

from contenders.serving import serve
from contenders.without_faults import take_out

from netmocks.http import HTTPMock

if __name__ == "__main__":
    take_out()
    with HTTPMock() as mock:
        mock.on("GET", "/hello").reply("hello, world")
        serve(mock.port)
