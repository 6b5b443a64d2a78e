"""Exchange: one request and its answer, as an ASGI application receives and sends them."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from netmocks.errors import MisuseError
from netmocks.http.request import Request

_END = object()


class ClientGone(OSError):
    """Raised where an application sends to a client that has left, as ASGI has it."""


class Exchange:
    """What passes between the mock and an application; in the loop thread only.

    Arguments:
        request: what is asked.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._was_read = False
        self._has_begun = False
        self._is_complete = False
        self._is_unread = False
        self._is_over = asyncio.Event()
        #: status and fields, then pieces, then the end, or an error. One at a time: an application
        #: makes no more than its client takes
        self._told: asyncio.Queue[Any] = asyncio.Queue(1)

    # -- what the application calls -----------------------------------------------------------

    async def receive(self) -> dict[str, Any]:
        """Return the content, and then that the client has gone, once it has."""
        if not self._was_read:
            self._was_read = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await self._is_over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """Take a part of the answer.

        Raises:
            ClientGone: nobody waits for it any more.
            MisuseError: a message that is none, or not its turn.
        """
        kind = message["type"]
        if self._is_over.is_set() and not self._is_complete:
            raise ClientGone("the client left before the end of its answer")
        match kind:
            case "http.response.start" if not self._has_begun:
                self._has_begun = True
                fields = [
                    (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
                    for name, value in message.get("headers", ())
                ]
                await self._told.put((message["status"], fields))
            case "http.response.body" if self._has_begun and not self._is_complete:
                await self._tell(bytes(message.get("body", b"")))
                if not message.get("more_body", False):
                    self._is_complete = True
                    await self._tell(_END)
            case _:
                raise MisuseError(f"the application sent {kind!r}, for which this is not the time")

    async def _tell(self, told: object) -> None:
        if not self._is_unread:
            await self._told.put(told)

    # -- what the mock calls ------------------------------------------------------------------

    @property
    def is_under_way(self) -> bool:
        """Whether somebody waits for more of the answer."""
        return not (self._is_complete or self._is_unread or self._is_over.is_set())

    async def fail(self, error: BaseException) -> None:
        """Break the answer off."""
        await self._told.put(error)

    def check(self) -> None:
        """Check that the application has returned in time.

        Raises:
            MisuseError: before its answer was complete.
        """
        if self.is_under_way:
            raise MisuseError("the application returned before its answer was complete")

    async def head(self) -> tuple[int, list[tuple[str, str]]]:
        """Return status and fields, once they are told."""
        told = await self._told.get()
        if isinstance(told, BaseException):
            raise told
        status, fields = told
        return status, fields

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the content piece by piece."""
        try:
            while (told := await self._told.get()) is not _END:
                if isinstance(told, BaseException):
                    raise told
                yield told
        finally:
            self.leave()

    def skip_content(self) -> None:
        """Nobody reads the content, which the application may make all the same."""
        self._is_unread = True

    def leave(self) -> None:
        """The client has all that it wanted, or has gone: let the application go on."""
        self._is_over.set()
        while not self._told.empty():  # each that is taken out lets one wait in
            self._told.get_nowait()
