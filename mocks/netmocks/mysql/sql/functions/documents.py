"""Functions of JSON documents (RFC 8259)."""

import json
import re
from typing import Any

from netmocks.mysql.error import unsupported
from netmocks.mysql.sql.functions.function import Function, of, text
from netmocks.mysql.sql.table import Stored
from netmocks.mysql.type import BIGINT, LONGTEXT, Type

JSON = Type("json")

STEP = re.compile(r"\.(?:\"((?:[^\"\\]|\\.)*)\"|([A-Za-z_$][\w$]*))|\[(\d+)\]")


def _dump(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def _at(document: Any, path: str) -> tuple[bool, Any]:
    """Return whether a document has a path, and what is there."""
    if not path.startswith("$"):
        raise unsupported(f"the JSON path {path!r}")
    place = 1
    while place < len(path):
        step = STEP.match(path, place)
        if step is None:
            raise unsupported(f"the JSON path {path!r}")
        place = step.end()
        key = step[1] if step[1] is not None else step[2]
        if key is not None:
            if not isinstance(document, dict) or key not in document:
                return False, None
            document = document[key]
        else:
            number = int(step[3])
            if not isinstance(document, list) or number >= len(document):
                return False, None
            document = document[number]
    return True, document


def extract(value: Stored, *paths: Stored) -> Stored:
    """Return what is at the paths of a document, as JSON; NULL where nothing is."""
    document = json.loads(text(value))
    found = [there for has, there in (_at(document, text(path)) for path in paths) if has]
    if not found:
        return None
    return _dump(found[0] if len(paths) == 1 else found)


def unquote(value: Stored) -> Stored:
    """Return the text of a JSON string; anything else as it is."""
    shown = text(value)
    if shown.startswith('"') and shown.endswith('"'):
        try:
            return str(json.loads(shown))
        except json.JSONDecodeError:
            return shown
    return shown


def _valid(value: Stored) -> int:
    try:
        json.loads(text(value))
    except json.JSONDecodeError:
        return 0
    return 1


def _length(value: Stored) -> int:
    document = json.loads(text(value))
    return len(document) if isinstance(document, dict | list) else 1


def _object(*pairs: Stored) -> str:
    return _dump({text(key): _plain(value) for key, value in zip(*[iter(pairs)] * 2, strict=True)})


def _array(*values: Stored) -> str:
    return _dump([_plain(value) for value in values])


def _plain(value: Stored) -> Any:
    return text(value) if isinstance(value, bytes) else value


FUNCTIONS: dict[str, Function] = {
    "JSON_EXTRACT": of(extract, JSON, 2, -1),
    "JSON_UNQUOTE": of(unquote, LONGTEXT, 1),
    "JSON_VALID": of(_valid, BIGINT, 1),
    "JSON_LENGTH": of(_length, BIGINT, 1),
    "JSON_OBJECT": Function(_object, JSON, 0, -1),
    "JSON_ARRAY": Function(_array, JSON, 0, -1),
}
