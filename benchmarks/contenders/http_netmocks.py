"""HTTPMock with one rule, its journal on."""

from contenders.serving import serve

from netmocks.http import HTTPMock

if __name__ == "__main__":
    with HTTPMock() as mock:
        mock.on("GET", "/hello").reply("hello, world")
        serve(mock.port)
