"""aiosmtpd with a handler that forgets every message."""

import socket

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from contenders.serving import serve


class Forgetful:
    """Takes every message and keeps none."""

    async def handle_DATA(  # noqa: N802  # the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Say that it was taken."""
        return "250 2.0.0 OK: taken"


def controller(port: int) -> Controller:
    """Return a controller that is not started yet."""
    return Controller(Forgetful(), hostname="127.0.0.1", port=port)


def free_port() -> int:
    """Return a port that is free now: a Controller can't find one by itself."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


if __name__ == "__main__":
    server = controller(free_port())
    server.start()
    serve(server.port)
    server.stop()
