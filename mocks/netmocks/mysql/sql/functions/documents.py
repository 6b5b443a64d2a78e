"""Functions of JSON documents (RFC 8259)."""

import copy
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from netmocks.mysql.error import MySQLError, mysql_error, unsupported
from netmocks.mysql.sql.functions.function import Function, of, text
from netmocks.mysql.sql.functions.paths import Step, found_at, is_plain, steps
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, LONGTEXT, Type

JSON = Type("json")

#: Stands before the text of an argument that is a document itself, and no string.
DOCUMENT = "\0json:"

#: Functions whose arguments may be documents to be put into others.
TAKES_DOCUMENTS = frozenset(
    (
        *("JSON_OBJECT", "JSON_ARRAY", "JSON_SET", "JSON_INSERT", "JSON_REPLACE"),
        *("JSON_ARRAY_APPEND", "JSON_ARRAY_INSERT"),
    )
)


def dump(document: Any) -> str:
    """Return a document's text."""
    return json.dumps(document, ensure_ascii=False)


def load(value: Stored, function: str = "json") -> Any:
    """Return a document.

    Raises:
        MySQLError: 3141, the text is none.
    """
    try:
        return json.loads(text(value).removeprefix(DOCUMENT))
    except json.JSONDecodeError as error:
        said = (
            f'Invalid JSON text in argument 1 to function {function}: "{error.msg}" at position'
            f" {error.pos}."
        )
        raise MySQLError(3141, said, "22032") from None


def plain(value: Stored) -> Any:
    """Return an argument as a part of a document."""
    if isinstance(value, str) and value.startswith(DOCUMENT):
        return json.loads(value.removeprefix(DOCUMENT))
    return text(value) if isinstance(value, bytes) else value


# -- what is in them ----------------------------------------------------------------------------


def extract(value: Stored, *paths: Stored) -> Stored:
    """Return what is at the paths of a document, as JSON; NULL where nothing is."""
    document = load(value, "json_extract")
    ways = [steps(text(path)) for path in paths]
    found = [there for way in ways for there in found_at(document, way)]
    if not found:
        return None
    return dump(found[0] if len(ways) == 1 and is_plain(ways[0]) else found)


def unquote(value: Stored) -> Stored:
    """Return the text of a JSON string; anything else as it is."""
    shown = text(value)
    if shown.startswith('"') and shown.endswith('"'):
        try:
            return str(json.loads(shown))
        except json.JSONDecodeError:
            return shown
    return shown


def _value(value: Stored, path: Stored) -> Stored:
    found = extract(value, path)
    return None if found is None or found == "null" else unquote(found)


def _valid(value: Stored) -> int:
    try:
        json.loads(text(value))
    except json.JSONDecodeError:
        return 0
    return 1


def _inside(value: Stored, path: Stored, function: str) -> Any:
    """Return what is at one path of a document; None if nothing is."""
    return next(found_at(load(value, function), steps(text(path))), None)


def _length(value: Stored, path: Stored = "$") -> Stored:
    found = list(found_at(load(value, "json_length"), steps(text(path))))
    if not found:
        return None
    return len(found[0]) if isinstance(found[0], dict | list) else 1


def _keys(value: Stored, path: Stored = "$") -> Stored:
    found = _inside(value, path, "json_keys")
    return dump(list(found)) if isinstance(found, dict) else None


def _depth(value: Stored) -> int:
    def depth(document: Any) -> int:
        inner = document.values() if isinstance(document, dict) else document
        if isinstance(document, dict | list):
            return 1 + max(map(depth, inner), default=0)
        return 1

    return depth(load(value, "json_depth"))


def _type(value: Stored) -> str:
    match load(value, "json_type"):
        case None:
            return "NULL"
        case bool():
            return "BOOLEAN"
        case int():
            return "INTEGER"
        case float():
            return "DOUBLE"
        case str():
            return "STRING"
        case list():
            return "ARRAY"
        case _:
            return "OBJECT"


