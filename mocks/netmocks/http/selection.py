"""Selection: what of a file answers a request, or why none does (RFC 9110 §13, §14)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from netmocks.http import ranges
from netmocks.http.fields import FieldList
from netmocks.http.files import Representation
from netmocks.http.preconditions import Validators
from netmocks.http.request import Request


class Selection(NamedTuple):
    """What is sent of a file."""

    status: int
    fields: FieldList
    size: int = 0
    pieces: Iterable[bytes] = ()
    #: whether its fields have a Content-Type of their own, or there is no content to have one
    is_typed: bool = True


def whole(file: Representation, status: int = 200) -> Selection:
    """Return all of a file."""
    return Selection(status, [], file.size, file.read(range(file.size)), is_typed=False)


def select(
    file: Representation,
    validators: Validators,
    media_type: str,
    request: Request,
    *,
    in_ranges: bool,
) -> Selection:
    """Return what a GET or HEAD gets of a file.

    Arguments:
        file: what it has.
        validators: by what clients know it again.
        media_type: what it is made of.
        request: who asks.
        in_ranges: whether they may get a part of it.
    """
    status = validators.objection(request)
    if status is not None:
        return Selection(status, [])
    spans = None
    is_asked = in_ranges and request.method == "GET" and "Range" in request.headers
    if is_asked and validators.allow_range(request):
        spans = ranges.satisfied(request.headers["Range"], file.size)
    if spans is None:
        return whole(file)
    if not spans:
        return Selection(416, [("Content-Range", f"bytes */{file.size}")])
    if len(spans) == 1:
        field = ranges.content_range(spans[0], file.size)
        return Selection(206, [field], len(spans[0]), file.read(spans[0]), is_typed=False)
    return _several(file, spans, media_type, validators)


def _several(
    file: Representation, spans: list[range], media_type: str, validators: Validators
) -> Selection:
    """Return several ranges as multipart/byteranges (RFC 9110 §14.6)."""
    # Made of what can't be known when the content is written, and the same in each run.
    boundary = ranges.boundary(validators.etag, spans)
    begin = f"\r\n--{boundary}\r\nContent-Type: {media_type}\r\n"
    heads = [
        f"{begin}{': '.join(ranges.content_range(span, file.size))}\r\n\r\n".encode("latin-1")
        for span in spans
    ]
    end = f"\r\n--{boundary}--\r\n".encode()

    def pieces() -> Iterator[bytes]:
        for head, span in zip(heads, spans, strict=True):
            yield head
            yield from file.read(span)
        yield end

    size = sum(map(len, heads)) + sum(map(len, spans)) + len(end)
    field = ("Content-Type", f"multipart/byteranges; boundary={boundary}")
    return Selection(206, [field], size, pieces())
