"""pytest-httpserver with one handler, as its fixture makes it."""

import logging

from contenders.serving import serve
from pytest_httpserver import HTTPServer

if __name__ == "__main__":
    # Its log, a line a request, would cost it a tenth of its rate and fill the terminal.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with HTTPServer(host="127.0.0.1", port=0) as server:
        server.expect_request("/hello", method="GET").respond_with_data("hello, world")
        serve(server.port)
