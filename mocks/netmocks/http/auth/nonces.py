"""Nonces: what a server hands out so that nobody can replay a request (RFC 7616 §3.3, §5.4)."""

import os

from netmocks.errors import MisuseError

#: Nonces that are remembered: a client that never comes back must not fill the memory.
MOST = 1000


class Nonces:
    """The nonces of one protected place. Each count of a nonce is taken once, in any order.

    Arguments:
        uses: requests for which a nonce is good; None for any number.

    Raises:
        MisuseError: a nonce that is good for nothing.
    """

    def __init__(self, *, uses: int | None = None) -> None:
        if uses is not None and uses < 1:
            raise MisuseError(f"uses={uses!r}: a nonce is good for one request at least")
        self.uses = uses
        #: what clients have to send back with each of them
        self.opaque = os.urandom(16).hex()
        # The oldest first, each with the counts that were used; "" where there is none.
        self._used: dict[str, list[str]] = {}

    def new(self) -> str:
        """Hand one out."""
        if len(self._used) >= MOST:
            del self._used[next(iter(self._used))]
        nonce = os.urandom(16).hex()
        self._used[nonce] = []
        return nonce

    def take(self, nonce: str, count: str = "") -> bool:
        """Use a nonce with a count; false if it is stale, or was used so before."""
        used = self._used.get(nonce)
        if used is None or len(used) == self.uses or (count and count in used):
            return False
        used.append(count)
        return True

    def expire(self) -> None:
        """Let every nonce that was handed out grow stale."""
        self._used.clear()
