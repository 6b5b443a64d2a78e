"""SOCKSClient: a client that speaks SOCKS5 to its proxy (RFC 1928, RFC 1929)."""

import ipaddress
from collections.abc import Callable

from netmocks.errors import PeerError
from netmocks.proxy.client import Client

VERSION = 5
LOGIN_VERSION = 1

#: Methods of authentication (RFC 1928 §3).
NO_LOGIN, LOGIN, NONE_OF_THEM = 0x00, 0x02, 0xFF

CONNECT = 1

#: Types of address (RFC 1928 §5).
IPV4, NAME, IPV6 = 1, 3, 4

#: Replies (RFC 1928 §6).
SUCCEEDED, HOST_UNREACHABLE, REFUSED, COMMAND_UNKNOWN = 0, 4, 5, 7

#: What a reply says of the proxy's own end, which no client needs: 0.0.0.0:0.
UNBOUND = bytes([IPV4, 0, 0, 0, 0, 0, 0])


class SOCKSClient(Client):
    """Negotiates, logs in where that is demanded, takes one CONNECT, then tunnels."""

    _user = ""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]  # the same as the base's
        self._step: Callable[[], bool] = self._negotiate

    def converse(self) -> None:
        """Take step after step while the buffer holds them."""
        while self._step():
            pass

    def _take(self, size: int) -> bytes:
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def _negotiate(self) -> bool:
        """Version, number of methods, methods; answered by the method to use."""
        if len(self.buffer) < 2 or len(self.buffer) < 2 + self.buffer[1]:
            return False
        version, size = self._take(2)
        methods = self._take(size)
        wanted = LOGIN if self.mock.accounts else NO_LOGIN
        if version != VERSION:
            raise PeerError(f"SOCKS version {version}: only 5 is spoken here")
        if wanted not in methods:
            self.stream.write(bytes([VERSION, NONE_OF_THEM]))
            self.stream.close()
            return False
        self.stream.write(bytes([VERSION, wanted]))
        self._step = self._log_in if wanted == LOGIN else self._ask
        return True

    def _log_in(self) -> bool:
        """Version, user, password, each with its length; answered by 0 for success."""
        if len(self.buffer) < 2 or len(self.buffer) < 3 + self.buffer[1]:
            return False
        user_end = 2 + self.buffer[1]
        end = user_end + 1 + self.buffer[user_end]
        if len(self.buffer) < end:
            return False
        said = self._take(end)
        self._user = said[2:user_end].decode("utf-8", "replace")
        password = said[user_end + 1 :].decode("utf-8", "replace")
        admitted = said[0] == LOGIN_VERSION and self.mock.admits((self._user, password))
        self.stream.write(bytes([LOGIN_VERSION, 0 if admitted else 1]))
        if not admitted:
            self.mock.note(self.stream, "SOCKS5", "(login)", self._user, "refused")
            self.stream.close()
        self._step = self._ask
        return admitted

    def _ask(self) -> bool:
        """Version, command, a reserved byte, the address and the port."""
        if len(self.buffer) < 5:
            return False
        version, command, _, kind, first = self.buffer[:5]
        sizes = {IPV4: 4, IPV6: 16, NAME: 1 + first}
        if version != VERSION or kind not in sizes:
            raise PeerError(f"no SOCKS5 request: {self.buffer[:10]!r}")
        if len(self.buffer) < 4 + sizes[kind] + 2:
            return False
        self._take(4)
        host = _host(kind, self._take(sizes[kind]))
        port = int.from_bytes(self._take(2), "big")
        if command != CONNECT:
            self._reply(COMMAND_UNKNOWN)
            self.stream.close()
            return False
        shown = f"[{host}]:{port}" if kind == IPV6 else f"{host}:{port}"
        self.connect("SOCKS5", shown, self._user, (host, port))
        return False

    def reached(self, first: bytes) -> bytes:
        self._reply(SUCCEEDED)
        return first

    def unreachable(self, error: OSError) -> None:
        self._reply(REFUSED if isinstance(error, ConnectionRefusedError) else HOST_UNREACHABLE)
        self.stream.close()

    def refuse(self, why: str) -> None:
        self.stream.close()

    def _reply(self, code: int) -> None:
        self.stream.write(bytes([VERSION, code, 0]) + UNBOUND)


def _host(kind: int, raw: bytes) -> str:
    if kind == NAME:
        return raw[1:].decode("utf-8", "replace")
    return str(ipaddress.ip_address(raw))
