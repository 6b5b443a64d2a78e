"""Explanations: why no rule matched, which came nearest, and the line that would."""

from collections.abc import Sequence

from netmocks.http.hints import hints
from netmocks.http.matching import Row
from netmocks.http.request import Request
from netmocks.http.rule import Rule
from netmocks.http.service import Service
from netmocks.http.suggestion import line

#: Characters of a value that a table shows.
WIDTH = 60


def unmatched(request: Request, rules: Sequence[Rule], mock: str, spelling: str) -> str:
    """Explain an unmatched request: the nearest rule field by field, and the line to add.

    Arguments:
        request: the request.
        rules: the mock's rules, latest first.
        mock: the mock's name.
        spelling: how a test spells the mock.
    """
    paragraphs = [f"{request} matches no rule of {mock}."]
    rules = [rule for rule in rules if not isinstance(rule, Service)]
    nearest = max(rules, key=lambda rule: _nearness(rule, request), default=None)
    if nearest is None:
        paragraphs.append("It has no rules yet.")
    else:
        intro = (
            "Its only rule is" if len(rules) == 1 else f"The nearest of its {len(rules)} rules is"
        )
        paragraphs.append(f"{intro} {nearest.spelling}:\n{_table(nearest, request)}")
        paragraphs += [f"Hint: {hint}" for hint in hints(nearest, request)]
    paragraphs.append(f"To answer it, write:\n    {line(request, spelling, nearest)}")
    request.params = {}  # captured by rules that were asked, none of which matches
    return "\n".join(paragraphs)


def _nearness(rule: Rule, request: Request) -> tuple[bool, float]:
    """Order rules: the path first, for it names the thing; then the share of what fits."""
    held = [condition.is_met(request) for condition in rule.conditions]
    path = any(
        ok
        for ok, condition in zip(held, rule.conditions, strict=True)
        if condition.subject == "path"
    )
    return path, sum(held) / len(held) if held else 1.0


def _table(rule: Rule, request: Request) -> str:
    rows = [row for condition in rule.conditions for row in condition.rows(request)]
    if rule.is_spent:
        rows.append(Row(False, "times", str(rule.times), f"already answered {rule.count}"))
    cells = [("", "field", "expected", "received")]
    cells += [
        ("=" if row.holds else "≠", row.subject, _cut(row.expected), _cut(row.received))
        for row in rows
    ]
    widths = [max(len(cell[column]) for cell in cells) for column in range(3)]
    return "\n".join(
        f"  {mark:1} {field:<{widths[1]}}  {expected:<{widths[2]}}  {received}".rstrip()
        for mark, field, expected, received in cells
    )


def _cut(text: str) -> str:
    """Show a value in one line that can be printed, of at most `WIDTH` characters."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:WIDTH])
    return shown if len(text) <= WIDTH and len(shown) <= WIDTH else shown[: WIDTH - 1] + "…"
