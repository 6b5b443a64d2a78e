"""Content: what an answer carries, and the media type that is stated for it."""

import inspect
import json as json_codec
from collections.abc import AsyncIterable, Callable, Iterable
from typing import Any, NamedTuple

from netmocks.errors import MisuseError
from netmocks.http.events import Event, as_event
from netmocks.http.files import File
from netmocks.http.pieces import as_bytes, is_generator_function
from netmocks.http.source import Source

#: The options that are content.
KINDS = ("html", "json", "stream", "file", "events")


class Content(NamedTuple):
    """One content: a body, unless it is made piece by piece, or is what a file has."""

    body: bytes = b""
    #: "" where none is to be stated
    media_type: str = ""
    stream: Source | None = None
    file: File | None = None


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
        case "html" if isinstance(value, str):
            return Content(value.encode(), "text/html; charset=utf-8")
        case "html":
            raise MisuseError(f"html={value!r}: it is text")
        case "json":
            return Content(_json(value), "application/json")
        case "stream":
            pieces = _source(value, as_bytes, kind, "pieces of bytes, such as [b'one', b'two']")
            return Content(media_type="application/octet-stream", stream=pieces)
        case "events":
            events = _source(value, as_event, kind, "events, such as [Event('one'), 'two']")
            return Content(media_type="text/event-stream", stream=events)
        case "file":
            file = File(value)
            return Content(media_type=file.media_type, file=file)
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


def _source(value: Any, encode: Callable[[Any], bytes], kind: str, wanted: str) -> Source:
    if is_generator_function(value):
        _must_need_nothing(value, kind)
    elif isinstance(value, (str, bytes, Event)) or not isinstance(value, (Iterable, AsyncIterable)):
        raise MisuseError(f"{kind}={value!r}: give {wanted} or a generator")
    if isinstance(value, (list, tuple)):
        for piece in value:  # a mistake in it is best told at once
            encode(piece)
    return Source(value, encode, kind)


def _must_need_nothing(generate: Callable[[], Any], kind: str) -> None:
    try:
        inspect.signature(generate).bind()
    except TypeError:
        raise MisuseError(
            f"{kind}={generate!r} is to be called without arguments; what depends on the request"
            f" is a reply of its own: reply(lambda request: Response({kind}=generate(request)))"
        ) from None
