"""Session: what one client may do, and is told (RFC 1939 §3); without I/O.

AUTHORIZATION ── a login ──▶ TRANSACTION ── QUIT ──▶ UPDATE
"""

import hashlib
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Collection
from functools import partial
from typing import Literal

from netmocks.mail.account import Account, Proof
from netmocks.mail.mailboxes import Mailboxes
from netmocks.mail.pop3.lines import LINE_LIMIT, SASL_LIMIT
from netmocks.mail.pop3.maildrop import Maildrop
from netmocks.mail.pop3.reply import Refused, Reply, done

#: What can be hidden: these are neither announced nor understood (RFC 2449 §6, RFC 3206 §6).
HIDEABLE = (
    *("APOP", "AUTH-RESP-CODE", "CAPA", "PIPELINING", "RESP-CODES", "SASL", "STLS", "TOP"),
    *("UIDL", "USER"),
)

#: Commands that belong to a capability of another name.
CAPABILITIES = {"AUTH": "SASL", "PASS": "USER"}


class Session:
    """One client's dialogue.

    Arguments:
        mailboxes: the accounts.
        timestamp: in the greeting, for APOP (RFC 1939 §7).
        encrypted: whether it is over TLS from the beginning.
        hidden: those of `HIDEABLE` that the server does not have.
        tls_required: whether a login needs TLS.
    """

    def __init__(
        self,
        mailboxes: Mailboxes,
        timestamp: str,
        *,
        encrypted: bool = False,
        hidden: Collection[str] = (),
        tls_required: bool = False,
    ) -> None:
        self._mailboxes = mailboxes
        self._timestamp = timestamp
        self.encrypted = encrypted
        self._hidden = hidden
        self._tls_required = tls_required
        self._name = ""
        self._awaits_sasl = False
        self.maildrop: Maildrop | None = None
        #: what the connection has to do when the reply is sent
        self.next: Literal["", "tls", "close"] = ""

    @property
    def user(self) -> str:
        """Who is logged in, "" if nobody is."""
        return self.maildrop.account.name if self.maildrop is not None else ""

    @property
    def line_limit(self) -> int:
        """Bytes that the next line may have."""
        return SASL_LIMIT if self._awaits_sasl else LINE_LIMIT

    @property
    def verb(self) -> str:
        """What a line is that begins with no verb: "AUTH" within a login by SASL."""
        return "AUTH" if self._awaits_sasl else ""

    def greeting(self) -> Reply:
        """Return what the server says first."""
        return done("ready" if "APOP" in self._hidden else f"ready {self._timestamp}")

    def take(self, verb: str, argument: str) -> Reply:
        """Do one command.

        Arguments:
            verb: in upper case.
            argument: what follows it.
        """
        try:
            if self._awaits_sasl:
                self._awaits_sasl = False
                return self._plain(argument)
            return self._served_by(verb)(argument)
        except Refused as refusal:
            text = str(refusal)
            if "RESP-CODES" in self._hidden and text.startswith("["):
                text = text.partition("] ")[2]
            return Refused(text).reply

    def drop(self) -> None:
        """End without QUIT: nothing is deleted."""
        if self.maildrop is not None:
            self.maildrop.close(update=False)
            self.maildrop = None

    def takes(self, verb: str) -> bool:
        """Whether there is such a command, and now is its time."""
        try:
            self._served_by(verb)
        except Refused:
            return False
        return True

    def _served_by(self, verb: str) -> Callable[[str], Reply]:
        if CAPABILITIES.get(verb, verb) in self._hidden:
            raise Refused("unknown command")
        if verb in ANYWHERE:
            return partial(ANYWHERE[verb], self)
        if self.maildrop is not None and verb in TRANSACTION:
            return partial(TRANSACTION[verb], self.maildrop)
        if self.maildrop is None and verb in AUTHORIZATION:
            return partial(AUTHORIZATION[verb], self)
        if verb in TRANSACTION:
            raise Refused(f"{verb} needs a login first")
        if verb in AUTHORIZATION:
            raise Refused(f"{verb} comes before the login, which is done")
        raise Refused("unknown command")

    # -- commands of both states ---------------------------------------------------------------

    def _capa(self, argument: str) -> Reply:
        _must_be_empty("CAPA", argument)
        present = ["TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "EXPIRE NEVER"]
        if self.maildrop is None:
            present += ["STLS"] if not self.encrypted else []
            present += ["USER", "SASL PLAIN"] if self._may_log_in else []
        lines = [line for line in present if line.partition(" ")[0] not in self._hidden]
        return done("capabilities", "".join(f"{line}\r\n" for line in lines).encode())

    def _quit(self, argument: str) -> Reply:
        _must_be_empty("QUIT", argument)
        self.next = "close"
        if self.maildrop is None:
            return done("bye")
        count = self.maildrop.close(update=True)
        self.maildrop = None
        return done(f"bye, {count} deleted")

    # -- the AUTHORIZATION state --------------------------------------------------------------

    @property
    def _may_log_in(self) -> bool:
        return self.encrypted or not self._tls_required

    def _user(self, argument: str) -> Reply:
        self._must_be_allowed()
        if not argument:
            raise Refused("USER takes a name")
        self._name = argument
        return done("and the password?")

    def _pass(self, argument: str) -> Reply:
        if not self._name:
            raise Refused("PASS comes after USER")
        name, self._name = self._name, ""
        return self._log_in(name, argument)

    def _apop(self, argument: str) -> Reply:
        self._must_be_allowed()
        name, _, digest = argument.rpartition(" ")
        if not name:
            raise Refused("APOP takes a name and a digest")

        def proves(password: str) -> bool:
            secret = (self._timestamp + password).encode("utf-8", "surrogateescape")
            return hashlib.md5(secret, usedforsecurity=False).hexdigest() == digest.lower()

        return self._log_in(name, proves)

    def _auth(self, argument: str) -> Reply:
        self._must_be_allowed()
        mechanism, _, response = argument.partition(" ")
        if mechanism.upper() != "PLAIN":
            raise Refused("the only mechanism is PLAIN")
        if response:
            return self._plain("" if response == "=" else response)
        self._awaits_sasl = True
        return Reply("+", "")

    def _plain(self, response: str) -> Reply:
        """Log in by PLAIN (RFC 4616)."""
        if response == "*":
            raise Refused("the login is cancelled")
        try:
            authorized, name, password = b64decode(response, validate=True).split(b"\0")
        except (Base64Error, ValueError):
            raise Refused("that is no response for PLAIN, in base64") from None
        if authorized not in (b"", name):
            raise Refused("[AUTH] nobody may act for others")
        return self._log_in(*(part.decode("utf-8", "surrogateescape") for part in (name, password)))

    def _must_be_allowed(self) -> None:
        if not self._may_log_in:
            raise Refused("[AUTH] say STLS first: a login needs TLS")

    def _log_in(self, name: str, proof: Proof) -> Reply:
        account = self._mailboxes.authenticate(name, proof)
        if account is None:
            raise Refused("[AUTH] no such user, or another password")
        return self._open(account)

    def _open(self, account: Account) -> Reply:
        if not account.take_maildrop():
            raise Refused("[IN-USE] another session has this maildrop")
        self.maildrop = Maildrop(account)
        return done("welcome, " + self.maildrop.stat().text)

    def _stls(self, argument: str) -> Reply:
        _must_be_empty("STLS", argument)
        if self.encrypted:
            raise Refused("TLS is active already")
        self.next = "tls"
        self._name = ""
        return done("begin TLS")


def _must_be_empty(verb: str, argument: str) -> None:
    if argument:
        raise Refused(f"{verb} takes no argument")


def _bare(verb: str, command: Callable[[Maildrop], Reply]) -> Callable[[Maildrop, str], Reply]:
    """Return a command that takes no argument as one of the table."""

    def take(maildrop: Maildrop, argument: str) -> Reply:
        _must_be_empty(verb, argument)
        return command(maildrop)

    return take


ANYWHERE: dict[str, Callable[[Session, str], Reply]] = {
    "CAPA": Session._capa,
    "QUIT": Session._quit,
}

AUTHORIZATION: dict[str, Callable[[Session, str], Reply]] = {
    "USER": Session._user,
    "PASS": Session._pass,
    "APOP": Session._apop,
    "AUTH": Session._auth,
    "STLS": Session._stls,
}

TRANSACTION: dict[str, Callable[[Maildrop, str], Reply]] = {
    "STAT": _bare("STAT", Maildrop.stat),
    "LIST": Maildrop.sizes,
    "UIDL": Maildrop.identifiers,
    "RETR": Maildrop.retr,
    "TOP": Maildrop.top,
    "DELE": Maildrop.dele,
    "RSET": _bare("RSET", Maildrop.rset),
    "NOOP": _bare("NOOP", lambda _: done("nothing")),
}

#: What a rule can speak of: the commands, and a moment that has none.
NAMES = (
    "CONNECT",
    *AUTHORIZATION,
    *TRANSACTION,
    *ANYWHERE,
)  # at CONNECT, the greeting is the reply
