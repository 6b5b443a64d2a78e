"""Heads: what was read before, known again by its bytes.

A client that is kept alive says the same head again and again; to parse it takes as long as all
the rest of an answer.
"""

from typing import NamedTuple

RawFields = list[tuple[bytes, bytes]]

#: How many heads are remembered, and bytes of one: those of a test's own clients.
REMEMBERED = 256
LONGEST = 2048


class Head(NamedTuple):
    """The head of a request, parsed."""

    method: str
    target: str
    version: str
    fields: RawFields


class Heads:
    """The heads of whole requests without content, on connections that stay open."""

    def __init__(self) -> None:
        self._known: dict[bytes, Head] = {}
        #: the head that these bytes are, None if they were not seen
        self.get = self._known.get

    def remember(self, data: bytes, head: Head) -> None:
        """Keep what these bytes are; all of them are the head."""
        if len(data) <= LONGEST:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[data] = head
