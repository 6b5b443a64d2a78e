"""Event: one of those that a server sends (WHATWG HTML §9.2, "Server-sent events")."""

import re
from dataclasses import KW_ONLY, dataclass

from netmocks.errors import MisuseError
from netmocks.http.pieces import Yielding

LINE_END = re.compile("\r\n|\r|\n")

#: What would end a line of its own (and, in an id, what makes clients ignore it).
FORBIDDEN = re.compile("[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Event:
    """An event.

    Arguments:
        data: its text, of any number of lines; None for an event that clients don't hand on, such
            as one that only sets `retry`.
        event: its type, "message" where left out.
        id: what the client tells as Last-Event-ID when it comes again.
        retry: milliseconds after which a client whose connection ended comes again.

    Raises:
        MisuseError: what can't be said in an event stream.
    """

    data: str | None = None
    _: KW_ONLY
    event: str | None = None
    id: str | None = None
    retry: int | None = None

    def __post_init__(self) -> None:
        if self.data is not None and not isinstance(self.data, str):
            raise MisuseError(
                f"event {self.data!r}: its data is text; for JSON write json.dumps({self.data!r})"
            )
        for name, text in (("event", self.event), ("id", self.id)):
            if text is not None and (not isinstance(text, str) or FORBIDDEN.search(text)):
                raise MisuseError(f"event with {name}={text!r}: it is text of a single line")
        if self.retry is not None and (type(self.retry) is not int or self.retry < 0):
            raise MisuseError(f"event with retry={self.retry!r}: it is whole milliseconds")

    def encode(self) -> bytes:
        """Return it as it stands in the stream."""
        lines = [
            f"{name}: {value}\n"
            for name, value in (("event", self.event), ("id", self.id), ("retry", self.retry))
            if value is not None
        ]
        if self.data is not None:
            lines += [f"data: {line}\n" for line in LINE_END.split(self.data)]
        return ("".join(lines) + "\n").encode()


EventLike = Event | str
Events = Yielding[EventLike]


def as_event(event: object) -> bytes:
    """Return an event as it is sent; text is the data of one.

    Raises:
        MisuseError: it is no event.
    """
    if isinstance(event, Event):
        return event.encode()
    if isinstance(event, str):
        return Event(event).encode()
    raise MisuseError(f"events= are Event('data') or text; one of them is {event!r}")
