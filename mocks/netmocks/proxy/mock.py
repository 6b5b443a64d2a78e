"""ProxyMock: a proxy whose clients reach only what the test lets them."""

import asyncio
import errno
import ipaddress
from collections.abc import Callable, Mapping
from typing import Unpack

from netmocks.errors import MisuseError
from netmocks.journal import LIMIT
from netmocks.mock import MockOptions, StreamMock
from netmocks.proxy.client import Client
from netmocks.proxy.http_client import HTTPClient
from netmocks.proxy.socks_client import VERSION, SOCKSClient
from netmocks.proxy.visit import Visit
from netmocks.record import PATIENCE, Record, anything
from netmocks.wire.stream import Stream

#: From the host and port that a client names to the address to connect to.
Directory = Callable[[str, int], tuple[str, int]]


class ProxyMock(StreamMock):
    """An HTTP and SOCKS5 proxy, with TLS to the proxy itself if asked for.

    It knows by the first byte which of the two a client speaks. CONNECT and SOCKS5 become tunnels;
    a request in absolute form is sent on in origin form.

    Arguments:
        accounts: user names and their passwords; where given, clients have to log in.
        directory: from the host and port that a client names to the address to connect to; raises
            OSError for what can't be reached. Where left out, only loopback can be.
        options: see `MockOptions`.

    Raises:
        MisuseError: accounts that are no mapping, or an option that makes no sense.
    """

    default_name = "proxy"

    def __init__(
        self,
        *,
        accounts: Mapping[str, str] | None = None,
        directory: Directory | None = None,
        **options: Unpack[MockOptions],
    ) -> None:
        super().__init__(**options)
        if accounts is not None and not isinstance(accounts, Mapping):
            raise MisuseError(
                f"accounts={accounts!r}: map user names to passwords: accounts={{'me': 'secret'}}"
            )
        self.accounts = dict(accounts or {})
        self.directory = loopback_only if directory is None else directory
        #: everything that clients asked for, waitable
        self.visits: Record[Visit] = Record(limit=LIMIT)

    def wait_for_visit(
        self, predicate: Callable[[Visit], object] = anything, *, timeout: float = PATIENCE
    ) -> Visit:
        """Return the first visit, past or future, that matches; see `Record.wait_for`."""
        return self.visits.wait_for(predicate, timeout=timeout)

    def admits(self, credentials: tuple[str, str] | None) -> bool:
        """Whether a client may pass that gave these credentials, or none."""
        if not self.accounts:
            return True
        return credentials is not None and self.accounts.get(credentials[0]) == credentials[1]

    def note(self, stream: Stream, method: str, target: str, user: str, outcome: str) -> None:
        """Keep what became of a client's wish; called by the engines."""
        visit = Visit(method, target, user, outcome)
        self.site.note_event(stream.number, visit)
        self.visits.append(visit)

    def _engine(self) -> asyncio.BaseProtocol:
        return _Greeter(self)


class _Greeter(asyncio.Protocol):
    """Waits for the first byte, which tells the client's dialect."""

    def __init__(self, mock: ProxyMock) -> None:
        self._mock = mock

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        dialect: type[Client] = SOCKSClient if data[0] == VERSION else HTTPClient
        client = dialect(self._mock)
        stream = self._transport
        assert isinstance(stream, Stream)
        stream.set_protocol(client)
        client.connection_made(stream)
        client.data_received(data)


def loopback_only(host: str, port: int) -> tuple[str, int]:
    """Let clients reach this machine only.

    Raises:
        ConnectionRefusedError: the host is neither localhost nor a loopback address.
    """
    address = "127.0.0.1" if host.lower() == "localhost" else host
    try:
        if ipaddress.ip_address(address).is_loopback:
            return address, port
    except ValueError:
        pass
    raise ConnectionRefusedError(
        errno.ECONNREFUSED,
        f"{host} is not on loopback: put it on an internet, internet.http({host!r})",
    )
