"""Bodies: endpoints that send bytes, at once or piece by piece, and pages of links."""

import random

from netmocks.http import ranges
from netmocks.http.httpbin import parameters
from netmocks.http.httpbin.answers import OCTETS, redirect
from netmocks.http.httpbin.pace import paced
from netmocks.http.request import Request
from netmocks.http.response import Response

#: The most bytes that these endpoints send.
MOST = 100 * 1024

#: Bytes of a piece, where the client asks for no other size.
PIECE = 10 * 1024

MOST_LINKS = 200

ALPHABET = b"abcdefghijklmnopqrstuvwxyz"


def some(request: Request) -> Response:
    """Answer with so many random bytes: with a seed, always the same."""
    return Response(_random(request), headers=[OCTETS])


def streamed(request: Request) -> Response:
    """Answer with so many random bytes in pieces of `chunk_size`."""
    return Response(stream=paced(_random(request), _size(request), 0.0), headers=[OCTETS])


def _random(request: Request) -> bytes:
    count = min(request.params["count"], MOST)
    if parameters.text(request, "seed") is None:
        return random.randbytes(count)  # noqa: S311  # nothing secret hangs on them
    source = random.Random(parameters.whole(request, "seed", 0))  # noqa: S311  # to be repeated
    # One by one, for so a seed gives the bytes that httpbin gives for it.
    return bytes(source.randint(0, 255) for _ in range(count))


def _size(request: Request) -> int:
    return max(1, parameters.whole(request, "chunk_size", PIECE))


def part(request: Request) -> Response:
    """Answer with the range that is asked for of so many letters, over `duration` seconds."""
    length = request.params["count"]
    headers = [("ETag", f"range{length}"), ("Accept-Ranges", "bytes")]
    if not 0 < length <= MOST:
        text = f"a body of {length} bytes: 1 to {MOST} can be had"
        return Response(text, status=404, headers=headers)
    pause = parameters.seconds(request, "duration") / length
    size = _size(request)
    first, last = _span(request.headers.get("Range", ""), length)
    if not first <= last < length:
        return Response("", status=416, headers=[*headers, ("Content-Range", f"bytes */{length}")])
    letters = (ALPHABET * (length // len(ALPHABET) + 1))[first : last + 1]
    headers += [
        OCTETS,
        ("Content-Length", str(len(letters))),
        ranges.content_range(range(first, last + 1), length),
    ]
    status = 200 if len(letters) == length else 206
    return Response(stream=paced(letters, size, pause), status=status, headers=headers)


def _span(field: str, length: int) -> tuple[int, int]:
    """Return the first and the last byte of a field Range with one range; else those of all."""
    specs = ranges.asked(field)
    first, last = specs[0] if len(specs) == 1 else (0, None)
    if first is None and last is not None:
        return max(0, length - last), length - 1
    return first or 0, length - 1 if last is None else last


def links(request: Request) -> Response:
    """Send the client to the first page of links."""
    return redirect(f"/links/{request.params['count']}/0")


def link_page(request: Request) -> Response:
    """Answer with a page that links to so many pages, all but itself."""
    count = min(max(1, request.params["count"]), MOST_LINKS)
    here = request.params["offset"]
    items = [
        f"{number}" if number == here else f"<a href='/links/{count}/{number}'>{number}</a>"
        for number in range(count)
    ]
    return Response(html=f"<html><title>Links</title><body>{' '.join(items)}</body></html>")
