"""The rule of last resort, by which a mock answers as httpbin does."""

import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from netmocks.http.httpbin import app
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.http.rule import Rule

if TYPE_CHECKING:
    from netmocks.http.mock import HTTPMock

ANY_PATH = re.compile(".*", re.DOTALL)


class LastResort(Rule):
    """Answers every request as httpbin does, until it is told to reply otherwise.

    Its answers are made where they are asked for, as a static rule's: no thread, no task, save for
    the endpoints that take their time.
    """

    def __init__(self, mock: "HTTPMock", spelling: str) -> None:
        super().__init__(mock, ANY_PATH, [], required=False, is_last_resort=True, spelling=spelling)
        self._own = Response()  # stands for what httpbin answers
        self.reply(self._own)

    def answer(self, request: Request) -> Response | Awaitable[Response]:
        told = super().answer(request)
        return app.answer(request) if told is self._own else told


def add_to(mock: "HTTPMock") -> Rule:
    """Let a mock answer as httpbin what none of its rules does; return the rule that does so."""
    for rule in mock.rules:
        if isinstance(rule, LastResort):
            return rule
    rule = LastResort(mock, f"{mock.spelling}.httpbin()")
    mock.add(rule)
    return rule
