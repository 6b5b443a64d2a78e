"""HTTPMock with one rule over TLS, its journal on."""

from contenders.serving import serve

from netmocks.http import HTTPMock

if __name__ == "__main__":
    with HTTPMock(tls=True) as mock:
        mock.on("GET", "/hello").reply("hello, world")
        serve(mock.port)
