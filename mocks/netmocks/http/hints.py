"""Hints: what a person may have overlooked where a rule all but matches.

Most are found by asking the rule again about the request as it may have been meant.
"""

import copy
import re
from collections.abc import Callable, Iterator

from netmocks.http.matching import Condition
from netmocks.http.request import Request
from netmocks.http.rule import Rule

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def hints(rule: Rule, request: Request) -> list[str]:
    """Return what may be wrong with a rule, or with a request that it does not match."""
    unmet = [condition for condition in rule.conditions if not condition.is_met(request)]
    found = [hint for condition in unmet for hint in _of_condition(condition, request)]
    if len(unmet) == 1 and unmet[0].subject == "method":
        both = f"({unmet[0].expected!r}, {request.method!r})"
        found.append(f"all but the method fits: {both} takes both")
    return found


def _of_condition(condition: Condition, request: Request) -> Iterator[str]:
    kind = condition.subject.partition(" ")[0]
    return HINTS.get(kind, _none)(condition, request)


def _none(condition: Condition, request: Request) -> Iterator[str]:
    return iter(())


def _path(condition: Condition, request: Request) -> Iterator[str]:
    expected, path = condition.expected, request.path
    other_end = path[:-1] if path.endswith("/") else path + "/"
    if _would_hold(condition, request, other_end):
        yield "the paths differ by the slash at their end"
    elif expected.casefold() == path.casefold():
        yield "the paths differ in letter case"
    elif "//" in path and _would_hold(condition, request, re.sub("//+", "/", path)):
        yield "the path that came has two slashes in a row"
    elif expected == f"/{path}/":
        yield f"the pattern's special characters are plain text here: write {path!r}, as text"
    elif _matches(expected, path):
        yield f"the path is text, not a pattern: write re.compile({expected!r}) for one"


def _would_hold(condition: Condition, request: Request, path: str) -> bool:
    meant = copy.copy(request)
    meant.path = path
    return condition.is_met(meant)


def _matches(pattern: str, path: str) -> bool:
    try:
        return re.fullmatch(pattern, path) is not None
    except re.error:
        return False


def _scheme(condition: Condition, request: Request) -> Iterator[str]:
    yield f"it came by {request.scheme}: the rule is for {condition.expected}"


def _host(condition: Condition, request: Request) -> Iterator[str]:
    expected = condition.expected
    if condition.actual(request).partition(":")[0] == expected.partition(":")[0]:
        yield "the hosts differ in their ports: leave the port out for any"


def _query(condition: Condition, request: Request) -> Iterator[str]:
    name = condition.subject.partition(" ")[2]
    values = request.query.all(name)
    if condition.expected in values[1:]:
        yield f"{name!r} is there {len(values)} times: write query={{{name!r}: {values!r}}}"


def _header(condition: Condition, request: Request) -> Iterator[str]:
    name = condition.subject.partition(" ")[2]
    if name.lower() == "content-type" and condition.expected.lower() == request.content_type:
        yield (
            "the media type is right, its parameters are more than the rule says: write"
            f" re.compile({'^' + re.escape(condition.expected)!r})"
        )


def _form(condition: Condition, request: Request) -> Iterator[str]:
    if request.content_type not in FORMS:
        stated = request.content_type or "nothing"
        yield f"no form came, by its Content-Type: that states {stated}"


def _json(condition: Condition, request: Request) -> Iterator[str]:
    if request.content_type == "application/x-www-form-urlencoded":
        yield "a form came instead of JSON: form= is for those"


def _file(condition: Condition, request: Request) -> Iterator[str]:
    if request.content_type != FORMS[1]:
        yield f"files come in {FORMS[1]}; this is {request.content_type or 'of no stated type'}"


#: By the first word of a condition's subject.
HINTS: dict[str, Callable[[Condition, Request], Iterator[str]]] = {
    "path": _path,
    "scheme": _scheme,
    "host": _host,
    "query": _query,
    "header": _header,
    "form": _form,
    "file": _file,
    "json": _json,
}
