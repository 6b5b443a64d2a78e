"""Parameters: what the query of a request asks for; names without regard to case."""

import math

from netmocks.http.httpbin.answers import Refusal
from netmocks.http.request import Request


def text(request: Request, name: str) -> str | None:
    """Return the first value of a parameter; None if it is absent."""
    for given, value in request.query.raw:
        if given.lower() == name:
            return value
    return None


def whole(request: Request, name: str, default: int) -> int:
    """Return a parameter as a whole number.

    Raises:
        Refusal: it is none.
    """
    given = text(request, name)
    if given is None:
        return default
    try:
        return int(given)
    except ValueError:
        raise Refusal(f"{name}={given!r} is no whole number") from None


def seconds(request: Request, name: str, default: float = 0.0) -> float:
    """Return a parameter as seconds.

    Raises:
        Refusal: see `as_seconds`.
    """
    given = text(request, name)
    return default if given is None else as_seconds(given, name)


def as_seconds(given: str, name: str) -> float:
    """Read a number of seconds.

    Raises:
        Refusal: it is no number, negative, or without end.
    """
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise Refusal(f"{name}={given!r} is no number of seconds")
    return value
