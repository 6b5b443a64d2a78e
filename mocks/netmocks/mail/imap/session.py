"""Session: what one client may do, and is told (RFC 3501 §3); without I/O.

NOT AUTHENTICATED ── a login ──▶ AUTHENTICATED ── SELECT, EXAMINE ──▶ SELECTED
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from netmocks.mail.account import Account
from netmocks.mail.imap.command import Command
from netmocks.mail.imap.reader import TEXT_LIMIT
from netmocks.mail.imap.reply import No, Reply, untagged
from netmocks.mail.imap.selection import Selection
from netmocks.mail.mailboxes import Mailboxes

#: What can be hidden: these are neither announced nor understood. Hiding LOGIN announces
#: LOGINDISABLED.
HIDEABLE = (
    *("AUTH=PLAIN", "CHILDREN", "CREATE-SPECIAL-USE", "ENABLE", "ESEARCH", "ID", "IDLE"),
    *("LIST-EXTENDED", "LIST-STATUS", "LITERAL+", "LOGIN", "MOVE", "MULTIAPPEND", "NAMESPACE"),
    *("QUOTA", "SASL-IR", "SPECIAL-USE", "STARTTLS", "UIDPLUS", "UNSELECT"),
)


@dataclass(frozen=True)
class Terms:
    """What a server offers, and what it asks."""

    #: those of `HIDEABLE` that it does not have
    hidden: frozenset[str] = frozenset()
    #: whether a login needs TLS
    tls_required: bool = False
    #: bytes that the literals of one command may have
    size_limit: int = TEXT_LIMIT


class Session:
    """One client's dialogue.

    Arguments:
        mailboxes: the accounts.
        terms: what the server offers.
        encrypted: whether it is over TLS from the beginning.
        wake: called, in any thread, when there may be news for a client that is idle.
        number: the ordinal of the connection.
    """

    def __init__(
        self,
        mailboxes: Mailboxes,
        terms: Terms,
        *,
        encrypted: bool = False,
        wake: Callable[[], None] = lambda: None,
        number: int = 0,
    ) -> None:
        self.mailboxes = mailboxes
        self.terms = terms
        self.encrypted = encrypted
        self.number = number
        self._wake = wake
        self.account: Account | None = None
        self.selection: Selection | None = None
        #: whether the client waits for news (RFC 2177)
        self.is_idle = False
        #: what the connection has to do when the command is answered
        self.next: Literal["", "tls", "close"] = ""
        #: the tag of the command that is being served
        self.tag = b""
        #: that command, and what became of it
        self.command = Command("", "", "", "")

    # -- what commands ask of it --------------------------------------------------------------

    @property
    def user(self) -> str:
        """Who is logged in, "" if nobody is."""
        return self.account.name if self.account is not None else ""

    @property
    def owner(self) -> Account:
        """Who is logged in, where somebody is."""
        assert self.account is not None  # commands that ask are refused before a login
        return self.account

    @property
    def selected(self) -> Selection:
        """The selected mailbox, where one is."""
        assert self.selection is not None  # commands that ask are refused before
        return self.selection

    @property
    def writable(self) -> Selection:
        """The selected mailbox, for changing it.

        Raises:
            No: it was opened by EXAMINE.
        """
        if self.selected.read_only:
            raise No("the mailbox was opened by EXAMINE, for reading only")
        return self.selected

    @property
    def literal_limit(self) -> int:
        """Bytes that the literals of the next command may have."""
        return self.terms.size_limit if self.account is not None else TEXT_LIMIT

    def has(self, capability: str) -> bool:
        """Whether the server has a capability."""
        return capability not in self.terms.hidden

    @property
    def may_log_in(self) -> bool:
        """Whether the connection is as safe as a login needs."""
        return self.encrypted or not self.terms.tls_required

    @property
    def capabilities(self) -> str:
        """What it can do, as it is now (RFC 3501 §6.1.1)."""
        names = ["IMAP4rev1"]
        if self.account is None:
            names += [
                *(["STARTTLS"] if not self.encrypted else []),
                *(["SASL-IR", "AUTH=PLAIN"] if self.may_log_in else []),
            ]
            if not self.may_log_in or not self.has("LOGIN"):
                names.append("LOGINDISABLED")
        names += [
            *("LITERAL+", "ID", "IDLE", "ENABLE", "NAMESPACE", "CHILDREN", "UIDPLUS", "UNSELECT"),
            *("MOVE", "QUOTA", "MULTIAPPEND", "ESEARCH", "LIST-EXTENDED", "LIST-STATUS"),
            *("SPECIAL-USE", "CREATE-SPECIAL-USE"),
        ]
        return " ".join(filter(self.has, names))

    def select(self, name: str, *, read_only: bool) -> Selection:
        """Select a mailbox; the one before is selected no more, even where there is no such.

        Raises:
            No: there is none of that name.
        """
        self.deselect()
        folder = self.owner.get(name)
        if folder is None:
            raise No(f"there is no mailbox {name!r}", "NONEXISTENT")
        self.selection = Selection(folder, read_only=read_only, wake=self._wake)
        return self.selection

    def deselect(self) -> None:
        """Have no mailbox selected."""
        if self.selection is not None:
            self.selection.end()
            self.selection = None

    def news(self, *, may_expunge: bool = True) -> Iterable[Reply]:
        """Return what happened in the selected mailbox and was not told yet."""
        return self.selection.news(may_expunge=may_expunge) if self.selection is not None else ()

    # -- what the connection asks of it -------------------------------------------------------

    def greeting(self) -> Reply:
        """Return what the server says first."""
        return untagged(f"OK [CAPABILITY {self.capabilities}] ready")

    def drop(self) -> None:
        """End, as the connection has."""
        self.is_idle = False
        self.deselect()
