"""Limits: how much a web server takes from a client, and how long it waits for it."""

from dataclasses import dataclass

from netmocks.errors import MisuseError

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an `HTTPMock` takes; beyond it, a client gets the status that RFC 9110 names.

    Arguments:
        target: bytes of a request target; 414 beyond.
        head: bytes of a request's head; 431 beyond.
        fields: header fields of a request; 431 beyond.
        body: bytes of content, None for any number; 413 beyond.
        kept: bytes of content that `Request.body` keeps; of the rest, length and checksum.
        head_timeout: seconds that a head may take from its first byte on, None for ever; then 408.
        idle_timeout: seconds in which a client may say nothing while it is its turn, None for
            ever; within a request it gets 408, else the connection is closed.

    Raises:
        MisuseError: a limit that nothing could keep.
    """

    target: int = 32 * 1024
    # What Apache and nginx take is of the same order.
    head: int = 64 * 1024
    fields: int = 500
    body: int | None = None
    kept: int = 8 * MIB
    head_timeout: float | None = None
    idle_timeout: float | None = None

    def __post_init__(self) -> None:
        for name, least in (("target", 1), ("head", 1), ("fields", 1), ("body", 0), ("kept", 0)):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or value < least):
                raise MisuseError(f"{name}={value!r}: a limit is a number from {least} on")
        for name in ("head_timeout", "idle_timeout"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise MisuseError(f"{name}={value!r}: seconds, more than none; None for no limit")

    @property
    def are_timed(self) -> bool:
        """Whether any of them is a time."""
        return self.head_timeout is not None or self.idle_timeout is not None
