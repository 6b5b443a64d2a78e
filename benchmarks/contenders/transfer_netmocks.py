"""HTTPMock that streams what it is asked for, and takes what it is sent; its journal on."""

from collections.abc import AsyncIterator

from contenders.serving import serve
from contenders.transfer import PIECE, SIZE

from netmocks.http import HTTPMock, Request, Response


async def pieces() -> AsyncIterator[bytes]:
    """Yield what is sent."""
    for _ in range(SIZE // len(PIECE)):
        yield PIECE


def large(request: Request) -> Response:
    """Answer with a stream of its own."""
    return Response(stream=pieces(), headers={"Content-Length": str(SIZE)})


if __name__ == "__main__":
    with HTTPMock() as mock:
        mock.on("GET", "/large", required=False).reply(large)
        mock.on("PUT", "/large", required=False)
        serve(mock.port)
