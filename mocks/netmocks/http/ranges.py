"""Ranges: which parts of a content a client asks for (RFC 9110 §14)."""

import re
from hashlib import blake2b
from typing import NamedTuple

#: A field Range in bytes; the name of the unit has no letter case.
BYTES = re.compile(r"\s*bytes\s*=(.*)", re.IGNORECASE)

#: One range: from a position, from one to another, or so many bytes at the end.
SPEC = re.compile(r"[ \t]*(\d*)-(\d*)[ \t]*")

#: More ranges than that are ignored: they cost more than the whole (RFC 9110 §17.15).
MOST = 100

#: Digits of a number; more of them are beyond the end of any content.
DIGITS = 18


class Spec(NamedTuple):
    """One range as it is asked for; without a first byte, so many at the end."""

    first: int | None
    last: int | None


def asked(field: str) -> list[Spec]:
    """Return the ranges that a field Range has; none if it can't be read, or is not in bytes."""
    listed = BYTES.fullmatch(field)
    specs = []
    for text in listed[1].split(",") if listed else ():
        found = SPEC.fullmatch(text)
        if found is not None and (found[1] or found[2]):
            specs.append(Spec(_number(found[1]), _number(found[2])))
        elif text.strip():
            return []
    return specs


def _number(digits: str) -> int | None:
    if not digits:
        return None
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= DIGITS else 10**DIGITS


def satisfied(field: str, size: int) -> list[range] | None:
    """Return the parts of a content that a field Range asks for, in the order of the client.

    Arguments:
        field: its value.
        size: bytes of the whole content.

    Returns:
        The parts that there are; none if all lie behind the end, which 416 says; None if the field
        is to be ignored: it can't be read, or asks for more than all.
    """
    ranges = []
    specs = asked(field)
    for first, last in specs:
        if first is None:
            assert last is not None
            if last and not size:
                return None  # the end of nothing is all of it
            ranges.append(range(max(0, size - last), size))
        elif last is None:
            ranges.append(range(first, size))
        elif last < first:
            return None
        else:
            ranges.append(range(first, min(last + 1, size)))
    ranges = [span for span in ranges if span]
    if not specs or len(ranges) > MOST or sum(map(len, ranges)) > size:
        return None
    return ranges


def content_range(span: range, size: int) -> tuple[str, str]:
    """Return the field that says which part an answer has."""
    return "Content-Range", f"bytes {span.start}-{span.stop - 1}/{size}"


def boundary(etag: str, spans: list[range]) -> str:
    """Return what stands between the parts of an answer with several ranges (RFC 2046 §5.1.1)."""
    return blake2b(f"{etag} {spans}".encode(), digest_size=12).hexdigest()
