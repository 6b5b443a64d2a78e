"""Visit: one thing that a client asked a proxy for."""

from typing import NamedTuple


class Visit(NamedTuple):
    """One request of a client to a proxy."""

    #: "CONNECT", the method of a request in absolute form, or "SOCKS5"
    method: str
    #: as the client put it: an authority ("www.example.com:443") or a URL
    target: str
    #: who logged in, "" if nobody did
    user: str
    #: what the proxy made of it: "passed", "refused", "login demanded", "unreachable: …"
    outcome: str

    def __str__(self) -> str:
        return f"{self.method} {self.target}: {self.outcome}"
