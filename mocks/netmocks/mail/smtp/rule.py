"""Rule: which commands it answers, with what, and the spy that keeps them."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Self

from netmocks.errors import MisuseError
from netmocks.faults import Delay, End, Fault, Gate, Pause
from netmocks.faults.number import count_from
from netmocks.mail import condition
from netmocks.mail.condition import Condition, fits, named, shown
from netmocks.mail.rule import MailRule, Ruled
from netmocks.mail.smtp.command import NAMES, Command
from netmocks.mail.smtp.reply import GO_ON, Reply, checked

#: What a function may return: a reply, its code alone, or None, which lets the command through.
Answer = Reply | int | None
Handler = Callable[[Command], Answer | Awaitable[Answer]]

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
    "sender": lambda expected: lambda command: fits(expected, command.sender or ""),
    "to": lambda expected: lambda command: any(fits(expected, to) for to in command.recipients),
    "user": lambda expected: lambda command: fits(expected, command.user),
    "over": lambda size: lambda command: command.size > size,
    "client": lambda expected: lambda command: fits(expected, command.session.client_name),
    "connection": lambda number: lambda command: command.session.number == number,
    "where": lambda function: function,
}


#: How each condition is checked, by its name and what the test gave.
CHECKS: dict[str, Callable[[str, Any], object]] = {
    **dict.fromkeys(("sender", "to", "user", "client"), condition.checked),
    "over": lambda name, size: count_from(0, size, name),
    "connection": lambda name, number: count_from(1, number, name),
    "where": condition.checked_function,
}

#: What a fault does that is more than to change what is said.
HOLDS_OR_ENDS = (Gate, Pause, Delay, End)


class Rule(MailRule[Command, Reply]):
    """One rule of an `SMTPMock`; made by `SMTPMock.on`.

    It lets commands through until it is told otherwise.

    Arguments:
        command: what it is about.
        mock, conditions, limit, times, required, spelling: see `MailRule`.
    """

    def __init__(
        self,
        command: str,
        mock: Ruled,
        conditions: list[Condition],
        limit: int,
        *,
        times: int | None,
        required: bool,
        spelling: str,
    ) -> None:
        super().__init__(
            mock, conditions, GO_ON, limit, times=times, required=required, spelling=spelling
        )
        self.command = command

    def reply(
        self,
        code: int | Handler | None = None,
        text: str = "",
        *,
        close: bool = False,
        fault: Fault | None = None,
    ) -> Self:
        """Answer with this from now on.

        Arguments:
            code: the reply code. One below 400 lets the command through; it is then refused only
                for what else is wrong with it, and so it is where the code is left out. Or a
                function from the `Command` to a `Reply`, a code, or None for "as usual"; a plain
                function runs in a worker thread, an async one on the mocks' loop.
            text: enhanced status code and text, such as "5.1.1 no such user"; several lines,
                divided by a line feed, make a multi-line reply. Where left out: what is usual.
            close: whether the connection ends behind it, as it always does behind 421.
            fault: what goes wrong with the bytes of the reply; at "CONTENT", which has none, with
                the dialogue there.

        Raises:
            MisuseError: what is no reply.
        """
        self._answer_from_now_on(self._answer(code, text, close, fault))
        return self

    def then(
        self,
        code: int | Handler | None = None,
        text: str = "",
        *,
        close: bool = False,
        fault: Fault | None = None,
    ) -> Self:
        """Answer the next command with this; the last answer of such a sequence stays.

        Arguments and errors are those of `reply`.
        """
        self._answer_then(self._answer(code, text, close, fault))
        return self

    def _answer(
        self, code: int | Handler | None, text: str, close: bool, fault: Fault | None
    ) -> Reply | Handler:
        if callable(code):
            if text or close or fault:
                raise MisuseError(
                    f"reply({code!r}, …): it says all by itself: let it return a Reply"
                )
            return code
        if code is None:
            if text:
                raise MisuseError(
                    f"reply(text={text!r}): a text has a code before it: reply(250, …)"
                )
            code = GO_ON.code
        reply = checked(Reply(code, text, close, fault))
        if self.command == "CONTENT" and fault is not None and not _acts_at_once(fault):
            raise MisuseError(
                f"on('CONTENT').reply(fault={fault!r}): there is no reply that it could strike,"
                " only the dialogue, at once; behind how many octets of the content, over= says:"
                " on('CONTENT', over=1000).reply(fault=Cut(after=0))"
            )
        return reply

    def _made(self, content: Any) -> Reply:
        match content:
            case None:
                return GO_ON
            case Reply():
                return checked(content)
            case _:
                return checked(Reply(content))

    def _weight(self, command: Command) -> int:
        return len(command.message.content) if command.message else 0


def _acts_at_once(fault: Fault) -> bool:
    return any(isinstance(step, HOLDS_OR_ENDS) for step in fault.strike().through(b""))


def conditions(name: str, known: Collection[str], given: Mapping[str, Any]) -> list[Condition]:
    """Return what a rule says of a command.

    Arguments:
        name: the command's.
        known: those that clients of this server say.
        given: what it says by subject; what it leaves open is None.

    Raises:
        MisuseError: no command is called so, it has nothing that a condition could look at, or
            what is expected can't be.
    """
    named(name, known)
    said = {subject: expected for subject, expected in given.items() if expected is not None}
    for subject, expected in said.items():
        if name not in SEEN_AT[subject]:
            where = ", ".join(one for one in NAMES if one in SEEN_AT[subject])
            raise MisuseError(
                f"on({name!r}, {subject}=…): there is nothing to look at yet; there is at {where}"
            )
        CHECKS[subject](subject, expected)
    return [
        Condition(repr(name), lambda command: command.name == name),
        *(
            Condition(f"{subject}={shown(expected)}", LOOKS[subject](expected))
            for subject, expected in said.items()
        ),
    ]
