"""Response: one HTTP answer, and how it goes on the wire."""

from collections.abc import AsyncGenerator, Iterable
from copy import copy
from typing import Unpack

from netmocks.errors import MisuseError
from netmocks.http import codings
from netmocks.http.fields import FieldList, checked, head
from netmocks.http.options import (
    ResponseOptions,
    content_in,
    delay_in,
    fault_in,
    hints_in,
    location_in,
    trailers_in,
)
from netmocks.http.pieces import as_bytes
from netmocks.http.request import Request
from netmocks.http.set_cookie import set_cookies
from netmocks.http.source import Source
from netmocks.http.variant import variant

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
        "_wire",
        "body",
        "closes",
        "coding",
        "delay",
        "fault",
        "fields",
        "file",
        "hints",
        "is_plain",
        "names",
        "status",
        "stream",
        "trailers",
        "variants",
    )

    def __init__(
        self, content: str | bytes | None = None, **options: Unpack[ResponseOptions]
    ) -> None:
        redirect = options.get("redirect")
        status = options.get("status", 200 if redirect is None else 302)
        if not isinstance(status, int) or not 200 <= status <= 999:
            raise MisuseError(f"status={status!r}: a final status code is a number from 200 to 999")
        self.status = status
        made = content_in(content, options)
        self.body = made.body
        #: what makes the content piece by piece, None where `body` is all of it
        self.stream = made.stream
        #: what is sent of, as it is when a request comes; instead of `body` and `stream`
        self.file = made.file
        #: the fields to send, framing aside
        self.fields = checked(options.get("headers", ()))
        #: the names of the fields that were given, in lower case
        self.names = frozenset(name.lower() for name, _ in self.fields)
        if "cookies" in options:
            self.fields += set_cookies(options["cookies"])
        #: fields to send behind the content, or a function that returns them
        self.trailers = trailers_in(options)
        #: the fields of each informational answer before this one
        self.hints = hints_in(options)
        #: seconds before it is sent
        self.delay = delay_in(options)
        #: how it is broken on purpose, None if it is not
        self.fault = fault_in(options)
        #: whether the connection ends behind it (RFC 9112 §9.6)
        self.closes = "connection" in self.names and any(
            name.lower() == "connection" and "close" in value.lower().replace(" ", "").split(",")
            for name, value in self.fields
        )
        if self.is_bodiless and (self.body or self.trailers or self.stream or self.file):
            raise MisuseError(f"status={status}: such an answer has no content; leave it out")
        if redirect is not None:
            self.fields.append(("Location", location_in(redirect, status)))
        if made.media_type and "content-type" not in self.names and not self.is_bodiless:
            self.fields.append(("Content-Type", made.media_type))
        if self.trailers:
            self._announce_trailers()
        is_whole = self.stream is None and self.file is None and not self.is_bodiless
        if is_whole and not FRAMING & self.names:
            self.fields.append(("Content-Length", str(len(self.body))))
        #: how it is compressed: "" for not at all, "*" for as the client likes it
        self.coding = ""
        #: what it is when it is compressed, by codings
        self.variants: dict[str, Response] = {}
        if "compress" in options:
            self._prepare_compression(options["compress"])
        self._settle()

    def _settle(self) -> None:
        # The commonest case, an answer on a connection that stays open, is rendered once.
        self._wire: bytes | None = None
        #: whether it is the same for each request, and may be written whole and at once
        self.is_plain = (
            self.stream is None
            and self.file is None
            and self.fault is None
            and not self.coding
            and not self.closes
            and not self.delay
            and not self.hints
        )

    def _announce_trailers(self) -> None:
        """Say which fields come behind the content (RFC 9110 §6.6.2), which is chunked for them."""
        if FRAMING & self.names or self.file is not None:
            raise MisuseError("trailers= need a chunked content: no file=, no framing in headers=")
        if self.stream is None:
            self.stream, self.body = Source([self.body], as_bytes), b""
        if not callable(self.trailers) and "trailer" not in self.names:
            names = dict.fromkeys(name for name, _ in self.trailers)
            self.fields.append(("Trailer", ", ".join(names)))

    def _prepare_compression(self, compress: bool | str) -> None:
        self.coding = codings.checked(compress)
        for name in ("content-encoding", "content-length"):
            if self.coding and name in self.names:
                raise MisuseError(f"compress= and the header {name} exclude each other")
        if self.coding == "*" and not self.is_bodiless:
            self.fields.append(("Vary", "Accept-Encoding"))

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.body[:60]!r}>"

    def to(self, request: Request) -> "Response":
        """Return what this answer is for a request; itself, where that makes no difference.

        Raises:
            OSError: its file is not there any more.
        """
        return variant(self, request) if self.coding or self.file is not None else self

    def but(
        self,
        fields: FieldList,
        body: bytes = b"",
        stream: Source | None = None,
        status: int | None = None,
    ) -> "Response":
        """Return it with another content, which varies no more."""
        made = copy(self)
        made.fields, made.body, made.stream = fields, body, stream
        made.names = frozenset(name.lower() for name, _ in fields)
        made.status = self.status if status is None else status
        made.coding, made.file = "", None
        made._settle()
        return made

    # -- how it goes on the wire --------------------------------------------------------------

    @property
    def is_bodiless(self) -> bool:
        """Whether its status forbids content (RFC 9110 §15.3.5, §15.4.5)."""
        return self.status in (204, 304)

    def wire(self) -> bytes:
        """Return the whole answer for a connection of HTTP/1.1 that stays open."""
        if self._wire is None:
            self._wire = self.head(()) + (b"" if self.is_bodiless else self.body)
        return self._wire

    def head(self, more: Iterable[tuple[str, str]]) -> bytes:
        """Return the status line and the fields, these first and then `more`."""
        return head(self.status, (*self.fields, *more))

    def pieces(self) -> AsyncGenerator[bytes, None]:
        """Return the pieces of its stream, to be read and closed in the loop thread.

        Raises:
            MisuseError: they come from an iterator, which an earlier request has used up.
        """
        assert self.stream is not None
        return self.stream.pieces()

    def trailer_fields(self) -> FieldList:
        """Return the fields behind its content, once that has been sent.

        Raises:
            MisuseError: the test's function returned what can't be sent.
        """
        return checked(self.trailers(), "trailer") if callable(self.trailers) else self.trailers
