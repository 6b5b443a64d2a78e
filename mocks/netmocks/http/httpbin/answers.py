"""Answers: what httpbin's answers are made of."""

import html
import json
from collections.abc import Iterable
from http import HTTPStatus
from json.encoder import encode_basestring_ascii
from typing import Any

from netmocks.http.response import Response

HTML = ("Content-Type", "text/html; charset=utf-8")
JSON = ("Content-Type", "application/json")
OCTETS = ("Content-Type", "application/octet-stream")

#: What comes before the text of a page; its end tags may be left out (HTML, §13.1.2.4).
PAGE = "<!doctype html>\n<html lang=en>\n<title>{title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n"

Headers = Iterable[tuple[str, str]]


class Refusal(Exception):
    """A request that makes no sense; the client is told so with 400 and this text."""


def as_json(value: Any, *, status: int = 200, headers: Headers = ()) -> Response:
    """Answer with a value as JSON.

    Raises:
        Refusal: it is nested too deeply to be written.
    """
    return Response(json_bytes(value), status=status, headers=[JSON, *headers])


def json_bytes(value: Any) -> bytes:
    """Return JSON as httpbin writes it: indented, its names in order, ASCII, and a line end.

    Raises:
        Refusal: see `as_json`.
    """
    try:
        return (_written(value, "\n") + "\n").encode("ascii")
    except RecursionError:
        raise Refusal("this JSON is nested too deeply to be sent back") from None


def _written(value: Any, line: str) -> str:
    """Write a value. The library does the same with an indent, but takes three times as long.

    Arguments:
        value: whatever JSON can be.
        line: what begins a line of the value's last bracket: a line end and blanks.
    """
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    inner = line + "  "
    if isinstance(value, dict) and value:
        items = [
            f"{encode_basestring_ascii(name)}: {_written(value[name], inner)}"
            for name in sorted(value)
        ]
        return f"{{{inner}{f',{inner}'.join(items)}{line}}}"
    if isinstance(value, list) and value:
        return f"[{inner}{f',{inner}'.join(_written(item, inner) for item in value)}{line}]"
    return json.dumps(value)


def empty(status: int = 200, *, headers: Headers = ()) -> Response:
    """Answer without content, though stating a type for it."""
    return Response(status=status, headers=[HTML, *headers])


def page(status: int, text: str, *, headers: Headers = ()) -> Response:
    """Answer with a page that says what a status means here."""
    title = f"{status} {HTTPStatus(status).phrase}"
    content = PAGE.format(title=title, text=html.escape(text))
    return Response(html=content, status=status, headers=headers)


def redirect(location: str, *, status: int = 302, headers: Headers = ()) -> Response:
    """Send the client elsewhere, with a page for those that don't go by themselves."""
    return page(status, f"Go on at {location}", headers=[("Location", location), *headers])
