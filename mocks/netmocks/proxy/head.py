"""Head: what a proxy has to know of an HTTP request: its line and its fields."""

from base64 import b64decode
from binascii import Error as Base64Error
from typing import NamedTuple
from urllib.parse import urlsplit

from netmocks.errors import PeerError

#: Bytes of a head; beyond it the client is refused.
HEAD_LIMIT = 64 * 1024

END = b"\r\n\r\n"

#: Fields that are for the proxy alone (RFC 9110 §7.6.1).
FOR_PROXY = {"connection", "proxy-connection", "proxy-authorization", "keep-alive"}


class Head(NamedTuple):
    """The head of a request to a proxy."""

    method: str
    target: str
    version: str
    fields: list[tuple[str, str]]

    @classmethod
    def parse(cls, head: bytes) -> "Head":
        """Return the head that these bytes are, without the empty line.

        Raises:
            PeerError: they are none (RFC 9112 §3, §5).
        """
        line, *rest = head.decode("latin-1").split("\r\n")
        match line.split(" "):
            case [method, target, version] if method and target and version.startswith("HTTP/1."):
                fields = [field.partition(":") for field in rest]
                if all(name and colon and name == name.strip() for name, colon, _ in fields):
                    pairs = [(name, value.strip(" \t")) for name, _, value in fields]
                    return cls(method, target, version, pairs)
        raise PeerError(f"no request to a proxy: {head[:60]!r}")

    def field(self, name: str) -> str:
        """Return the first value of a field, "" if there is none."""
        return next((value for key, value in self.fields if key.lower() == name), "")

    @property
    def credentials(self) -> tuple[str, str] | None:
        """The user and password of Proxy-Authorization, if it says Basic (RFC 7617)."""
        scheme, _, token = self.field("proxy-authorization").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = b64decode(token, validate=True).decode().partition(":")
        except (Base64Error, UnicodeDecodeError):
            return None
        return (user, password) if colon else None

    def destination(self) -> tuple[str, int]:
        """Return the host and port that the client wants to reach.

        Raises:
            PeerError: the target names none: it is in origin form, or malformed.
        """
        is_authority = self.method == "CONNECT"
        try:
            parts = urlsplit(f"//{self.target}" if is_authority else self.target)
            port = parts.port or (None if is_authority else 80)
        except ValueError:
            parts, port = urlsplit(""), None
        if not parts.hostname or port is None or (not is_authority and parts.scheme != "http"):
            wanted = "CONNECT HOST:PORT" if is_authority else f"{self.method} http://HOST/PATH"
            raise PeerError(f"a proxy is asked with {wanted}, not {self.method} {self.target}")
        return parts.hostname, port

    def for_origin(self) -> bytes:
        """Return the head to send on: in origin form, for one request and no more."""
        parts = urlsplit(self.target)
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        path = path if path.startswith("/") else f"/{path}"
        lines = [f"{self.method} {path} {self.version}"]
        lines += [
            f"{name}: {value}" for name, value in self.fields if name.lower() not in FOR_PROXY
        ]
        lines.append("Connection: close")
        return ("\r\n".join(lines)).encode("latin-1") + END
