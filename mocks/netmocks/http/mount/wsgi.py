"""WSGIApp: an application by PEP 3333, in a worker thread."""

import io
import sys
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any
from urllib.parse import unquote_to_bytes

from netmocks.errors import MisuseError
from netmocks.http.mount.relay import client, raw_path, refusal, relayed, server, takes_content
from netmocks.http.pieces import each
from netmocks.http.request import Request
from netmocks.http.response import Response

ExcInfo = tuple[type[BaseException], BaseException, TracebackType]

#: Fields that have a name of their own in the environment.
OWN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class WSGIApp:
    """A mounted application.

    Arguments:
        app: the application.
        prefix: where it is mounted.
    """

    def __init__(self, app: Any, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def answer(self, request: Request) -> Response:
        """Ask it; its own thread goes on to make the content while that is sent."""
        refused = refusal(request)
        if refused is not None:
            return refused
        told = each(_Call(self._app, _environ(request, self._prefix)).run())
        status, fields = await anext(told)
        if not takes_content(request, status):
            await told.aclose()
        return relayed(request, status, fields, told)


class _Call:
    """One call of an application, in its thread."""

    def __init__(self, app: Any, environ: dict[str, Any]) -> None:
        self._app = app
        self._environ = environ
        self._head: tuple[int, list[tuple[str, str]]] | None = None
        self._is_told = False
        self._written: list[bytes] = []

    def run(self) -> Iterator[Any]:
        """Yield status and fields, then the content piece by piece."""
        pieces = self._app(self._environ, self._start_response)
        try:
            for piece in pieces:
                yield from self._tell()
                yield piece
            yield from self._tell()
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    def _tell(self) -> Iterator[Any]:
        if self._is_told:
            return
        if self._head is None:
            raise MisuseError("the application answered without a call of start_response")
        self._is_told = True
        yield self._head
        yield from self._written

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        if exc_info is not None and self._is_told:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self._head is not None:
            raise MisuseError("the application called start_response twice")
        self._head = int(status[:3]), headers
        return self._written.append


def _environ(request: Request, prefix: str) -> dict[str, Any]:
    name, port = server(request)
    path = unquote_to_bytes(raw_path(request)).decode("latin-1")
    host, number = client(request) or ("", 0)
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": prefix,
        "PATH_INFO": path[len(prefix.encode()) :],
        "QUERY_STRING": request.query_string,
        "REQUEST_URI": request.target,
        "SERVER_NAME": name,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": host,
        "REMOTE_PORT": str(number),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for field in request.headers:
        values = request.headers.all(field)
        key = OWN.get(field) or f"HTTP_{field.upper().replace('-', '_')}"
        environ[key] = ("; " if field == "cookie" else ", ").join(values)
    return environ
