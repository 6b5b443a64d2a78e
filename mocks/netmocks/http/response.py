"""Response: one HTTP answer, and how it goes on the wire."""

import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from typing import Any, Final, TypedDict, Unpack

from netmocks.errors import MisuseError
from netmocks.faults import Fault
from netmocks.http.content import KINDS, Content, content_of
from netmocks.http.fields import FieldList, FieldsLike, checked, head
from netmocks.http.location import as_uri
from netmocks.http.pieces import Pieces, each
from netmocks.http.request import Request
from netmocks.http.set_cookie import Cookie, set_cookies

#: "Not given", where None is a value: JSON's null.
UNSET: Final[Any] = object()


class ResponseOptions(TypedDict, total=False):
    """The arguments that every answer takes, all of them by keyword."""

    #: content that is sent as text/html, in UTF-8
    html: str | None
    #: content that is sent as JSON
    json: Any
    #: pieces of content, bytes or text, from an iterable, plain or async, each sent when it is
    #: there: chunked for HTTP/1.1, ended by closing for HTTP/1.0
    stream: Pieces | None
    #: where the client is to go instead: a URL, whole or relative; with status 302 unless told
    redirect: str | None
    #: the status code, 200 to 999
    status: int
    #: fields to send, in order; pairs where names repeat. With "Connection: close" the connection
    #: ends behind this answer
    headers: FieldsLike
    #: cookies to set, by their names: texts, or `Cookie`s with attributes; None deletes one
    cookies: Mapping[str, str | Cookie | None]
    #: fields that are sent behind the content, which is chunked then (RFC 9112 §7.1.2); or a
    #: function that returns them, called when the content has been sent
    trailers: FieldsLike | Callable[[], FieldsLike]
    #: the fields of informational answers, each sent as 103 Early Hints before (RFC 8297)
    hints: Iterable[FieldsLike]
    #: seconds before the answer; cut short where the mock stops or the client leaves
    delay: float
    #: how the answer is broken on purpose; see `netmocks.faults` and `netmocks.http.faults`
    fault: Fault | None


OPTIONS = frozenset(ResponseOptions.__annotations__)

#: What frames a body on the wire (RFC 9112 §6).
FRAMING = frozenset({"content-length", "transfer-encoding"})


