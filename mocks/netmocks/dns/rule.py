"""Rule: which questions it answers, with what, and the spy that keeps them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import dns.name
import dns.rdatatype

from netmocks import rule
from netmocks.dns import records
from netmocks.dns.answer import EMPTY, Answer
from netmocks.dns.faults import answer_of
from netmocks.dns.query import Query
from netmocks.errors import MisuseError
from netmocks.slice import Slice

if TYPE_CHECKING:
    from netmocks.dns.mock import DNSMock

#: What a handler may return: an answer, or values of one.
Said = Answer | str | Sequence[str]
Handler = Callable[[Query], Said | Awaitable[Said]]

ANY = "*"


class Rule(rule.Rule[Query, Answer | Handler]):
    """One rule of a `DNSMock`; made by `DNSMock.on`.

    Its answer is empty until it is told otherwise.

    Arguments:
        mock: the mock that it belongs to.
        kind, name: see `DNSMock.on`.
        times, required, spelling: see `netmocks.rule.Rule`.
    """

    noun = "query"

    def __init__(
        self,
        mock: "DNSMock",
        kind: str,
        name: str,
        *,
        times: int | None = None,
        required: bool = True,
        spelling: str,
    ) -> None:
        if isinstance(kind, str) and "." in kind:
            raise MisuseError(
                f"on({kind!r}, {name!r}): the type comes first: on({name!r}, {kind!r})"
            )
        self._kind = None if kind == ANY else records.type_of(kind)
        # A wildcard here means every name below: how a zone reads it depends on its other names.
        self._below = name.startswith("*.") if isinstance(name, str) else False
        whole = name[2:] if self._below else name
        self._name = None if name == ANY else records.name_of(whole)
        calls = Slice(mock.queries, lambda query: query.rule is self)
        super().__init__(mock, calls, EMPTY, times=times, required=required, spelling=spelling)

    def reply(self, *answer: str | Answer | Handler, ttl: int = records.TTL) -> Self:
        """Answer with this from now on.

        Arguments:
            answer: the data of one or more records of the type asked for, as in zone text; or one
                `Answer`, or a fault; or a function from a `Query` to one of these. A plain
                function runs in a worker thread, an async one on the mocks' loop.
            ttl: seconds that records given by their data live.

        Raises:
            MisuseError: what is no answer to such a question.
        """
        self._answer_from_now_on(self._checked(answer, ttl))
        return self

    def then(self, *answer: str | Answer | Handler, ttl: int = records.TTL) -> Self:
        """Answer the next query with this; the last answer of such a sequence stays.

        Arguments and errors are those of `reply`.
        """
        self._answer_then(self._checked(answer, ttl))
        return self

    def _checked(self, given: tuple[Any, ...], ttl: int) -> Answer | Handler:
        if len(given) == 1 and callable(given[0]):
            handler: Handler = given[0]
            return handler
        if not given:
            raise MisuseError("reply(): say what, such as '192.0.2.1'; or EMPTY for no record")
        if all(isinstance(each, str) for each in given):
            answer = Answer(*given, ttl=ttl)
        else:
            answer = answer_of(given)
        if answer.values and self._kind is None:
            raise MisuseError(
                f"{self.spelling}: what {answer.values[0]!r} is depends on the type that is asked"
                " for: name the type, or answer with Answer(answer='www.example.com. A 192.0.2.1')"
            )
        if self._kind is not None:
            answer.content(self._name or dns.name.root, self._kind)  # which checks the data
        return answer

    def matches(self, query: Query) -> bool:
        """Whether it answers this query."""
        return not self.is_spent and self.is_about(query.domain, query.kind)

    def is_about(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> bool:
        """Whether name and type are its own."""
        if self._kind is not None and kind != self._kind:
            return False
        if self._name is None:
            return True
        if self._below:
            return name != self._name and name.is_subdomain(self._name)
        return bool(name == self._name)

    async def ask(self, handler: Handler, query: Query) -> Answer:
        """Return what the test's own function answers.

        Raises:
            MisuseError: it returned no answer.
        """
        said = await rule.returned(handler, query)
        if isinstance(said, Answer):
            return said
        if isinstance(said, str):
            return Answer(said)
        if isinstance(said, Sequence) and all(isinstance(each, str) for each in said):
            return Answer(*said)
        raise MisuseError(
            f"the function of {self.spelling} returned {said!r}: it returns text, a list of texts,"
            " an Answer, or a fault such as SILENCE"
        )
