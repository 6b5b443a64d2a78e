"""AccessMock: a server at which clients get at their mail; what POP3 and IMAP have in common."""

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import ClassVar, Generic, TypedDict, Unpack

from netmocks.errors import MisuseError
from netmocks.journal import LIMIT
from netmocks.mail.condition import Condition, Expected
from netmocks.mail.hidden import hidden
from netmocks.mail.mailboxes import Mailboxes
from netmocks.mail.ruled import RuledMock
from netmocks.mail.ruling import CommandT, StatusRule, conditions
from netmocks.mail.sin import Sin
from netmocks.mock import MockOptions
from netmocks.record import PATIENCE, Record, Sought


class AccessTerms(TypedDict, total=False):
    """The arguments that POP3 and IMAP servers have of their own; all by keyword."""

    #: the accounts, shared with other servers of their provider
    mailboxes: Mailboxes | None
    #: user names and their passwords, where there are no mailboxes to share
    accounts: Mapping[str, str] | None
    #: one or some of the capabilities, which it does not have then, such as "STLS" or "IDLE"
    hide: str | Collection[str]
    #: whether clients have to speak TLS before they log in
    tls_required: bool


class AccessOptions(AccessTerms, MockOptions, total=False):
    """The arguments of an `AccessMock`, all of them by keyword."""

    #: how the test calls the mock, for explanations
    spelling: str


class AccessMock(RuledMock[StatusRule[CommandT]], Generic[CommandT]):
    """A server with accounts that clients log in to, and rules that answer by a status.

    Arguments: see `AccessTerms` and `MockOptions`;
        spelling: how the test calls the mock, for explanations.

    Raises:
        MisuseError: mailboxes and accounts, a capability that can't be hidden, or an option that
            makes no sense.
    """

    #: the capabilities that can be hidden
    hideable: ClassVar[Collection[str]]

    def __init__(
        self,
        *,
        mailboxes: Mailboxes | None = None,
        accounts: Mapping[str, str] | None = None,
        hide: str | Collection[str] = (),
        tls_required: bool = False,
        spelling: str = "mock",
        **options: Unpack[MockOptions],
    ) -> None:
        super().__init__(spelling=spelling, **options)
        if mailboxes is not None and not isinstance(mailboxes, Mailboxes):
            raise MisuseError(
                f"mailboxes={mailboxes!r}: give Mailboxes({{'me@example.com': 'secret'}}), of"
                " netmocks.mail; or, for this server alone, accounts={...}"
            )
        if mailboxes is not None and accounts is not None:
            raise MisuseError(
                "mailboxes= and accounts= exclude each other: mailboxes have accounts of their own;"
                " open another by mailboxes.open(name, password)"
            )
        self.mailboxes = Mailboxes(accounts) if mailboxes is None else mailboxes
        self.hidden = hidden(hide, self.hideable)
        self.tls_required = tls_required
        #: every command and what it was told, waitable
        self.commands: Record[CommandT] = Record(limit=LIMIT)

    # -- what it says to whom -----------------------------------------------------------------

    @abstractmethod
    def _about(self, name: str, argument: Expected | int | None) -> list[Condition]:
        """Return the conditions that a command is called so, and has this argument.

        Raises:
            MisuseError: there is no such command.
        """

    def _rule(
        self,
        about: list[Condition],
        statuses: Collection[str],
        *,
        user: Expected | None,
        connection: int | None,
        where: Callable[[CommandT], object] | None,
        times: int | None,
        required: bool,
    ) -> StatusRule[CommandT]:
        """Add a rule and return it; each protocol's `on` says what its arguments are."""
        said = [*about, *conditions(user=user, connection=connection, where=where)]
        return self._add(
            StatusRule(
                self,
                said,
                statuses,
                LIMIT,
                times=times,
                required=required,
                spelling=f"{self.spelling}.on({', '.join(one.spelling for one in said)})",
            )
        )

    # -- what it was asked --------------------------------------------------------------------

    def wait_for_command(
        self, name: str, argument: Expected | int | None = None, *, timeout: float = PATIENCE
    ) -> CommandT:
        """Return the first command, past or future, of this name and argument.

        Arguments:
            name, argument: as those of `on`; the name in any case.
            timeout: seconds.

        Raises:
            WaitTimeout: none came in time; the text lists those that did.
            MisuseError: there is no such command; or called inside a running event loop, which it
                would block.
        """
        return self.commands.wait_for(self._is(name, argument), timeout=timeout)

    async def wait_for_command_async(
        self, name: str, argument: Expected | int | None = None, *, timeout: float = PATIENCE
    ) -> CommandT:
        """`wait_for_command` for coroutines."""
        return await self.commands.wait_for_async(self._is(name, argument), timeout=timeout)

    def _is(self, name: str, argument: Expected | int | None) -> Sought[CommandT]:
        about = self._about(name.upper(), argument)
        said = zip(("name", "argument"), about, strict=False)  # the argument may be left out
        return Sought(
            lambda command: all(condition.holds(command) for condition in about),
            ", ".join(f"{subject}={condition.spelling}" for subject, condition in said),
        )

    # -- for its engines ----------------------------------------------------------------------

    def note(self, command: CommandT) -> None:
        """Keep a command that was answered."""
        self.site.note_event(command.connection, command)
        self.commands.append(command, command.size)

    def note_sin(self, text: str, connection: int) -> None:
        """Keep what a client did wrong."""
        self.site.journal.write(self.name, "error", connection=connection, value=text)
        self.sins.append(Sin(connection, text))