class Response:
    """An answer.

    It goes out as it is told: no Date and no Server is added, so transcripts are the same in each
    run; Content-Type and Content-Length, or chunked framing, are added unless they are given.

    Arguments:
        content: text (sent as UTF-8, text/plain) or bytes.
        options: see `ResponseOptions`.

    Raises:
        MisuseError: two kinds of content, content with a status that has none, a status out of
            range, or whatever else can't be sent.
    """

    __slots__ = (
        "_encode",
        "_spent",
        "_wire",
        "body",
        "closes",
        "delay",
        "fault",
        "fields",
        "hints",
        "is_plain",
        "names",
        "status",
        "stream",
        "trailers",
    )

    def __init__(
        self, content: str | bytes | None = None, **options: Unpack[ResponseOptions]
    ) -> None:
        redirect = options.get("redirect")
        status = options.get("status", 200 if redirect is None else 302)
        if not isinstance(status, int) or not 200 <= status <= 999:
            raise MisuseError(f"status={status!r}: a final status code is a number from 200 to 999")
        self.status = status
        made = _content(content, options)
        self.body = made.body
        #: what makes the content piece by piece, None where `body` is all of it
        self.stream = made.stream
        self._encode = made.encode
        #: the fields to send, framing aside
        self.fields = checked(options.get("headers", ()))
        #: the names of the fields that were given, in lower case
        self.names = frozenset(name.lower() for name, _ in self.fields)
        if "cookies" in options:
            self.fields += set_cookies(options["cookies"])
        #: fields to send behind the content, or a function that returns them
        self.trailers = _trailers(options)
        #: the fields of each informational answer before this one
        self.hints = _hints(options)
        #: seconds before it is sent
        self.delay = _delay(options)
        #: how it is broken on purpose, None if it is not
        self.fault = _fault(options)
        #: whether the connection ends behind it (RFC 9112 §9.6)
        self.closes = "connection" in self.names and any(
            name.lower() == "connection" and "close" in value.lower().replace(" ", "").split(",")
            for name, value in self.fields
        )
        if self.is_bodiless and (self.body or self.stream is not None or self.trailers):
            raise MisuseError(f"status={status}: such an answer has no content; leave it out")
        if redirect is not None:
            self.fields.append(("Location", _location(redirect, status)))
        if made.media_type and "content-type" not in self.names and not self.is_bodiless:
            self.fields.append(("Content-Type", made.media_type))
        if self.trailers:
            self._announce_trailers()
        if self.stream is None and not self.is_bodiless and not FRAMING & self.names:
            self.fields.append(("Content-Length", str(len(self.body))))
        self._spent = False
        # The commonest case, an answer on a connection that stays open, is rendered once.
        self._wire: bytes | None = None
        #: whether it is the same for each request, and may be written whole and at once
        self.is_plain = (
            self.stream is None
            and self.fault is None
            and not self.closes
            and not self.delay
            and not self.hints
        )

    def _announce_trailers(self) -> None:
        """Say which fields come behind the content (RFC 9110 §6.6.2), which is chunked for them."""
        if FRAMING & self.names:
            raise MisuseError("trailers= need a chunked content: give no framing in headers=")
        if self.stream is None:
            self.stream, self.body = [self.body] if self.body else [], b""
        if not callable(self.trailers) and "trailer" not in self.names:
            names = dict.fromkeys(name for name, _ in self.trailers)
            self.fields.append(("Trailer", ", ".join(names)))

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.body[:60]!r}>"

    def to(self, request: Request) -> "Response":
        """Return what this answer is for a request; itself, where that makes no difference."""
        return self

    def wire(self) -> bytes:
        """Return the whole answer for a connection of HTTP/1.1 that stays open."""
        if self._wire is None:
            self._wire = self.head(()) + (b"" if self.is_bodiless else self.body)
        return self._wire

    def pieces(self) -> AsyncGenerator[bytes, None]:
        """Return the pieces of its stream, to be read and closed in the loop thread.

        Raises:
            MisuseError: they come from an iterator, which an earlier request has used up.
        """
        assert self.stream is not None
        if isinstance(self.stream, (Iterator, AsyncIterator)):
            if self._spent:
                raise MisuseError(
                    f"stream={self.stream!r} was used up by an earlier request: reply with a"
                    " function that returns Response(stream=...), or with a list of pieces"
                )
            self._spent = True
        return self._encoded(each(self.stream))

    async def _encoded(self, pieces: AsyncGenerator[Any, None]) -> AsyncGenerator[bytes, None]:
        async with aclosing(pieces):
            async for piece in pieces:
                yield self._encode(piece)

    def trailer_fields(self) -> FieldList:
        """Return the fields behind its content, once that has been sent.

        Raises:
            MisuseError: the test's function returned what can't be sent.
        """
        return checked(self.trailers(), "trailer") if callable(self.trailers) else self.trailers

    @property
    def is_bodiless(self) -> bool:
        """Whether its status forbids content (RFC 9110 §15.3.5, §15.4.5)."""
        return self.status in (204, 304)

    def head(self, more: Iterable[tuple[str, str]]) -> bytes:
        """Return the status line and the fields, these first and then `more`."""
        return head(self.status, (*self.fields, *more))


def _content(content: str | bytes | None, options: ResponseOptions) -> Content:
    if not options:
        return content_of(content, "", None)
    unknown = options.keys() - OPTIONS
    if unknown:
        known = ", ".join(ResponseOptions.__annotations__)
        raise MisuseError(f"an answer takes no {min(unknown)}=; the options are: {known}")
    # None is no content, save where JSON is meant: it is its null.
    given = [
        (kind, value)
        for kind, value in options.items()
        if kind in KINDS and (value is not None or kind == "json")
    ]
    if len(given) + (content is not None) > 1:
        raise MisuseError(
            f"a response has one content: text or bytes, {'=, '.join(KINDS[:-1])}= or {KINDS[-1]}="
        )
    return content_of(content, *(given[0] if given else ("", None)))


def _location(redirect: str, status: int) -> str:
    if not isinstance(redirect, str) or not 300 <= status <= 399:
        raise MisuseError(
            f"redirect={redirect!r}, status={status}: a redirect is a URL, and its status 3xx"
        )
    return as_uri(redirect)


def _trailers(options: ResponseOptions) -> FieldList | Callable[[], FieldsLike]:
    trailers = options.get("trailers", ())
    return trailers if callable(trailers) else checked(trailers, "trailer")


def _hints(options: ResponseOptions) -> tuple[FieldList, ...]:
    hints = options.get("hints", ())
    if isinstance(hints, (str, Mapping)) or not isinstance(hints, Iterable):
        raise MisuseError(f"hints={hints!r}: give a list with the fields of each early answer")
    return tuple(checked(fields, "hint") for fields in hints)


def _fault(options: ResponseOptions) -> Fault | None:
    fault = options.get("fault")
    if fault is not None and not isinstance(fault, Fault):
        raise MisuseError(f"fault={fault!r}: give a fault, such as Cut(after=100)")
    return fault


def _delay(options: ResponseOptions) -> float:
    delay = options.get("delay", 0)
    if not isinstance(delay, (int, float)) or not 0 <= delay < math.inf:
        raise MisuseError(f"delay={delay!r}: give seconds, such as 0.5")
    return delay
