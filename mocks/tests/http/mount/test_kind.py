import functools

import pytest
from flask import Flask
from starlette.applications import Starlette

from netmocks.errors import MisuseError
from netmocks.http.mount.kind import is_asgi


def wsgi(environ, start_response):
    return []


async def asgi(scope, receive, send):
    pass


def either(environ, start_response, more=None):
    return []


def anything(*arguments):
    pass


def asgi_2(scope):
    return asgi


class Middleware:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        (wsgi, False),
        (asgi, True),
        (Flask("app"), False),
        (Flask("app").wsgi_app, False),
        (Starlette(), True),
        (Middleware(asgi), True),
        (functools.partial(Middleware.__call__, Middleware(asgi)), True),
        (either, None),
        (anything, None),
        (asgi_2, None),
        (Middleware, None),
        ("flask:app", None),
    ],
)
def test_the_kind_of_an_application_is_told_by_what_it_takes(app, expected):
    if expected is None:
        with pytest.raises(MisuseError, match=r"mount\("):
            is_asgi(app)
    else:
        assert is_asgi(app) is expected
