"""aiohttp's low-level server, without a router."""

import asyncio

from aiohttp import web
from contenders.background import BackgroundLoop, port_of
from contenders.serving import serve


async def hello(request: web.BaseRequest) -> web.Response:
    """Answer every request alike."""
    return web.Response(text="hello, world")


async def made() -> web.Server:
    """Return the protocol factory, which wants to be made inside a running loop."""
    return web.Server(hello)


if __name__ == "__main__":
    background = BackgroundLoop()
    factory = asyncio.run_coroutine_threadsafe(made(), background.loop).result()
    serve(port_of(background.listen(factory)))
