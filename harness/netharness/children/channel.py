"""Channel: answers what Python processes inside the internet ask: who lives where?

Each question comes on a connection of its own (see `netharness.children.question`): there is
nothing that a fork, a daemon that closes all descriptors, or a killed process could leave half
done.
"""

import asyncio
import errno
import marshal
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Any, cast

from netharness import place
from netharness.children.question import VERSION
from netharness.routing.switchboard import Switchboard, switchboard
from netharness.routing.table import Route, Transport
from netmocks.wire.authority import authority
from netmocks.wire.loop import shared
from netmocks.wire.worker import in_thread

#: Bytes that the path of the folder for temporary files may have: a Unix socket's path has no
#: more than 103, on some systems, and its own folder and name take theirs.
ROOM = 70

#: Bytes of the longest question there is: a name, a port and a place in the code.
LONGEST = 65536


class Channel:
    """A Unix socket in a folder of its own, while an internet is up."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._server: asyncio.Server

    @property
    def path(self) -> str:
        """The socket's path; "" where it is not open."""
        return str(self._folder / "channel") if self._folder else ""

    def open(self) -> None:
        """Begin to answer."""
        usual = tempfile.gettempdir()
        chosen = usual if len(os.fsencode(usual)) <= ROOM else "/tmp"  # noqa: S108  # mode 0700
        self._folder = Path(tempfile.mkdtemp(prefix="netharness-", dir=chosen))
        sock = socket.socket(socket.AF_UNIX)
        sock.bind(self.path)
        loop = shared.acquire()
        self._server = shared.wait(loop.create_unix_server(_Talk, sock=sock))

    def close(self) -> None:
        """Stop answering."""
        shared.call(self._server.close)
        shared.release()
        folder, self._folder = self._folder, None
        assert folder is not None
        shutil.rmtree(folder)

    def forget(self) -> None:
        """Leave it to the process that this one was forked from."""
        self._folder = None


class _Talk(asyncio.Protocol):
    """One connection: a question, an answer."""

    def __init__(self) -> None:
        self._question = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._question += data
        if len(self._question) > LONGEST:
            self._transport.abort()

    def eof_received(self) -> bool:
        if switchboard.asks_servers:  # which may take their time, and need this loop for it
            self._task = asyncio.get_running_loop().create_task(self._answer_from_thread())
        else:
            self._tell(copy_context().run(answer, self._question))
        return True

    async def _answer_from_thread(self) -> None:
        self._tell(await in_thread(partial(answer, self._question)))

    def _tell(self, reply: tuple[str, Any]) -> None:
        self._transport.write(marshal.dumps(reply, VERSION))
        self._transport.close()


def answer(question: bytes) -> tuple[str, Any]:
    """Answer one question: ("value", ...), or the error to raise and its arguments."""
    try:
        what, arguments, where = marshal.loads(question)  # noqa: S302  # from our own children
        place.elsewhere.set(where)
        return ("value", QUESTIONS[what](switchboard, *arguments))
    except socket.gaierror as error:
        return ("gaierror", (error.errno, error.strerror))
    except OSError as error:
        return ("OSError", (error.errno, error.strerror))
    except Exception as error:  # a process that talks nonsense must not end the loop
        return ("OSError", (errno.EPROTO, f"the question {question!r} failed: {error!r}"))


def _addresses_of(board: Switchboard, name: str, port: int, family: int) -> list[str]:
    return board.addresses_of(name, port, family)


def _name_at(board: Switchboard, address: str) -> str | None:
    return board.name_at(address)


def _destination(board: Switchboard, transport: Transport, host: str, port: int) -> Any:
    return board.destination(transport, (host, port))


def _claim(board: Switchboard, transport: Transport, host: str, port: int) -> Any:
    claimed = board.claim(transport, (host, port))
    if claimed is None:
        return None
    region, route = claimed
    return (board.regions.index(region), route.host, route.address, route.port)


def _route(transport: Transport, host: str, address: str, port: int) -> Route:
    return Route(transport, host, address, port, claimed=True)


def _settle(board: Switchboard, number: int, transport: Transport, *rest: Any) -> tuple[Any, ...]:
    host, address, port, target_host, target_port = rest
    region = board.regions[number]
    route = region.table.find(transport, address, port) or _route(transport, host, address, port)
    route = board.settle(region, route, (target_host, target_port))
    return (route.host, route.address, route.port)


def _opened(board: Switchboard, number: int, transport: Transport, *rest: Any) -> None:
    region = board.regions[number]
    _, address, port = rest
    board.opened(region, region.table.find(transport, address, port) or _route(transport, *rest))


def _pretended(board: Switchboard, transport: Transport, host: str, port: int) -> Any:
    return board.pretended(transport, (host, port))


def _trust(board: Switchboard) -> str:
    return authority().pem


def _report(board: Switchboard, text: str) -> None:
    board.report_outside(text)


def _greet(board: Switchboard, number: int, process: int) -> None:
    for region in board.regions:
        region.greeted(number)


#: What can be asked.
QUESTIONS: dict[str, Callable[..., object]] = {
    "addresses_of": _addresses_of,
    "name_at": _name_at,
    "destination": _destination,
    "claim": _claim,
    "settle": _settle,
    "opened": _opened,
    "pretended": _pretended,
    "trust": _trust,
    "report": _report,
    "greet": _greet,
}
