"""Differences between what was expected and what came, for people."""

#: Bytes shown on each side of the first difference.
AROUND = 32

#: Bytes shown of what is told as a whole.
BEGINNING = 200


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
    # The mark stands under the first byte that differs: behind what both show before it.
    indent = " " * (len(_literal(expected[:place], start, place)) - 1)
    verdict = f"^ byte {place}"
    if place == min(len(expected), len(received)) != max(len(expected), len(received)):
        verdict += f": {len(expected)} bytes expected, {len(received)} received"
    return f"  expected  {shown[0]}\n  received  {shown[1]}\n            {indent}{verdict}"


def beginning_of(data: bytes) -> str:
    """Show bytes as a literal, abbreviated where there are many."""
    more = f" ({len(data)} bytes)" if len(data) > BEGINNING else ""
    return _literal(data, 0, BEGINNING) + more


def _literal(data: bytes, start: int, end: int) -> str:
    before = "… " if start else ""
    after = " …" if end < len(data) else ""
    # With a double quote in it, repr always takes single ones: so literals line up.
    shown = repr(b'"' + data[start:end])[3:-1]
    return f"{before}b'{shown}'{after}"
