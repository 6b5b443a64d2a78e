"""The background loop: where the bare asyncio contenders run, as a mock's engine does."""

import asyncio
import ssl
import threading
from collections.abc import Callable


class BackgroundLoop:
    """An event loop in a daemon thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def listen(
        self, protocol: Callable[[], asyncio.BaseProtocol], tls: ssl.SSLContext | None = None
    ) -> asyncio.Server:
        """Start a bare server on a free port of 127.0.0.1."""
        starting = self.loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
        return asyncio.run_coroutine_threadsafe(starting, self.loop).result()

    def close(self, server: asyncio.Server) -> None:
        """Close a server; its port is free on return."""

        async def close() -> None:
            server.close()

        asyncio.run_coroutine_threadsafe(close(), self.loop).result()


def port_of(server: asyncio.Server) -> int:
    """Return the port that a server listens on."""
    port: int = server.sockets[0].getsockname()[1]
    return port
