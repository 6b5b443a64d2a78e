"""Response: one HTTP answer, and how it goes on the wire."""

import json as json_codec
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from netmocks.errors import MisuseError

#: "Not given", where None is a value: JSON's null.
UNSET: Final[Any] = object()

FieldsLike = Mapping[str, str] | Iterable[tuple[str, str]]
Pieces = Iterable[bytes] | AsyncIterable[bytes]

REASONS = {int(status): status.phrase for status in HTTPStatus}

#: Characters that would end a field and begin another (RFC 9110 §5.5).
FORBIDDEN = frozenset("\r\n\0")


class Response:
    """An answer.

    It goes out as it is told: no Date and no Server is added, so transcripts are the same in each
    run; Content-Type and Content-Length, or chunked framing, are added unless they are given.

    Arguments:
        content: text (sent as UTF-8, text/plain) or bytes.
        html, json: instead of content; sent with their media types.
        stream: instead of content; pieces of bytes from an iterable, plain or async, each sent
            when it is there: chunked for HTTP/1.1, ended by closing for HTTP/1.0.
        status: the status code.
        headers: fields to send, in order; pairs where names repeat. With "Connection: close" the
            connection ends behind this answer.

    Raises:
        MisuseError: two kinds of content, content with a status that has none, a status out of
            range, or a field that can't be sent.
    """

    __slots__ = ("_spent", "_wire", "body", "closes", "fields", "names", "status", "stream")

    def __init__(
        self,
        content: str | bytes | None = None,
        *,
        html: str | None = None,
        json: Any = UNSET,
        stream: Pieces | None = None,
        status: int = 200,
        headers: FieldsLike = (),
    ) -> None:
        if not isinstance(status, int) or not 200 <= status <= 999:
            raise MisuseError(f"status={status!r}: a final status code is a number from 200 to 999")
        self.status = status
        self.stream = stream
        self.body, media_type = _content(content, html, json, stream)
        #: the fields to send, framing aside
        self.fields = _checked(headers)
        #: the names of the fields that were given, in lower case
        self.names = frozenset(name.lower() for name, _ in self.fields)
        #: whether the connection ends behind it (RFC 9112 §9.6)
        self.closes = "connection" in self.names and any(
            name.lower() == "connection" and "close" in value.lower().replace(" ", "").split(",")
            for name, value in self.fields
        )
        if self.is_bodiless and (self.body or stream is not None):
            raise MisuseError(f"status={status}: such an answer has no content; leave it out")
        if media_type and "content-type" not in self.names and not self.is_bodiless:
            self.fields.append(("Content-Type", media_type))
        framed = stream is not None or {"content-length", "transfer-encoding"} & self.names
        if not framed and not self.is_bodiless:
            self.fields.append(("Content-Length", str(len(self.body))))
        self._spent = False
        # The commonest case, an answer on a connection that stays open, is rendered once.
        self._wire: bytes | None = None

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.body[:60]!r}>"

    def wire(self) -> bytes:
        """Return the whole answer for a connection of HTTP/1.1 that stays open."""
        if self._wire is None:
            self._wire = self.head(()) + (b"" if self.is_bodiless else self.body)
        return self._wire

    def pieces(self) -> Pieces:
        """Return the pieces of its stream.

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
        return self.stream

    @property
    def is_bodiless(self) -> bool:
        """Whether its status forbids content (RFC 9110 §15.3.5, §15.4.5)."""
        return self.status in (204, 304)

    def head(self, more: Iterable[tuple[str, str]]) -> bytes:
        """Return the status line and the fields, these first and then `more`."""
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, '')}"]
        lines += [f"{name}: {value}" for name, value in (*self.fields, *more)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _content(
    content: str | bytes | None, html: str | None, json: Any, stream: Pieces | None
) -> tuple[bytes, str]:
    """Return the body and its media type, "" where none is to be stated."""
    given = [content is not None, html is not None, json is not UNSET, stream is not None]
    if sum(given) > 1:
        raise MisuseError("a response has one content: text or bytes, html=, json= or stream=")
    if stream is not None and (
        isinstance(stream, (str, bytes)) or not isinstance(stream, (Iterable, AsyncIterable))
    ):
        raise MisuseError(
            f"stream={stream!r}: give pieces of bytes, such as [b'one', b'two'] or a generator"
        )
    if isinstance(content, str):
        return content.encode(), "text/plain; charset=utf-8"
    if content is not None:
        if not isinstance(content, (bytes, bytearray, memoryview)):
            raise MisuseError(
                f"content {content!r} is neither text nor bytes: for JSON write json={content!r}"
            )
        return bytes(content), "application/octet-stream"
    if html is not None:
        return html.encode(), "text/html; charset=utf-8"
    if json is not UNSET:
        try:
            return json_codec.dumps(json, ensure_ascii=False).encode(), "application/json"
        except (TypeError, ValueError) as error:
            raise MisuseError(f"json={json!r} can't be sent as JSON: {error}") from None
    return b"", "application/octet-stream" if stream is not None else ""


def _checked(headers: FieldsLike) -> list[tuple[str, str]]:
    if not isinstance(headers, Iterable):
        raise MisuseError(f"headers={headers!r}: map names to values, or give pairs of them")
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    for pair in pairs:
        match pair:
            case (str(name), str(value)) if name and not FORBIDDEN & {*name, *value}:
                try:
                    f"{name}{value}".encode("latin-1")
                except UnicodeEncodeError:
                    raise MisuseError(
                        f"header {name}: {value!r} has characters beyond latin-1"
                    ) from None
            case _:
                raise MisuseError(
                    f"header {pair!r}: a field is a name and a value, both text without line ends"
                )
    return pairs
