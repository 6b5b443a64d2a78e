"""Rule: which commands it answers, with what, and the spy that keeps them."""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, Self

from netmocks import rule
from netmocks.errors import MisuseError
from netmocks.mail.smtp.command import NAMES, Command
from netmocks.mail.smtp.reply import Reply, checked
from netmocks.record import Record
from netmocks.wire.worker import in_thread

#: What an address or a name is compared with: the text in any case, a pattern to be found in it,
#: or a function of it.
Expected = str | re.Pattern[str] | Callable[[str], object]

#: What a function may return: a reply, its code alone, or None, which lets the command through.
Answer = Reply | int | None
Handler = Callable[[Command], Answer | Awaitable[Answer]]

#: Lets a command through, and leaves its reply as it is.
GO_ON = Reply(250)

_TRANSACTION = {"MAIL", "RCPT", "DATA", "BDAT", "CONTENT", "MESSAGE"}

#: The commands at which there is something that a condition could look at.
SEEN_AT = {
    "sender": _TRANSACTION,
    "to": _TRANSACTION - {"MAIL"},
    "user": _TRANSACTION | {"AUTH"},
    "over": {"MAIL", "CONTENT", "MESSAGE"},
    "client": set(NAMES) - {"CONNECT"},
    "connection": set(NAMES),
    "where": set(NAMES),
}

Test = Callable[[Command], object]

#: How each condition looks at a command.
LOOKS: dict[str, Callable[[Any], Test]] = {
    "sender": lambda expected: lambda command: _fits(expected, command.sender or ""),
    "to": lambda expected: lambda command: any(_fits(expected, to) for to in command.recipients),
    "user": lambda expected: lambda command: _fits(expected, command.user),
    "over": lambda size: lambda command: command.size > size,
    "client": lambda expected: lambda command: _fits(expected, command.session.client_name),
    "connection": lambda number: lambda command: command.session.number == number,
    "where": lambda function: function,
}


class Condition(NamedTuple):
    """One thing that a rule says."""

    spelling: str
    holds: Test


class Rule(rule.Rule[Command, Reply | Handler]):
    """One rule of an `SMTPMock`; made by `SMTPMock.on`.

    It lets commands through until it is told otherwise.

    Arguments:
        mock: the mock that it belongs to.
        name: the command that it answers.
        conditions: what that has to have.
        limit: bytes of commands that it keeps.
        times, required, spelling: see `netmocks.rule.Rule`.
    """

    noun = "client"

    def __init__(
        self,
        mock: rule.Ruled,
        name: str,
        conditions: list[Condition],
        *,
        times: int | None,
        required: bool,
        spelling: str,
        limit: int,
    ) -> None:
        # Not a part of the mock's: one command may be answered by several rules.
        self._commands: Record[Command] = Record(limit=limit)
        super().__init__(
            mock, self._commands, GO_ON, times=times, required=required, spelling=spelling
        )
        self.name = name
        self.conditions = conditions

    # -- what it answers ----------------------------------------------------------------------

    def reply(self, code: int | Handler, text: str = "", *, close: bool = False) -> Self:
        """Answer with this from now on.

        Arguments:
            code: the reply code. One below 400 lets the command through; it is then refused only
                for what else is wrong with it. Or a function from the `Command` to a `Reply`, a
                code, or None for "as usual"; a plain function runs in a worker thread, an async
                one on the mocks' loop.
            text: enhanced status code and text, such as "5.1.1 no such user"; several lines,
                divided by a line feed, make a multi-line reply. Where left out: what is usual.
            close: whether the connection ends behind it, as it always does behind 421.

        Raises:
            MisuseError: what is no reply.
        """
        self._answer_from_now_on(self._answer(code, text, close))
        return self

    def then(self, code: int | Handler, text: str = "", *, close: bool = False) -> Self:
        """Answer the next command with this; the last answer of such a sequence stays.

        Arguments and errors are those of `reply`.
        """
        self._answer_then(self._answer(code, text, close))
        return self

    def _answer(self, code: int | Handler, text: str, close: bool) -> Reply | Handler:
        if callable(code):
            if text or close:
                raise MisuseError(
                    f"reply({code!r}, …): it says all by itself: let it return a Reply"
                )
            return code
        return checked(Reply(code, text, close))

    # -- for its mock -------------------------------------------------------------------------

    def matches(self, command: Command) -> bool:
        """Whether it answers this command."""
        if command.name != self.name or self.is_spent:
            return False
        return all(condition.holds(command) for condition in self.conditions)

    async def answer(self, command: Command) -> Reply:
        """Return the answer to a command."""
        answer = self.next_answer()
        self._commands.append(command, len(command.message.content) if command.message else 0)
        return answer if isinstance(answer, Reply) else await _handled(answer, command)


async def _handled(handler: Handler, command: Command) -> Reply:
    if inspect.iscoroutinefunction(handler):
        answer = await handler(command)
    else:
        answer = await in_thread(partial(handler, command))
        if inspect.isawaitable(answer):
            answer = await answer
    match answer:
        case None:
            return GO_ON
        case Reply():
            return checked(answer)
        case _:
            return checked(Reply(answer))


def conditions(name: str, given: Mapping[str, Any]) -> list[Condition]:
    """Return what a rule says of a command; what it leaves open is None.

    Raises:
        MisuseError: no command is called so, or it has nothing that a condition could look at.
    """
    if name not in NAMES:
        raise MisuseError(f"{name!r} is nothing that a client does; what is: {', '.join(NAMES)}")
    said = {subject: expected for subject, expected in given.items() if expected is not None}
    for subject in said:
        if name not in SEEN_AT[subject]:
            where = ", ".join(known for known in NAMES if known in SEEN_AT[subject])
            raise MisuseError(
                f"on({name!r}, {subject}=…): there is nothing to look at yet; there is at {where}"
            )
    return [
        Condition(f"{subject}={_shown(expected)}", LOOKS[subject](expected))
        for subject, expected in said.items()
    ]


def _fits(expected: Expected, value: str) -> object:
    if isinstance(expected, str):
        return expected.lower() == value.lower()
    return expected.search(value) if isinstance(expected, re.Pattern) else expected(value)


def _shown(expected: object) -> str:
    if isinstance(expected, re.Pattern):
        return f"re.compile({expected.pattern!r})"
    return "…" if callable(expected) else repr(expected)
