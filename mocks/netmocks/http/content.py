"""Content: what an answer carries, and the media type that is stated for it."""

import json as json_codec
from collections.abc import AsyncIterable, Callable, Iterable
from typing import Any, NamedTuple

from netmocks.errors import MisuseError
from netmocks.http.pieces import Pieces, as_bytes

#: The options that are content.
KINDS = ("html", "json", "stream")


class Content(NamedTuple):
    """One content."""

    body: bytes = b""
    #: "" where none is to be stated
    media_type: str = ""
    #: instead of a body, what makes one piece by piece
    stream: Iterable[Any] | AsyncIterable[Any] | None = None
    #: from what a stream yields to the bytes that are sent
    encode: Callable[[Any], bytes] = as_bytes


def content_of(content: object, kind: str, value: Any) -> Content:
    """Return the content of an answer.

    Arguments:
        content: text or bytes, None for none.
        kind: one of `KINDS`, instead; "" for none.
        value: what is given for it.

    Raises:
        MisuseError: it can't be sent.
    """
    match kind:
        case "html":
            return Content(value.encode(), "text/html; charset=utf-8")
        case "json":
            return Content(_json(value), "application/json")
        case "stream":
            return Content(b"", "application/octet-stream", _stream(value))
    if content is None:
        return Content()
    if isinstance(content, str):
        return Content(content.encode(), "text/plain; charset=utf-8")
    if isinstance(content, (bytes, bytearray, memoryview)):
        return Content(bytes(content), "application/octet-stream")
    raise MisuseError(
        f"content {content!r} is neither text nor bytes: for JSON write json={content!r}"
    )


def _json(value: object) -> bytes:
    try:
        return json_codec.dumps(value, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise MisuseError(f"json={value!r} can't be sent as JSON: {error}") from None


def _stream(value: Any) -> Pieces:
    if isinstance(value, (str, bytes)) or not isinstance(value, (Iterable, AsyncIterable)):
        raise MisuseError(
            f"stream={value!r}: give pieces of bytes, such as [b'one', b'two'] or a generator"
        )
    if isinstance(value, (list, tuple)):
        for piece in value:
            as_bytes(piece)
    return value
