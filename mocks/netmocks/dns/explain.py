"""Explanations: why nothing answered a query, and the line that would."""

import difflib
from collections.abc import Iterable, Sequence

from netmocks.dns.query import Query
from netmocks.dns.records import SAMPLES
from netmocks.dns.rule import Rule
from netmocks.dns.transfer import TRANSFERS
from netmocks.dns.zone import Zone


def unmatched(
    query: Query, rules: Sequence[Rule], zones: Iterable[Zone], mock: str, spelling: str
) -> str:
    """Explain a query that neither rule nor zone answers.

    Arguments:
        query: the query.
        rules: the mock's rules, latest first.
        zones: the mock's zones.
        mock: the mock's name.
        spelling: how a test spells the mock.
    """
    asked = _asked(query, spelling)
    spent = next((rule for rule in rules if rule.is_about(query.domain, query.kind)), None)
    close = difflib.get_close_matches(asked, [rule.spelling for rule in rules], n=1)
    if spent is not None:
        times = "once" if spent.count == 1 else f"{spent.count} times"
        known = f"{spent.spelling} has answered {times} already, as often as it may."
    elif rules:
        known = f"The nearest of its rules is {close[0] if close else rules[0].spelling}."
    else:
        known = "It has no rules yet."
    origins = [str(zone) for zone in zones]
    if origins:
        known += f" Its zones are: {', '.join(origins)}."
    return (
        f"{query} is answered neither by a rule nor by a zone of {mock}, so it was refused.\n"
        f"{known}\n"
        f"To answer it, write:\n    {_proposal(query, spelling)}"
    )


def _proposal(query: Query, spelling: str) -> str:
    """Return the line that answers a query."""
    if query.kind in TRANSFERS:
        text = f"@ SOA {SAMPLES['SOA']}\nwww A {SAMPLES['A']}"
        return f"{spelling}.zone({query.name!r}, {text!r})"
    return f"{_asked(query, spelling)}.reply({SAMPLES.get(query.type, '...')!r})"


def _asked(query: Query, spelling: str) -> str:
    return f"{spelling}.on({query.type!r}, {query.name!r})"
