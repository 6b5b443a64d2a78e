"""Differences between what was expected and what came, for people."""

#: Bytes shown on each side of the first difference.
AROUND = 32


def of_bytes(expected: bytes, received: bytes) -> str:
    """Show two byte strings, one above the other, and mark where they part.

    expected  b'HELO example.com'
    received  b'EHLO example.com'
                ^ byte 0
    """
    place = next(
        (i for i, (a, b) in enumerate(zip(expected, received, strict=False)) if a != b),
        min(len(expected), len(received)),
    )
    start = max(0, place - AROUND)
    shown = [_literal(data, start, place + AROUND) for data in (expected, received)]
    before = "… " if start else ""
    # Where the mark goes: behind what both literals show before the place, quote included.
    prefix = len(before) + len(repr(expected[start:place])) - 1
    if len(expected) != len(received) and place == min(len(expected), len(received)):
        verdict = f"^ byte {place}: {len(expected)} bytes expected, {len(received)} received"
    else:
        verdict = f"^ byte {place}"
    return f"  expected  {shown[0]}\n  received  {shown[1]}\n            {' ' * prefix}{verdict}"


def _literal(data: bytes, start: int, end: int) -> str:
    before = "… " if start else ""
    after = " …" if end < len(data) else ""
    return f"{before}{data[start:end]!r}{after}"
