"""HTTPMock that answers as httpbin, its journal on."""

from contenders.serving import serve

from netmocks.http import HTTPMock

if __name__ == "__main__":
    with HTTPMock() as mock:
        mock.httpbin()
        serve(mock.port)
