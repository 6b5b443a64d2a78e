"""Rule: what a request has to look like, what it gets, and the spy that keeps it."""

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Self, Unpack

from netmocks import rule
from netmocks.errors import MisuseError
from netmocks.http.faults.early import EarlyAnswer
from netmocks.http.matching import Condition
from netmocks.http.options import ResponseOptions
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.slice import Slice

if TYPE_CHECKING:
    from netmocks.http.mock import HTTPMock

#: What a handler may return; anything else than a response is the content of one.
Content = Response | str | bytes | None
Handler = Callable[[Request], Content | Awaitable[Content]]

Answer = Response | Handler

#: What a rule answers until it is told.
EMPTY = Response()


class Rule(rule.Rule[Request, Answer]):
    """One rule of an `HTTPMock`; made by `HTTPMock.on`.

    It answers 200 without content until it is told otherwise.

    Arguments:
        mock: the mock that it belongs to.
        path: the path that a request has to have, as text, template or pattern.
        conditions: what else it has to have, and the path again.
        is_last_resort: whether it is asked behind all that are not.
        times, required, spelling: see `netmocks.rule.Rule`.
    """

    noun = "request"
    _mock: "HTTPMock"

    def __init__(
        self,
        mock: "HTTPMock",
        path: str | re.Pattern[str],
        conditions: list[Condition],
        *,
        times: int | None = None,
        required: bool = True,
        is_last_resort: bool = False,
        spelling: str,
    ) -> None:
        calls = Slice(mock.requests, lambda request: request.rule is self)
        super().__init__(mock, calls, EMPTY, times=times, required=required, spelling=spelling)
        self.path = path
        self.conditions = conditions
        self.is_last_resort = is_last_resort
        #: what answers those whom its credentials keep out; None if it has none
        self.refusal: Rule | None = None

    # -- what it answers ----------------------------------------------------------------------

    def reply(
        self,
        content: Response | str | bytes | Handler | None = None,
        **options: Unpack[ResponseOptions],
    ) -> Self:
        """Answer with this from now on.

        Arguments:
            content: text, bytes, a `Response`, or a function from the request to one of these. A
                plain function runs in a worker thread, an async one on the mocks' loop.
            options: see `ResponseOptions`.

        Raises:
            MisuseError: what can't be sent.
        """
        self._answer_from_now_on(_answer(content, options))
        return self

    def then(
        self,
        content: Response | str | bytes | Handler | None = None,
        **options: Unpack[ResponseOptions],
    ) -> Self:
        """Answer the next call with this; the last answer of such a sequence stays.

        Arguments and errors are those of `reply`.
        """
        self._answer_then(_answer(content, options))
        return self

    # -- what it saw --------------------------------------------------------------------------

    @property
    def refused(self) -> "Rule":
        """Those who got 401 in its place: `refused.count`, `refused.calls`.

        Raises:
            MisuseError: it asks for no credentials.
        """
        if self.refusal is None:
            raise MisuseError(f"{self.spelling} refuses nobody: it has no auth=")
        return self.refusal

    # -- for its mock -------------------------------------------------------------------------

    def _instead(self) -> str:
        count = self.refusal.count if self.refusal else 0
        return f", {count} got 401" if count else ""

    @property
    def answers_early(self) -> bool:
        """Whether its next answer does not wait for the content of the request."""
        answer = self._answers[min(1, len(self._answers) - 1)]
        return isinstance(answer, Response) and isinstance(answer.fault, EarlyAnswer)

    def matches(self, request: Request) -> bool:
        """Whether it answers this request."""
        if self.is_spent:
            return False
        for condition in self.conditions:
            if not condition.holds(request):
                if request.params:  # captured by a rule that does not match after all
                    request.params = {}
                return False
        return True

    def answer(self, request: Request) -> Response | Awaitable[Response]:
        """Return the answer to a request."""
        answer = self.next_answer()
        return answer if isinstance(answer, Response) else _handled(answer, request)


def _answer(content: Response | str | bytes | Handler | None, options: ResponseOptions) -> Answer:
    if isinstance(content, Response) or callable(content):
        if options:
            raise MisuseError(
                f"reply({content!r}, …): it says all by itself; status, headers and the like belong"
                " into the Response it is or returns"
            )
        return content
    return Response(content, **options)


async def _handled(handler: Handler, request: Request) -> Response:
    content = await rule.returned(handler, request)
    return content if isinstance(content, Response) else Response(content)
