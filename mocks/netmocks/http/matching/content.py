"""Content: the body of a request, as bytes, text or JSON; and the request as a whole."""

import re
from collections.abc import Callable
from typing import Any

from netmocks.errors import MisuseError, PeerError
from netmocks.http.matching import json_value
from netmocks.http.matching.condition import Condition, Row
from netmocks.http.matching.value import shown
from netmocks.http.request import Request

#: Differences of one JSON value that an explanation shows.
MOST = 8


def body(expected: bytes | str | re.Pattern[Any] | Callable[[bytes], object]) -> Condition:
    """The body equals, matches somewhere, or satisfies a function."""
    if isinstance(expected, bytes):
        return Condition(
            "body", repr(expected), lambda r: r.body == expected, lambda r: repr(r.body)
        )
    if isinstance(expected, str):
        return Condition(
            "body", repr(expected), lambda r: r.text == expected, lambda r: repr(r.text)
        )
    if isinstance(expected, re.Pattern):
        pattern = expected
        is_text = isinstance(pattern.pattern, str)
        return Condition(
            "body",
            f"/{pattern.pattern!r}/",
            lambda r: pattern.search(r.text if is_text else r.body) is not None,
            lambda r: repr(r.text if is_text else r.body),
        )
    if callable(expected):
        function = expected
        return Condition(
            "body", shown(function), lambda r: bool(function(r.body)), lambda r: repr(r.body)
        )
    raise MisuseError(
        f"body={expected!r}: compare with bytes, text, a pattern or a function; for JSON write"
        f" json={expected!r}"
    )


def json(expected: Any) -> Condition:
    """The body is JSON and equals; see `json_value.differences` for what may stand in it.

    Raises:
        MisuseError: it holds what no JSON can equal.
    """
    json_value.check(expected)

    def holds(request: Request) -> bool:
        try:
            return json_value.is_equal(expected, request.json())
        except PeerError:
            return False

    def rows(request: Request) -> list[Row]:
        whole = Row(holds(request), "json", json_value.text(expected), request.text or "(no body)")
        try:
            found = list(json_value.differences(expected, request.json()))
        except PeerError:
            found = []
        apart = [Row(False, *difference) for difference in found[:MOST]]
        if len(found) > MOST:
            apart.append(Row(False, "json", "", f"… and {len(found) - MOST} more differences"))
        return apart or [whole]

    return Condition(
        "json", json_value.text(expected), holds, lambda r: r.text or "(no body)", rows
    )


def where(condition: Condition | Callable[[Request], object]) -> list[Condition]:
    """Further conditions, made by `when`; or the test's own function of the request is true."""
    if isinstance(condition, Condition):
        return condition.conjuncts
    if not callable(condition):
        raise MisuseError(
            f"where={condition!r}: give a function of a Request, or what `when` returns"
        )
    predicate = condition
    return [
        Condition(
            "where", shown(predicate), lambda request: bool(predicate(request)), lambda _: "false"
        )
    ]
