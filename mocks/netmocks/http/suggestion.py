"""Suggestion: the Python line that would answer a request."""

import re
from collections.abc import Callable
from typing import Any

from netmocks.errors import MisuseError, PeerError
from netmocks.http import matching
from netmocks.http.pairs import Pairs
from netmocks.http.request import Request
from netmocks.http.rule import Rule

#: Characters of a value that are worth copying.
WIDTH = 300


def line(request: Request, spelling: str, nearest: Rule | None = None) -> str:
    """Return the Python line that would answer a request.

    Arguments:
        request: the request.
        spelling: how a test spells the mock.
        nearest: the rule that came nearest. If it is for this path, the line says what the
            request has where the rule wants something else.
    """
    arguments = [repr(request.method), _path(request.path)]
    said = {"query": _flat(request.query)} if request.query else {}
    for word, value in (said | _differing(request, nearest)).items():
        shown = repr(value)
        if len(shown) <= WIDTH:
            arguments.append(f"{word}={shown}")
    return f'{spelling}.on({", ".join(arguments)}).reply("...")'


def _path(path: str) -> str:
    """Spell a path: as text where a rule takes it so, else as a pattern, such as an authority."""
    try:
        matching.path(path)
        is_literal = "{" not in path
    except MisuseError:
        is_literal = False
    return repr(path) if is_literal else f"re.compile({re.escape(path)!r})"


def _differing(request: Request, rule: Rule | None) -> dict[str, Any]:
    """Return what the request has instead of what a rule for its path wants, by `on`'s words."""
    unmet = [c for c in rule.conditions if not c.is_met(request)] if rule else []
    if any(condition.subject == "path" for condition in unmet):
        return {}
    found: dict[str, Any] = {}
    for condition in unmet:
        kind, _, name = condition.subject.partition(" ")
        try:
            if kind in NAMED:
                word, read = NAMED[kind]
                found.setdefault(word, {}).update(_named(read(request), name))
            elif kind in WHOLE:
                found[kind] = WHOLE[kind](request)
        except PeerError:
            pass  # it can't be read: there is nothing to copy
    return found


#: What has names: the argument of `on` for the subject of a condition, and where to read it.
NAMED: dict[str, tuple[str, Callable[[Request], Pairs]]] = {
    "header": ("headers", lambda request: request.headers),
    "cookie": ("cookies", lambda request: request.cookies),
    "form": ("form", lambda request: request.form),
}

#: What is copied as a whole.
WHOLE: dict[str, Callable[[Request], Any]] = {
    "host": lambda request: request.host,
    "scheme": lambda request: request.scheme,
    "body": lambda request: request.body,
    "json": lambda request: request.json(),
}


def _named(pairs: Pairs, name: str) -> dict[str, Any]:
    """Return what is there of a name; of all names, if it is none."""
    return {name: _value(pairs, name)} if name else _flat(pairs)


def _flat(pairs: Pairs) -> dict[str, Any]:
    return {name: _value(pairs, name) for name in pairs}


def _value(pairs: Pairs, name: str) -> str | list[str] | None:
    """Return the value of a name, a list where it repeats, None where it is absent."""
    values = pairs.all(name)
    if not values:
        return None
    return values if len(values) > 1 else values[0]
