"""Paths into JSON documents: $.name, $[0], $[last], $.*, $[*], $**.name."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from netmocks.mysql.error import MySQLError

STEP = re.compile(
    r"\s*(?:(?P<deep>\*\*)"
    r"|\.\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<name>[^\W\d][\w$]*|\$[\w$]*)|(?P<every>\*))"
    r"|\[\s*(?:(?P<all>\*)|(?P<last>last)(?:\s*-\s*(?P<before>\d+))?|(?P<index>\d+))\s*\])"
)


class Step(NamedTuple):
    """One step into a document."""

    kind: str
    #: a member's name, or a place in an array, negative from its end
    key: Any = None


@lru_cache(maxsize=512)
def steps(path: str) -> tuple[Step, ...]:
    """Return the steps of a path.

    Raises:
        MySQLError: 3143, it is none.
    """
    text = path.strip()
    found: list[Step] = []
    place = 1
    while text.startswith("$") and place < len(text):
        step = STEP.match(text, place)
        if step is None:
            break
        place = step.end()
        if step["deep"]:
            found.append(Step("deep"))
        elif step["every"]:
            found.append(Step("members"))
        elif step["all"]:
            found.append(Step("items"))
        elif step["last"]:
            found.append(Step("item", -1 - int(step["before"] or 0)))
        elif step["index"]:
            found.append(Step("item", int(step["index"])))
        else:
            name = step["name"] or re.sub(r"\\(.)", r"\1", step["quoted"])
            found.append(Step("member", name))
    if not text.startswith("$") or place < len(text) or (found and found[-1].kind == "deep"):
        text = f"Invalid JSON path expression. The error is around character position {place}."
        raise MySQLError(3143, text, "42000")
    return tuple(found)


def is_plain(path: tuple[Step, ...]) -> bool:
    """Whether a path leads to one place at most."""
    return all(step.kind in ("member", "item") for step in path)


def found_at(document: Any, path: tuple[Step, ...]) -> Iterator[Any]:
    """Return what is at the places of a document that a path leads to."""
    if not path:
        yield document
        return
    step, rest = path[0], path[1:]
    for inner in _inner(document, step):
        yield from found_at(inner, rest)


def _inner(document: Any, step: Step) -> Iterator[Any]:
    match step.kind:
        case "member" if isinstance(document, dict) and step.key in document:
            yield document[step.key]
        case "item" if isinstance(document, list):
            if -len(document) <= step.key < len(document):
                yield document[step.key]
        case "item" if step.key in (0, -1):
            yield document  # what is no array is one of itself
        case "members" if isinstance(document, dict):
            yield from document.values()
        case "items" if isinstance(document, list):
            yield from document
        case "deep":
            yield document
            inside = document.values() if isinstance(document, dict) else document
            if isinstance(document, dict | list):
                for inner in inside:
                    yield from _inner(inner, step)
