"""Mailboxes: the accounts of one mail provider, which all its servers share."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Literal

from netmocks.errors import MisuseError
from netmocks.faults.number import count_from
from netmocks.mail.account import Account, Proof
from netmocks.mail.message import Message
from netmocks.mail.refusal import UnknownRecipient
from netmocks.mail.stored import StoredMessage


class Mailboxes:
    r"""Accounts, and where mail for an address goes.

        mailboxes = Mailboxes({"me@example.com": "secret"})
        mailboxes["me@example.com"].add("Subject: hello\n\nhow are you?")

    Names and addresses are the same in any case, and "me+news@example.com" is
    "me@example.com" unless it has an account of its own (RFC 5233).

    Arguments:
        accounts: user names, such as addresses, and their passwords.
        aliases: further addresses, and the account that each is.
        domains: the provider's own; mail for others is none of its business. Where left out, all
            are its own.
        unknown: what becomes of mail for an address that is nobody's: "reject", or "create" an
            account, whose password is any. Where left out, it is rejected if there are accounts.
        quota: bytes that each account may hold.

    Raises:
        MisuseError: accounts that are no mapping, an alias of nobody, or what else can't be.
    """

    def __init__(
        self,
        accounts: Mapping[str, str] | None = None,
        *,
        aliases: Mapping[str, str] | None = None,
        domains: Collection[str] = (),
        unknown: Literal["create", "reject"] | None = None,
        quota: int | None = None,
    ) -> None:
        if accounts is not None and not isinstance(accounts, Mapping):
            raise MisuseError(
                f"accounts={accounts!r}: map user names to passwords:"
                " accounts={'me@example.com': 'secret'}"
            )
        if aliases is not None and not isinstance(aliases, Mapping):
            raise MisuseError(
                f"aliases={aliases!r}: map further addresses to accounts:"
                " aliases={'info@example.com': 'me@example.com'}"
            )
        if unknown not in ("create", "reject", None):
            raise MisuseError(f"unknown={unknown!r}: it is 'create' or 'reject'")
        #: held while anything in here is looked at or changed
        self.lock = threading.RLock()
        self.domains = _domains([domains] if isinstance(domains, str) else domains)
        self.unknown = unknown or ("reject" if accounts else "create")
        self.quota = None if quota is None else count_from(0, quota, "quota")
        #: takes mail that is none of the provider's: from a recipient and a message to where it is
        self.relay: Callable[[str, Message], StoredMessage | None] = _nowhere
        self._accounts: dict[str, Account] = {}
        self._aliases: dict[str, Account] = {}
        self._validities = count(1)
        for name, password in (accounts or {}).items():
            self.open(name, password)
        for alias, name in (aliases or {}).items():
            self.alias(alias, name)

    def __repr__(self) -> str:
        return f"<mailboxes of {', '.join(account.name for account in self) or 'nobody yet'}>"

    # -- its accounts -------------------------------------------------------------------------

    def open(self, name: str, password: str | None = None, *, quota: int | None = None) -> Account:
        """Make an account.

        Arguments:
            name: the address, or what else the user logs in with.
            password: any will do where left out.
            quota: bytes that it may hold; that of the provider where left out.

        Raises:
            MisuseError: the name is taken, or no account could have these.
        """
        if not isinstance(name, str) or not isinstance(password, str | None):
            raise MisuseError(
                f"open({name!r}, {password!r}): a user name and its password, both text; None where"
                " any password will do"
            )
        if quota is not None:
            count_from(0, quota, "quota")
        with self.lock:
            if name.lower() in self._accounts or name.lower() in self._aliases:
                raise MisuseError(f"there is an account or alias {name!r} already")
            quota = self.quota if quota is None else quota
            account = self._accounts[name.lower()] = Account(self, name, password, quota)
            return account

    def alias(self, address: str, name: str) -> None:
        """Let mail for an address go to an account.

        Raises:
            MisuseError: the address is taken, or the account is nobody's.
        """
        with self.lock:
            if address.lower() in self._accounts or address.lower() in self._aliases:
                raise MisuseError(f"there is an account or alias {address!r} already")
            if name.lower() not in self._accounts:
                raise MisuseError(
                    f"{address!r} can't be an alias of {name!r}, who has no account: put"
                    f" {name!r} among accounts=, or open({name!r}) first"
                )
            self._aliases[address.lower()] = self._accounts[name.lower()]

    def __iter__(self) -> Iterator[Account]:
        """The accounts, in the order in which they were opened."""
        with self.lock:
            return iter(list(self._accounts.values()))

    def __getitem__(self, address: str) -> Account:
        """Return the account that an address, an alias or a name is.

        Raises:
            KeyError: it is nobody's.
        """
        account = self.find(address)
        if account is None:
            present = ", ".join(account.name for account in self) or "none at all"
            raise KeyError(f"{address!r} is nobody here; the accounts: {present}")
        return account

    def find(self, address: str) -> Account | None:
        """Return the account that an address, an alias or a name is; None if it is nobody's."""
        with self.lock:
            for spelling in self._spellings(address.lower()):
                account = self._accounts.get(spelling) or self._aliases.get(spelling)
                if account is not None:
                    return account
            return None

    def _spellings(self, name: str) -> Iterator[str]:
        """What an account may be called that has this address or login."""
        user, at, _ = name.rpartition("@")
        if not at:  # a login without its domain
            yield name
            yield from (f"{name}@{own}" for own in sorted(self.domains))
            return
        yield name
        yield _plain(name)
        if self.is_ours(name):  # an account that is called by its user alone
            yield user
            yield user.partition("+")[0]

    def authenticate(self, name: str, proof: Proof) -> Account | None:
        """Return the account with this name and password; None if there is none.

        Where accounts are created for whoever gets mail, they are for whoever logs in, too.

        Arguments:
            name: the account's, an address or an alias of it.
            proof: the password; or, for logins that don't tell it, such as APOP and CRAM-MD5, a
                function that tells whether the client knows the password that it is given.
        """
        with self.lock:
            account = self.find(name)
            if account is None:
                return self.open(name) if name and self.unknown == "create" else None
            return account if account.admits(proof) else None

    # -- its mail -----------------------------------------------------------------------------

    def is_ours(self, address: str) -> bool:
        """Whether an address is in one of the provider's domains."""
        return not self.domains or address.rpartition("@")[2].lower() in self.domains

    def serves(self, recipient: str) -> bool:
        """Whether mail for a recipient is the provider's business: it is theirs, or in a domain."""
        return self.is_ours(recipient) or self.find(recipient) is not None

    def check(self, recipient: str, size: int = 0) -> None:
        """Check that a recipient would take a message of so many bytes.

        Raises:
            UnknownRecipient: the address is nobody's, and that is to be rejected.
            OverQuota: there is no room.
        """
        with self.lock:
            account = self.find(recipient)
            if account is not None:
                account.must_have_room(size)
            elif self.unknown == "reject" and self.is_ours(recipient):
                raise UnknownRecipient(f"{recipient!r} is nobody here")

    def deliver(
        self, recipient: str, message: Message, *, date: datetime | None = None
    ) -> StoredMessage | None:
        """Put a message into a recipient's inbox; what is none of the provider's, it relays.

        Returns:
            the message there; None where nobody relays it.

        Raises:
            UnknownRecipient: the address is nobody's, and that is to be rejected.
            OverQuota: there is no room.
        """
        if not self.serves(recipient):
            return self.relay(recipient, message)  # without the lock: others have theirs
        with self.lock:
            self.check(recipient)
            account = self.find(recipient) or self.open(_plain(recipient))
            return account.inbox.add(message, date=date)

    def clear(self) -> None:
        """Remove all messages of all accounts."""
        for account in self:
            account.clear()

    def next_uid_validity(self) -> int:
        """Return a number that no folder of this provider had before."""
        return next(self._validities)


def _domains(given: Collection[str]) -> frozenset[str]:
    """Return a provider's domains.

    Raises:
        MisuseError: one of them is an address.
    """
    for domain in given:
        if "@" in domain:
            behind = domain.rpartition("@")[2]
            raise MisuseError(
                f"domains=[{domain!r}]: a domain is what stands behind the @: domains=[{behind!r}]"
            )
    return frozenset(domain.lower() for domain in given)


def _plain(address: str) -> str:
    """Return an address without the detail behind a plus (RFC 5233 §4)."""
    user, _, domain = address.rpartition("@")
    return f"{user.partition('+')[0]}@{domain}" if user else address


def _nowhere(recipient: str, message: Message) -> None:
    """Relay to nobody."""
