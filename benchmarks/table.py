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
    show = UNITS[row.unit]
    is_ratio = row.target is None or row.target.kind == "ratio"
    figure = _ratio if is_ratio else show
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
    return (
        f"{sign}{size * 1e6:.{1 if size < 1e-5 else 0}f} us"
        if size < 1e-3
        else f"{sign}{size * 1e3:.2f} ms"
    )


def _rate(value: float) -> str:
    return f"{value:,.0f}/s"


def _ratio(value: float) -> str:
    return f"{value:.2f} x"


def _bytes(value: float) -> str:
    return f"{value / 1024:,.1f} KiB" if abs(value) < 1024**2 else f"{value / 1024**2:,.1f} MiB"


def _throughput(value: float) -> str:
    return f"{_bytes(value)}/s"


UNITS = {"s": _seconds, "1/s": _rate, "B": _bytes, "B/s": _throughput}