def contains(document: Any, candidate: Any) -> bool:
    """Whether a document contains another, as JSON_CONTAINS has it."""
    if isinstance(document, list):
        wanted = candidate if isinstance(candidate, list) else [candidate]
        return all(any(contains(inner, one) for inner in document) for one in wanted)
    if isinstance(document, dict) and isinstance(candidate, dict):
        return all(k in document and contains(document[k], v) for k, v in candidate.items())
    return type(document) is type(candidate) and bool(document == candidate)


def _contains(value: Stored, candidate: Stored, path: Stored = "$") -> Stored:
    wanted = load(candidate, "json_contains")
    found = list(found_at(load(value, "json_contains"), steps(text(path))))
    return int(contains(found[0], wanted)) if found else None


def _contains_path(value: Stored, which: Stored, *paths: Stored) -> int:
    document = load(value, "json_contains_path")
    has = (any(True for _ in found_at(document, steps(text(path)))) for path in paths)
    return int(all(has) if text(which).lower() == "all" else any(has))


def _overlaps(one: Stored, other: Stored) -> int:
    a, b = load(one, "json_overlaps"), load(other, "json_overlaps")
    if isinstance(a, dict) and isinstance(b, dict):
        return int(any(key in b and b[key] == value for key, value in a.items()))
    first, last = (side if isinstance(side, list) else [side] for side in (a, b))
    return int(any(item in last for item in first))


# -- making and changing them -------------------------------------------------------------------


def _object(*pairs: Stored) -> str:
    if len(pairs) % 2:
        raise mysql_error(1582, "json_object")
    return dump({text(k): plain(v) for k, v in zip(pairs[::2], pairs[1::2], strict=True)})


def _array(*values: Stored) -> str:
    return dump([plain(value) for value in values])


def _changed(document: Any, path: Stored, change: Callable[[Any, Step], Any]) -> Any:
    """Let a change happen to the container at a path's last but one step, if there is one."""
    way = steps(text(path))
    if not is_plain(way):
        raise MySQLError(
            3149,
            "In this situation, path expressions may not contain the * and **"
            " tokens or an array range.",
            "42000",
        )
    for container in found_at(document, way[:-1]):
        change(container, way[-1])
    return document


def _put(value: Any, container: Any, step: Step, *, if_there: bool, if_missing: bool) -> None:
    if isinstance(container, dict) and step.kind == "member":
        if (step.key in container and if_there) or (step.key not in container and if_missing):
            container[step.key] = value
    elif isinstance(container, list) and step.kind == "item":
        if -len(container) <= step.key < len(container):
            if if_there:
                container[step.key] = value
        elif if_missing:
            container.append(value)
    elif step.kind == "item" and not isinstance(container, list):
        raise unsupported("a JSON path that makes an array of what is none")


def _setter(*, if_there: bool, if_missing: bool) -> Callable[..., Stored]:
    def call(value: Stored, *pairs: Stored) -> Stored:
        if value is None or None in pairs[::2]:
            return None
        document = load(value)
        for path, new in zip(pairs[::2], pairs[1::2], strict=True):
            part = plain(new)
            if not steps(text(path)):
                document = part if if_there else document
                continue
            put = partial(_put, part, if_there=if_there, if_missing=if_missing)
            _changed(document, path, put)
        return dump(document)

    return call


def _removed(value: Stored, *paths: Stored) -> str:
    document = load(value, "json_remove")

    def remove(container: Any, step: Step) -> None:
        if isinstance(container, dict) and step.kind == "member":
            container.pop(step.key, None)
        elif (
            isinstance(container, list)
            and step.kind == "item"
            and -len(container) <= step.key < len(container)
        ):
            del container[step.key]

    for path in paths:
        if not steps(text(path)):
            raise MySQLError(
                3153, "The path expression '$' is not allowed in this context.", "42000"
            )
        _changed(document, path, remove)
    return dump(document)


