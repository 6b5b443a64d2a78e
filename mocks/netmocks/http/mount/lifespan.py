"""Lifespan: an ASGI application is started before its first request, and ends with its mock."""

import asyncio
from typing import TYPE_CHECKING, Any

from netmocks.mock import GRACE
from netmocks.record import PATIENCE

if TYPE_CHECKING:
    from netmocks.http.mock import HTTPMock

#: Seconds that an application may take to shut down: so much of what its mock grants to all.
SHUTDOWN = GRACE / 2

ASGI = {"version": "3.0", "spec_version": "2.4"}


class Lifespan:
    """The life of an application; in the loop thread only.

    Arguments:
        app: the application.
        mock: where it is mounted.
    """

    def __init__(self, app: Any, mock: "HTTPMock") -> None:
        self._app = app
        self._mock = mock
        #: what the application keeps, of which each request gets a copy
        self.state: dict[str, Any] = {}
        self._is_ready: asyncio.Future[None] | None = None
        self._ending: asyncio.Event
        self._was_asked = False

    async def begin(self) -> None:
        """Start the application, unless it runs, and wait until it is ready.

        Raises:
            RuntimeError: it could not start.
        """
        if self._is_ready is None:
            self._is_ready = asyncio.get_running_loop().create_future()
            self._ending = asyncio.Event()
            self._was_asked = False
            self._mock.spawn(self._live(self._is_ready), self._app)
        try:
            await asyncio.wait_for(asyncio.shield(self._is_ready), PATIENCE)
        except TimeoutError:
            raise RuntimeError(
                f"the application is not ready after {PATIENCE:g} s: its lifespan has to send"
                " lifespan.startup.complete"
            ) from None

    async def _live(self, is_ready: asyncio.Future[None]) -> None:
        scope = {"type": "lifespan", "asgi": ASGI, "state": self.state}
        app = asyncio.ensure_future(self._app(scope, self._receive, self._send))
        try:
            await asyncio.wait({app})
        except asyncio.CancelledError:  # the mock stops
            await self._shut_down(app)
            raise
        error = app.exception()
        if not is_ready.done():
            # It knows no lifespan, which is its right (ASGI, "Lifespan Protocol").
            is_ready.set_result(None)
        elif error is not None and is_ready.exception() is None:
            self._mock.site.report(error, 0)

    async def _shut_down(self, app: "asyncio.Future[None]") -> None:
        self._is_ready = None  # a mock that starts again starts it again
        self._ending.set()
        _, stuck = await asyncio.wait({app}, timeout=SHUTDOWN)
        if stuck:
            app.cancel()
            text = f"its application does not shut down within {SHUTDOWN:g} s: {self._app!r}"
            self._mock.findings.add("handler", self._mock.name, text)
        elif (error := app.exception()) is not None:
            self._mock.site.report(error, 0)

    # -- what the application calls -----------------------------------------------------------

    async def _receive(self) -> dict[str, Any]:
        if not self._was_asked:
            self._was_asked = True
            return {"type": "lifespan.startup"}
        await self._ending.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message: dict[str, Any]) -> None:
        kind, text = message["type"], message.get("message", "")
        is_ready = self._is_ready
        if kind == "lifespan.startup.complete" and is_ready is not None:
            is_ready.set_result(None)
        elif kind == "lifespan.startup.failed" and is_ready is not None:
            is_ready.set_exception(RuntimeError(f"the application failed to start: {text}"))
            is_ready.exception()  # whoever asks gets it; it is no secret if nobody does
        elif kind == "lifespan.shutdown.failed":
            self._mock.site.report(RuntimeError(f"the application failed to shut down: {text}"), 0)
