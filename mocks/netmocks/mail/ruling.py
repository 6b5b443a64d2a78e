"""Ruling: what a rule says of a command, in protocols whose replies begin with a status."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

from netmocks.errors import MisuseError
from netmocks.faults import Fault
from netmocks.faults.fault import checked_fault
from netmocks.faults.number import count_from
from netmocks.mail.condition import Condition, Expected, checked, checked_function, fits, shown
from netmocks.mail.rule import MailRule, Ruled


class Ruling(NamedTuple):
    """What a command gets; made by a test, or by a function of it.

    Arguments:
        status: the status line, such as "-ERR [IN-USE] busy" or "NO not today". One that is no
            refusal lets the command through, and is said if all else is well with it. Where it is
            left out, the server answers as it would, and so it is for "+OK" or "OK" alone.
        closes: whether the connection ends behind the reply.
        fault: what goes wrong with the bytes of the reply.
    """

    status: str = ""
    closes: bool = False
    fault: Fault | None = None


#: Lets a command through, and leaves its reply as it is.
AS_USUAL = Ruling()


class Command(Protocol):
    """What a client asks for, as the rules look at it."""

    @property
    def user(self) -> str:
        """Who is logged in."""

    @property
    def connection(self) -> int:
        """The ordinal of the client's connection."""

    @property
    def size(self) -> int:
        """Bytes that it holds."""


CommandT = TypeVar("CommandT", bound=Command)

#: What a function may return: a ruling, its status alone, or None, which lets the command through.
Said = Ruling | str | None
Handler = Callable[[CommandT], Said | Awaitable[Said]]


class StatusRule(MailRule[CommandT, Ruling], Generic[CommandT]):
    """One rule of a `POP3Mock` or an `IMAPMock`; made by their `on`.

    It lets commands through until it is told otherwise.

    Arguments:
        mock: the mock that it belongs to.
        conditions: what a command has to have.
        statuses: with what a reply may begin here.
        limit, times, required, spelling: see `MailRule`.
    """

    def __init__(
        self,
        mock: Ruled,
        conditions: list[Condition],
        statuses: Collection[str],
        limit: int,
        *,
        times: int | None,
        required: bool,
        spelling: str,
    ) -> None:
        super().__init__(
            mock,
            conditions,
            AS_USUAL,
            limit,
            times=times,
            required=required,
            spelling=spelling,
        )
        self._statuses = statuses

    def reply(
        self,
        status: str | Handler[CommandT] = "",
        *,
        close: bool = False,
        fault: Fault | None = None,
    ) -> Self:
        """Answer with this from now on.

        Arguments:
            status: the status line, such as "-ERR [IN-USE] busy" in POP3, "NO not today" in IMAP.
                One that is no refusal lets the command through: it is said if all else is well,
                and where it is left out, the server answers as it would. Or a function from the
                `Command` to a status line, a `Ruling`, or None for "as usual"; a plain function
                runs in a worker thread, an async one on the mocks' loop.
            close: whether the connection ends behind the reply.
            fault: what goes wrong with the bytes of the reply: in POP3 its status line and the
                lines behind it, in IMAP all that is said of the command, up to its end.

        Raises:
            MisuseError: what is no reply.
        """
        self._answer_from_now_on(self._answer(status, close, fault))
        return self

    def then(
        self,
        status: str | Handler[CommandT] = "",
        *,
        close: bool = False,
        fault: Fault | None = None,
    ) -> Self:
        """Answer the next command with this; the last answer of such a sequence stays.

        Arguments and errors are those of `reply`; without any, the server answers as it would.
        """
        self._answer_then(self._answer(status, close, fault))
        return self

    def _answer(
        self, status: str | Handler[CommandT], close: bool, fault: Fault | None
    ) -> Ruling | Handler[CommandT]:
        if not callable(status):
            return self._checked(Ruling(status, close, fault))
        if close or fault:
            raise MisuseError(
                "reply(function, …): a function says all by itself: let it return"
                " Ruling(status, closes=…, fault=…), of netmocks.mail.ruling"
            )
        return status

    def _made(self, said: Any) -> Ruling:
        if said is None:
            return AS_USUAL
        return self._checked(said if isinstance(said, Ruling) else Ruling(said))

    def _checked(self, ruling: Ruling) -> Ruling:
        status = ruling.status
        known = " or ".join(self._statuses)
        if not isinstance(status, str) or (
            status and status.partition(" ")[0] not in self._statuses
        ):
            raise MisuseError(f"reply {status!r}: it begins with {known}, and a text follows")
        if not status.isprintable():
            raise MisuseError(f"reply {status!r}: a status is one line of text")
        checked_fault(ruling.fault)
        return ruling

    def _weight(self, command: CommandT) -> int:
        return command.size


def conditions(
    *,
    user: Expected | None,
    connection: int | None,
    where: Callable[[CommandT], object] | None,
) -> list[Condition]:
    """Return what a rule says of a command, besides its name; what it leaves open is None."""
    said = []
    if user is not None:
        user = checked("user", user)
        said.append(Condition(f"user={shown(user)}", lambda command: fits(user, command.user)))
    if connection is not None:
        count_from(1, connection, "connection")
        said.append(
            Condition(
                f"connection={connection!r}", lambda command: command.connection == connection
            )
        )
    if where is not None:
        checked_function("where", where)
        said.append(Condition("where=…", where))
    return said
