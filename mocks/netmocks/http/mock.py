"""HTTPMock: an HTTP server whose answers a test decides."""

import asyncio
import re
from collections.abc import Awaitable, Collection, Iterable
from typing import Any, Unpack
from weakref import WeakSet

from netmocks.errors import MisuseError
from netmocks.http import explain
from netmocks.http.engine import HTTPEngine
from netmocks.http.heads import Heads
from netmocks.http.limits import Limits
from netmocks.http.matching import ANYWHERE, Conditions, conditions_of
from netmocks.http.matching.words import words
from netmocks.http.refusal import Refusal
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.http.rule import Rule
from netmocks.http.rules import Rules
from netmocks.journal import LIMIT
from netmocks.mock import MockOptions, StreamMock
from netmocks.record import Record
from netmocks.wire.loop import shared


class HTTPMock(StreamMock):
    """An HTTP/1.0 and HTTP/1.1 server, with TLS if asked for.

        with HTTPMock() as web:
            rule = web.on("GET", "/hello").reply("hello, world")
            assert requests.get(web.url("/hello")).text == "hello, world"
            assert rule.calls[0].headers["Host"] == f"127.0.0.1:{web.port}"

    The latest rule that matches answers; rules of last resort come after all others. A request
    that none matches gets 501 with an explanation, and so does the test when it ends.

    Arguments:
        spelling: how the test calls the mock, for explanations.
        limits: how much it takes from a client.
        options: see `MockOptions`.
    """

    default_name = "http"

    def __init__(
        self,
        *,
        spelling: str = "mock",
        limits: Limits | None = None,
        **options: Unpack[MockOptions],
    ) -> None:
        super().__init__(**options)
        if limits is not None and not isinstance(limits, Limits):
            raise MisuseError(f"limits={limits!r}: write Limits(body=1024), or what is bounded")
        self.spelling = spelling
        #: how much it takes from a client that connects from now on
        self.limits = limits or Limits()
        #: what its clients said before
        self.heads = Heads()
        self._rules = Rules()
        self._engines: WeakSet[HTTPEngine] = WeakSet()
        #: every request, whatever rule answered it, waitable
        self.requests: Record[Request] = Record(limit=LIMIT)

    def on(
        self,
        method: str | Collection[str] = "*",
        path: str | re.Pattern[str] = ANYWHERE,
        *,
        times: int | None = None,
        required: bool | None = None,
        last_resort: bool = False,
        **conditions: Unpack[Conditions],
    ) -> Rule:
        """Add a rule and return it; it comes before all that were added earlier.

        Arguments:
            method: "GET" and so on; several as ("GET", "HEAD"); "*" for any.
            path: the decoded path: text, a template such as "/users/{id:int}" whose values land
                in `Request.params` (converters: str, int, float, path), or a pattern for all of it.
            times: how often the rule answers before it steps aside; without end if left out.
            required: whether it is a finding if the rule never answers; yes if left out, unless
                the rule is one of last resort.
            last_resort: whether it is asked only after all rules that are none of last resort.
            conditions: what else a request has to have; see `Conditions`. `auth` also sees to the
                others: who comes without these credentials, to where the rule would answer
                otherwise, gets 401 with a challenge; `Rule.refused` keeps them.

        Raises:
            MisuseError: what no request could ever fulfil, such as a query inside the path.
        """
        given = words(conditions)
        rule = Rule(
            self,
            path,
            conditions_of(method, path, conditions),
            times=times,
            required=not last_resort if required is None else required,
            is_last_resort=last_resort,
            spelling=f"{self.spelling}.on({_shown(method, path, given, last_resort)})",
        )
        if "auth" in given:
            rule.refusal = Refusal(self, rule, given["auth"])
            self.add(rule.refusal)
        self.add(rule)
        return rule

    def add(self, rule: Rule) -> None:
        """Add a rule made by itself; `on` makes one and adds it."""
        self._rules.add(rule)

    def remove(self, rule: Rule) -> None:
        """Withdraw a rule; what it saw stays readable.

        Raises:
            MisuseError: it is no rule of this mock.
        """
        self._rules.remove(rule)

    def httpbin(self) -> Rule:
        """Answer as httpbin does what no other rule answers; return the rule that does so."""
        from netmocks.http.httpbin import add_to  # it is large, and few tests need it

        return add_to(self)

    def mount(self, app: Any, *, prefix: str = "") -> Rule:
        """Let a WSGI or ASGI application answer what no other rule answers; return its rule.

        Which of the two it is follows from what it can be called with. A WSGI application runs in
        worker threads; one of ASGI on the mocks' loop, with its lifespan: it is started before its
        first request, and shut down when the mock stops. What it raises is a finding, and 500.

        Arguments:
            app: the application.
            prefix: the path below which it answers, such as "/api"; everywhere without it. It is
                told so, as SCRIPT_NAME or root_path.

        Raises:
            MisuseError: it is no application, or the prefix is none.
        """
        from netmocks.http.mount import add_to  # few tests need it

        return add_to(self, app, prefix)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in the order in which they are asked: the latest first."""
        return self._rules.all

    def url(self, path: str = "/") -> str:
        """Return the URL of a path on this mock's first endpoint.

        Raises:
            MisuseError: the path has no slash, or the mock stands on a Unix socket.
        """
        if not path.startswith("/"):
            raise MisuseError(f"path {path!r}: a path begins with a slash: {'/' + path!r}")
        scheme = "https" if self.endpoints[0].tls else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}{path}"

    def answer(self, request: Request) -> Response | Awaitable[Response]:
        """Return what a request gets: the answer of its rule, or 501 with an explanation."""
        for rule in self._rules.of(request.path):
            if rule.matches(request):
                return self._answer_by(rule, request)
        self.requests.append(request, request.size)
        text = explain.unmatched(request, self.rules, self.name, self.spelling)
        self.findings.add("unmatched", self.name, text)
        return Response(text + "\n", status=501)

    def early_answer(self, request: Request) -> Response | Awaitable[Response] | None:
        """Return the answer to a request whose content has not come, if it does not wait for it."""
        for rule in self._rules.of(request.path):
            if rule.answers_early and rule.matches(request):
                return self._answer_by(rule, request)
        return None

    def _answer_by(self, rule: Rule, request: Request) -> Response | Awaitable[Response]:
        request.rule = rule
        answer = rule.answer(request)
        self.requests.append(request, request.size)
        return answer

    def close_connections(self) -> None:
        """Close its connections, as a server does that goes away: none in the middle of an answer.

        Those on which nothing is asked are closed at once, the others behind their next answer. The
        mock goes on to accept new ones.
        """
        shared.call(self._retire)

    def _retire(self) -> None:
        for engine in tuple(self._engines):
            engine.retire()

    def assert_no_requests(self) -> None:
        """Check that no request came.

        Raises:
            AssertionError: some did; the text lists them.
        """
        if len(self.requests):
            came = "\n".join(f"  {request}" for request in self.requests)
            raise AssertionError(f"{self.name} was to get no request; what did come:\n{came}")

    def _engine(self) -> asyncio.BaseProtocol:
        engine = HTTPEngine(self)
        self._engines.add(engine)
        return engine

    def _conclude(self) -> None:
        for rule in self.rules:
            rule.report_unused()


def _shown(
    method: str | Collection[str],
    path: str | re.Pattern[str],
    given: Iterable[str],
    last_resort: bool,
) -> str:
    """Show the arguments of `on`; of the conditions, the names."""
    arguments = [] if method == "*" and path is ANYWHERE else [repr(method)]
    if isinstance(path, str):
        arguments.append(repr(path))
    elif path is not ANYWHERE:
        arguments.append(f"re.compile({path.pattern!r})")
    arguments += [f"{word}=…" for word in given]
    return ", ".join([*arguments, *(["last_resort=True"] if last_resort else [])])
