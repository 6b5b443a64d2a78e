"""ASGIApp: an application by ASGI 3.0, on the loop of the mocks."""

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from netmocks.http.mount.exchange import ClientGone, Exchange
from netmocks.http.mount.lifespan import ASGI, Lifespan
from netmocks.http.mount.relay import client, raw_path, refusal, relayed, server, takes_content
from netmocks.http.request import Request
from netmocks.http.response import Response

if TYPE_CHECKING:
    from netmocks.http.mock import HTTPMock


class ASGIApp:
    """A mounted application.

    Arguments:
        app: the application.
        mock: where it is mounted.
        prefix: at which path.
    """

    def __init__(self, app: Any, mock: "HTTPMock", prefix: str) -> None:
        self._app = app
        self._mock = mock
        self._prefix = prefix
        self._lifespan = Lifespan(app, mock)

    async def answer(self, request: Request) -> Response:
        """Ask it; it goes on to make the content while that is sent."""
        refused = refusal(request)
        if refused is not None:
            return refused
        await self._lifespan.begin()
        exchange = Exchange(request)
        # Not within this turn: an application may have more to do when its answer is complete.
        self._mock.spawn(self._run(request, exchange), self._app)
        try:
            status, fields = await exchange.head()
        except BaseException:
            exchange.leave()
            raise
        if not takes_content(request, status):
            exchange.skip_content()
        return relayed(request, status, fields, exchange.pieces())

    async def _run(self, request: Request, exchange: Exchange) -> None:
        try:
            await self._app(self._scope(request), exchange.receive, exchange.send)
            exchange.check()
        except BaseException as error:  # pytest.fail and sys.exit are no Exception
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                raise  # the mock stops
            if exchange.is_under_way:
                await exchange.fail(error)
            elif not _follows_from_leaving(error):
                self._mock.site.report(error, request.connection)

    def _scope(self, request: Request) -> dict[str, Any]:
        raw = raw_path(request)
        return {
            "type": "http",
            "asgi": ASGI,
            "http_version": request.version,
            "method": request.method,
            "scheme": request.scheme,
            "path": unquote(raw),
            "raw_path": raw.encode("latin-1"),
            "query_string": request.query_string.encode("latin-1"),
            "root_path": self._prefix,
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in request.headers.raw
            ],
            "client": client(request),
            "server": server(request),
            "state": self._lifespan.state.copy(),
            "extensions": {},
        }


def _follows_from_leaving(error: BaseException | None) -> bool:
    """Whether an error comes of a client that left, however the application wrapped it."""
    while error is not None and not isinstance(error, ClientGone):
        error = error.__cause__ or error.__context__
    return error is not None