def _appended(value: Stored, *pairs: Stored) -> Stored:
    if value is None or None in pairs[::2]:
        return None
    holder = [load(value, "json_array_append")]
    for path, new in zip(pairs[::2], pairs[1::2], strict=True):

        def append(container: Any, step: Step, new: Stored = new) -> None:
            for inner in found_at(container, (step,)):
                if isinstance(inner, list):
                    inner.append(plain(new))
                else:
                    container[step.key] = [inner, plain(new)]

        _changed(holder, "$[0]" + text(path).strip()[1:], append)
    return dump(holder[0])


def _inserted(value: Stored, *pairs: Stored) -> Stored:
    if value is None or None in pairs[::2]:
        return None
    document = load(value, "json_array_insert")
    for path, new in zip(pairs[::2], pairs[1::2], strict=True):

        def insert(container: Any, step: Step, new: Stored = new) -> None:
            if step.kind != "item":
                raise MySQLError(
                    3165, "A path expression is not a path to a cell in an array.", "42000"
                )
            if isinstance(container, list):
                container.insert(step.key, plain(new))

        _changed(document, path, insert)
    return dump(document)


def _patched(*values: Stored) -> str:
    """Merge documents (RFC 7396)."""

    def merged(target: Any, patch: Any) -> Any:
        if not isinstance(patch, dict):
            return patch
        result = dict(target) if isinstance(target, dict) else {}
        for key, value in patch.items():
            if value is None:
                result.pop(key, None)
            else:
                result[key] = merged(result.get(key), value)
        return result

    documents = [load(value, "json_merge_patch") for value in values]
    result = documents[0]
    for patch in documents[1:]:
        result = merged(result, patch)
    return dump(result)


def _preserved(*values: Stored) -> str:
    def merged(one: Any, other: Any) -> Any:
        if isinstance(one, dict) and isinstance(other, dict):
            result = copy.copy(one)
            for key, value in other.items():
                result[key] = merged(result[key], value) if key in result else value
            return result
        sides = [side if isinstance(side, list) else [side] for side in (one, other)]
        return sides[0] + sides[1]

    documents = [load(value, "json_merge_preserve") for value in values]
    result = documents[0]
    for other in documents[1:]:
        result = merged(result, other)
    return dump(result)


FUNCTIONS: dict[str, Function] = {
    "JSON_EXTRACT": of(extract, JSON, 2, -1),
    "JSON_UNQUOTE": of(unquote, LONGTEXT, 1),
    "JSON_VALUE": of(_value, LONGTEXT, 2),
    "JSON_VALID": of(_valid, BIGINT, 1),
    "JSON_LENGTH": of(_length, BIGINT, 1, 2),
    "JSON_KEYS": of(_keys, JSON, 1, 2),
    "JSON_DEPTH": of(_depth, BIGINT, 1),
    "JSON_TYPE": of(_type, LONGTEXT, 1),
    "JSON_CONTAINS": of(_contains, BIGINT, 2, 3),
    "JSON_CONTAINS_PATH": of(_contains_path, BIGINT, 3, -1),
    "JSON_OVERLAPS": of(_overlaps, BIGINT, 2),
    "JSON_OBJECT": Function(_object, JSON, 0, -1),
    "JSON_ARRAY": Function(_array, JSON, 0, -1),
    "JSON_QUOTE": of(lambda value: dump(text(value)), LONGTEXT, 1),
    "JSON_SET": Function(_setter(if_there=True, if_missing=True), JSON, 3, -1),
    "JSON_INSERT": Function(_setter(if_there=False, if_missing=True), JSON, 3, -1),
    "JSON_REPLACE": Function(_setter(if_there=True, if_missing=False), JSON, 3, -1),
    "JSON_REMOVE": of(_removed, JSON, 2, -1),
    "JSON_ARRAY_APPEND": Function(_appended, JSON, 3, -1),
    "JSON_ARRAY_INSERT": Function(_inserted, JSON, 3, -1),
    "JSON_MERGE_PATCH": of(_patched, JSON, 2, -1),
    "JSON_MERGE_PRESERVE": of(_preserved, JSON, 2, -1),
    #: what marks an argument as a document, for those that take documents
    "_DOCUMENT": of(lambda value: DOCUMENT + text(value), LONGTEXT, 1),
}
