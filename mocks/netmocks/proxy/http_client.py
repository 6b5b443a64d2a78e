"""HTTPClient: a client that speaks HTTP to its proxy: CONNECT, or requests in absolute form."""

from netmocks.errors import PeerError
from netmocks.proxy.client import Client
from netmocks.proxy.head import END, HEAD_LIMIT, Head

CHALLENGE = ("Proxy-Authenticate", 'Basic realm="proxy"')

#: How a TLS ClientHello begins (RFC 8446 §5.1).
TLS_HANDSHAKE = 0x16


class HTTPClient(Client):
    """Reads one head, then tunnels: what follows is the destination's business.

    A request in absolute form goes on in origin form and asks the origin to close, so that the
    next request comes on a connection of its own, maybe to another origin.
    """

    _is_tunnel = False

    def converse(self) -> None:
        """Take the head, once it is complete."""
        if not self.buffer[:1].isalpha():  # waiting for the end of such a head, both would wait
            if self.buffer[0] == TLS_HANDSHAKE:
                hint = "http://, not https://"
                raise PeerError(f"the client speaks TLS to a proxy that does not: {hint}")
            raise PeerError(f"no request to a proxy: {self.buffer[:60]!r}")
        head, end, rest = self.buffer.partition(END)
        if not end:
            if len(self.buffer) > HEAD_LIMIT:
                raise PeerError(f"a head of more than {HEAD_LIMIT} bytes")
            return
        self.buffer = rest
        self._ask(Head.parse(head))

    def _ask(self, head: Head) -> None:
        place = head.destination()
        credentials = head.credentials
        user = credentials[0] if credentials else ""
        if not self.mock.admits(credentials):
            self.mock.note(self.stream, head.method, head.target, user, "login demanded")
            self._answer("407 Proxy Authentication Required", "log in first", CHALLENGE)
            return
        self._is_tunnel = head.method == "CONNECT"
        first = b"" if self._is_tunnel else head.for_origin()
        self.connect(head.method, head.target, user, place, first)

    def reached(self, first: bytes) -> bytes:
        if self._is_tunnel:
            self.stream.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return first

    def unreachable(self, error: OSError) -> None:
        self._answer("502 Bad Gateway", f"the destination can't be reached: {error}")

    def refuse(self, why: str) -> None:
        self._answer("400 Bad Request", why)

    def _answer(self, status: str, text: str, *fields: tuple[str, str]) -> None:
        content = f"{text}\n".encode()
        lines = [f"HTTP/1.1 {status}", "Content-Type: text/plain; charset=utf-8"]
        lines += [f"{name}: {value}" for name, value in fields]
        lines += [f"Content-Length: {len(content)}", "Connection: close"]
        self.stream.write("\r\n".join(lines).encode("latin-1") + END + content)
        self.stream.close()
