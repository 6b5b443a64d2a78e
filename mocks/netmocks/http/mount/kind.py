"""Kind: whether an application speaks ASGI or WSGI, by what it can be called with."""

import inspect
from typing import Any

from netmocks.errors import MisuseError


def is_asgi(app: Any) -> bool:
    """Tell ASGI (scope, receive, send) from WSGI (environ, start_response).

    Raises:
        MisuseError: it is neither, or might be both.
    """
    if not callable(app):
        raise MisuseError(f"mount({app!r}): a WSGI or ASGI application can be called")
    if inspect.isclass(app):
        raise MisuseError(f"mount({app.__name__}): mount an application, not its class")
    takes_two, takes_three = _takes(app, 2), _takes(app, 3)
    if takes_two == takes_three:
        raise MisuseError(
            f"mount({app!r}): a WSGI application takes environ and start_response, an ASGI one"
            f" takes scope, receive and send; this takes {inspect.signature(app)}. If it is one of"
            " them, wrap it: lambda environ, start_response: app(environ, start_response)"
        )
    return takes_three


def _takes(app: Any, count: int) -> bool:
    try:
        inspect.signature(app).bind(*range(count))
    except TypeError:
        return False
    return True
