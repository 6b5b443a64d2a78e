"""aiohttp's low-level server over TLS, with a certificate of the same kind as ours."""

import asyncio

from contenders.background import BackgroundLoop, port_of
from contenders.http_aiohttp import made
from contenders.serving import serve

from netmocks.wire.authority import authority

if __name__ == "__main__":
    background = BackgroundLoop()
    factory = asyncio.run_coroutine_threadsafe(made(), background.loop).result()
    serve(port_of(background.listen(factory, authority().server_context("localhost"))))
