"""Authentication: what a scheme decides about a request."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netmocks.http.request import Request


class Authentication(ABC):
    """Who is let in, and how others are asked for their credentials (RFC 9110 §11).

    Its `str` is what an explanation says that was expected.
    """

    @abstractmethod
    def objection(self, request: "Request") -> str | None:
        """Return why a request is not let in; None if it is.

        It is asked several times about the same request, and has to say the same.
        """

    @abstractmethod
    def challenge(self, request: "Request") -> str:
        """Return the value of WWW-Authenticate for a request that was not let in."""


def quoted(text: str) -> str:
    """Return text as a quoted string (RFC 9110 §5.6.4), in UTF-8 octets."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped.encode("utf-8").decode("latin-1")}"'
