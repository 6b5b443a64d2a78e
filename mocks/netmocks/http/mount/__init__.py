"""Mounting: a WSGI or ASGI application answers what no rule of the test answers."""

import re
from typing import TYPE_CHECKING, Any

from netmocks.errors import MisuseError
from netmocks.http import matching
from netmocks.http.matching import ANYWHERE
from netmocks.http.mount.asgi import ASGIApp
from netmocks.http.mount.kind import is_asgi
from netmocks.http.mount.wsgi import WSGIApp
from netmocks.http.rule import Rule
from netmocks.http.service import Service

if TYPE_CHECKING:
    from netmocks.http.mock import HTTPMock

__all__ = ["add_to"]


def add_to(mock: "HTTPMock", app: Any, prefix: str) -> Rule:
    """Mount an application; return the rule of last resort that answers by it.

    Raises:
        MisuseError: it is no application, or the prefix is none.
    """
    if not isinstance(prefix, str) or (prefix and not re.fullmatch("/.*[^/]", prefix)):
        raise MisuseError(f"prefix={prefix!r}: write it as '/api', or leave it out")
    served = ASGIApp(app, mock, prefix) if is_asgi(app) else WSGIApp(app, prefix)
    path = re.compile(f"{re.escape(prefix)}(?:/.*)?", re.DOTALL) if prefix else ANYWHERE
    rule = Service(
        served.answer,
        mock,
        path,
        [matching.path(path)],
        is_last_resort=True,
        spelling=f"{mock.spelling}.mount({getattr(app, '__name__', type(app).__name__)})",
    )
    mock.add(rule)
    return rule
