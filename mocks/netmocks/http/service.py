"""Service: a rule that answers as a part of this project does, such as httpbin."""

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from netmocks.http.matching import Condition
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.http.rule import Rule

if TYPE_CHECKING:
    from netmocks.http.mock import HTTPMock


class Service(Rule):
    """Answers what a function makes, until it is told to reply otherwise.

    The function is ours, and does not block: its answers are made where they are asked for, as a
    static rule's, without a thread or a task; save for those that it returns as awaitables.

    Arguments:
        make: the function.
        mock, path, conditions, is_last_resort, spelling: see `Rule`.
    """

    def __init__(
        self,
        make: Callable[[Request], Response | Awaitable[Response]],
        mock: "HTTPMock",
        path: str | re.Pattern[str],
        conditions: list[Condition],
        *,
        is_last_resort: bool,
        spelling: str,
    ) -> None:
        super().__init__(
            mock,
            path,
            conditions,
            required=False,
            is_last_resort=is_last_resort,
            spelling=spelling,
        )
        self.make = make
        self._own = Response()  # stands for what the function makes
        self.reply(self._own)

    def answer(self, request: Request) -> Response | Awaitable[Response]:
        told = super().answer(request)
        return self.make(request) if told is self._own else told
