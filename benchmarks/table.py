"""The table: rows for people."""

from collections.abc import Sequence

from row import Row

HEADINGS = ("what", "ours", "peer", "ratio", "must reach", "verdict")


def table(rows: Sequence[Row]) -> str:
    """Return rows as aligned columns under their headings."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = "-+-".join("-" * width for width in widths)
    rendered = [" | ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    return "\n".join([rendered[0], rule, *rendered[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    show = _seconds if row.unit == "s" else _rate
    is_difference = row.target is not None and row.target.kind == "difference"
    figure = _seconds if is_difference else _ratio
    return (
        row.what,
        show(row.ours.median),
        f"{show(row.peer.median)} {row.peer.contender}",
        figure(row.figure),
        f"{row.target.sense} {figure(row.target.limit)}" if row.target else "",
        row.verdict,
    )


def _seconds(value: float) -> str:
    sign, size = ("-" if value < 0 else ""), abs(value)
    return f"{sign}{size * 1e6:.0f} us" if size < 1e-3 else f"{sign}{size * 1e3:.2f} ms"


def _rate(value: float) -> str:
    return f"{value:,.0f}/s"


def _ratio(value: float) -> str:
    return f"{value:.2f} x"
