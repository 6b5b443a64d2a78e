"""Explanations: why no rule matched, which came nearest, and the line that would."""

import re
from collections.abc import Sequence

from netmocks.errors import MisuseError
from netmocks.http import matching
from netmocks.http.matching import Condition
from netmocks.http.request import Request
from netmocks.http.rule import Rule

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
    if rules:
        nearest = max(rules, key=lambda rule: _nearness(rule, request))
        intro = (
            "Its only rule is" if len(rules) == 1 else f"The nearest of its {len(rules)} rules is"
        )
        paragraphs.append(f"{intro} {nearest.spelling}:\n{_table(nearest, request)}")
    else:
        paragraphs.append("It has no rules yet.")
    paragraphs.append(f"To answer it, write:\n    {line(request, spelling)}")
    return "\n".join(paragraphs)


def _holds(condition: Condition, request: Request) -> bool:
    """Ask a condition for which the request may not be meant: a test's function may well raise."""
    try:
        return condition.holds(request)
    except Exception:
        return False


def _nearness(rule: Rule, request: Request) -> tuple[bool, float]:
    """Order rules: the path first, for it names the thing; then the share of what fits."""
    held = [_holds(condition, request) for condition in rule.conditions]
    path = any(
        ok
        for ok, condition in zip(held, rule.conditions, strict=True)
        if condition.subject == "path"
    )
    return path, sum(held) / len(held) if held else 1.0


def _table(rule: Rule, request: Request) -> str:
    rows = [("", "field", "expected", "received")]
    for condition in rule.conditions:
        mark = "=" if _holds(condition, request) else "≠"
        rows.append(
            (mark, condition.subject, _cut(condition.expected), _cut(condition.actual(request)))
        )
    if rule.times is not None and rule.count >= rule.times:
        rows.append(("≠", "times", str(rule.times), f"already answered {rule.count}"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        f"  {mark:1} {field:<{widths[1]}}  {expected:<{widths[2]}}  {received}".rstrip()
        for mark, field, expected, received in rows
    )


def _cut(text: str) -> str:
    """Show a value in one line that can be printed, of at most `WIDTH` characters."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:WIDTH])
    return shown if len(text) <= WIDTH and len(shown) <= WIDTH else shown[: WIDTH - 1] + "…"


def line(request: Request, spelling: str) -> str:
    """Return the Python line that would answer a request."""
    arguments = [repr(request.method), _path(request.path)]
    if request.query:
        arguments.append(f"query={_as_mapping(request)!r}")
    return f'{spelling}.on({", ".join(arguments)}).reply("...")'


def _path(path: str) -> str:
    """Spell a path: as text where a rule takes it so, else as a pattern, such as an authority."""
    try:
        matching.path(path)
        is_literal = "{" not in path
    except MisuseError:
        is_literal = False
    return repr(path) if is_literal else f"re.compile({re.escape(path)!r})"


def _as_mapping(request: Request) -> dict[str, str | list[str]]:
    pairs = request.query
    return {name: values[0] if len(values := pairs.all(name)) == 1 else values for name in pairs}
