"""The server of pytest-httpbin's fixture, with the real httpbin behind it."""

import os
import sys
from pathlib import Path

from contenders.serving import serve
from httpbin import app
from pytest_httpbin.serve import Server

if __name__ == "__main__":
    sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  # it tells of each request, to the end
    server = Server(application=app)
    server.start()
    serve(server.port)
    server.stop()
