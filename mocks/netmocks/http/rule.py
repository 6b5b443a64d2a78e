"""Rule: what a request has to look like, what it gets, and the spy that keeps it."""

import inspect
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Self, Unpack, cast

from netmocks.errors import MisuseError
from netmocks.http.faults.early import EarlyAnswer
from netmocks.http.matching import Condition
from netmocks.http.options import ResponseOptions
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.record import PATIENCE
from netmocks.slice import Slice
from netmocks.wire.worker import in_thread

if TYPE_CHECKING:
    from netmocks.http.mock import HTTPMock

#: What a handler may return; anything else than a response is the content of one.
Content = Response | str | bytes | None
Handler = Callable[[Request], Content | Awaitable[Content]]

Answer = Response | Handler

#: What a rule answers until it is told.
EMPTY = Response()


class Rule:
    """One rule of an `HTTPMock`; made by `HTTPMock.on`.

    It answers 200 without content until it is told otherwise. As a `with` block, it ends with the
    block: it is withdrawn, and that it was never used is a finding then.

    Arguments:
        mock: the mock that it belongs to.
        path: the path that a request has to have, as text, template or pattern.
        conditions: what else it has to have, and the path again.
        times: how often it answers before it steps aside; None for ever.
        required: whether it is a finding if it never answers.
        is_last_resort: whether it is asked behind all that are not.
        spelling: the Python that made it, for explanations.
    """

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
        self._mock = mock
        self.path = path
        self.conditions = conditions
        self.times = times
        self.required = required
        self.is_last_resort = is_last_resort
        self.spelling = spelling
        #: what answers those whom its credentials keep out; None if it has none
        self.refusal: Rule | None = None
        #: the requests it answered, waitable
        self.calls = Slice(mock.requests, lambda request: request.rule is self)
        self._count = 0
        # The one used last, then those that wait for their turn.
        self._answers: list[Answer | None] = [None, EMPTY]
        self._cycles = False

    def __repr__(self) -> str:
        return f"<Rule {self.spelling}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._mock.remove(self)
        if kind is None:
            self.report_unused()

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
        self._answers = [None, _answer(content, options)]
        self._cycles = False
        return self

    def then(
        self,
        content: Response | str | bytes | Handler | None = None,
        **options: Unpack[ResponseOptions],
    ) -> Self:
        """Answer the next call with this; the last answer of such a sequence stays.

        Arguments and errors are those of `reply`.
        """
        if self._cycles:
            raise MisuseError("cycle() ends a sequence: write reply(...).then(...).cycle()")
        self._answers.append(_answer(content, options))
        return self

    def cycle(self) -> Self:
        """Begin the sequence anew when its last answer was given."""
        self._cycles = True
        return self

    # -- what it saw --------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many requests it answered."""
        return self._count

    @property
    def refused(self) -> "Rule":
        """Those who got 401 in its place: `refused.count`, `refused.calls`.

        Raises:
            MisuseError: it asks for no credentials.
        """
        if self.refusal is None:
            raise MisuseError(f"{self.spelling} refuses nobody: it has no auth=")
        return self.refusal

    def wait_for_calls(self, count: int = 1, *, timeout: float = PATIENCE) -> list[Request]:
        """Return its first `count` requests, once they are there; see `Record.wait_for_count`."""
        return self.calls.wait_for_count(count, timeout=timeout)

    async def wait_for_calls_async(
        self, count: int = 1, *, timeout: float = PATIENCE
    ) -> list[Request]:
        """`wait_for_calls` for coroutines."""
        return await self.calls.wait_for_count_async(count, timeout=timeout)

    # -- for its mock -------------------------------------------------------------------------

    def report_unused(self) -> None:
        """Keep a finding if it was required and never answered."""
        if self.required and not self._count:
            count = self.refusal.count if self.refusal else 0
            refused = f", {count} got 401" if count else ""
            self._mock.findings.add(
                "unused",
                self._mock.name,
                f"no request came for {self.spelling}{refused}; if that is no fault of the code"
                " under test, add required=False",
            )

    @property
    def answers_early(self) -> bool:
        """Whether its next answer does not wait for the content of the request."""
        answer = self._answers[min(1, len(self._answers) - 1)]
        return isinstance(answer, Response) and isinstance(answer.fault, EarlyAnswer)

    def matches(self, request: Request) -> bool:
        """Whether it answers this request."""
        if self.times is not None and self._count >= self.times:
            return False
        for condition in self.conditions:
            if not condition.holds(request):
                if request.params:  # captured by a rule that does not match after all
                    request.params = {}
                return False
        return True

    def answer(self, request: Request) -> Response | Awaitable[Response]:
        """Return the answer to a request."""
        answers = self._answers
        if len(answers) > 1:
            given = answers.pop(0)
            if self._cycles and given is not None:
                answers.append(given)
        answer = cast("Answer", answers[0])
        self._count += 1
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
    if inspect.iscoroutinefunction(handler):
        content = await handler(request)
    else:
        content = await in_thread(partial(handler, request))
        if inspect.isawaitable(content):
            content = await content
    if isinstance(content, Response):
        return content
    return Response(cast("str | bytes | None", content))
