"""Terms: how an SMTP server behaves where no rule says otherwise."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TypedDict

from netmocks.errors import MisuseError
from netmocks.mail.hidden import hidden
from netmocks.mail.mailboxes import Mailboxes

#: Bytes that a message may have unless told otherwise: what large providers take today.
SIZE_LIMIT = 32 * 1024 * 1024

#: What EHLO announces, in this order (RFC 5321 §4.1.1.1).
KEYWORDS = (
    "SIZE",  # RFC 1870
    "8BITMIME",  # RFC 6152
    "SMTPUTF8",  # RFC 6531
    "PIPELINING",  # RFC 2920
    "CHUNKING",  # RFC 3030
    "DSN",  # RFC 3461
    "ENHANCEDSTATUSCODES",  # RFC 2034
    "STARTTLS",  # RFC 3207
    "AUTH",  # RFC 4954
    "HELP",
)

#: The extensions that are a command.
COMMANDS = {"CHUNKING": "BDAT", "STARTTLS": "STARTTLS", "AUTH": "AUTH", "HELP": "HELP"}

#: How a client may log in: RFC 4616, a draft that all know, RFC 2195, and Google's.
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2")


#: Those that are offered unless told otherwise: what large providers offer.
USUAL_MECHANISMS = ("PLAIN", "LOGIN")


class SMTPTerms(TypedDict, total=False):
    """The arguments of `SMTPMock` that are its own; all by keyword. None is as if left out."""

    #: user names, in any case, and their passwords
    accounts: Mapping[str, str] | None
    #: user names, in any case, and their bearer tokens, for XOAUTH2
    tokens: Mapping[str, str] | None
    #: where accepted mail is put; its accounts can log in, and it says who is nobody
    mailboxes: Mailboxes | None
    #: whether clients have to log in; where left out: if there are accounts or tokens
    login_required: bool | None
    #: whether MAIL, RCPT and the like need TLS
    tls_required: bool
    #: whether AUTH needs TLS; it is not announced without
    auth_requires_tls: bool
    #: how clients may log in: some of `MECHANISMS`; where left out: PLAIN and
    #: LOGIN, and XOAUTH2 if there are tokens
    mechanisms: Collection[str] | None
    #: one or some of `KEYWORDS` that are neither announced nor understood
    hide: Collection[str]
    #: bytes that a message may have
    size_limit: int
    #: recipients that a message may have
    recipient_limit: int
    #: messages that one connection may bring
    message_limit: int | None
    #: commands that one connection may get wrong
    error_limit: int


@dataclass(frozen=True)
class Terms:
    """What `SMTPTerms` says, checked.

    Raises:
        MisuseError: something that makes no sense.
    """

    accounts: Mapping[str, str] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)
    mailboxes: Mailboxes | None = None
    login_required: bool | None = None
    tls_required: bool = False
    auth_requires_tls: bool = False
    mechanisms: Collection[str] | None = None
    hide: Collection[str] = ()
    size_limit: int = SIZE_LIMIT
    recipient_limit: int = 1000
    message_limit: int | None = None
    error_limit: int = 20

    def __post_init__(self) -> None:
        for name, what, example in (
            ("accounts", "passwords", "secret"),
            ("tokens", "bearer tokens", "ya29.token"),
        ):
            given = getattr(self, name)
            if not isinstance(given, Mapping) or not all(
                isinstance(text, str) for text in (*given, *given.values())
            ):
                raise MisuseError(
                    f"{name}={given!r}: map user names to {what}, all text:"
                    f" {name}={{'me@example.com': {example!r}}}"
                )
            # A name is the same in any case, as it is where there are mailboxes.
            known = {user.lower(): secret for user, secret in given.items()}
            object.__setattr__(self, name, known)
        if not isinstance(self.mailboxes, Mailboxes | None):
            raise MisuseError(
                f"mailboxes={self.mailboxes!r}: give Mailboxes({{'me@example.com': 'secret'}}),"
                " which other servers can share; for logins alone there is accounts="
            )
        object.__setattr__(self, "hide", hidden(self.hide, KEYWORDS))
        _check_mechanisms(self.mechanisms or ())
        for name, what in (
            ("size_limit", "a message has at least one byte"),
            ("recipient_limit", "a message has at least one recipient"),
            ("message_limit", "a client brings at least one message"),
            ("error_limit", "a client may get at least one command wrong"),
        ):
            limit = getattr(self, name)
            if limit is None and name == "message_limit":
                continue
            if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
                raise MisuseError(f"{name}={limit!r}: a whole number, for {what}")

    def offers(self, keyword: str) -> bool:
        """Whether an extension is announced and understood."""
        return keyword not in self.hide

    def announced(self, *, encrypted: bool) -> Sequence[str]:
        """Return what EHLO announces, on a connection with TLS or without."""
        return self._announced[encrypted]

    @cached_property
    def _announced(self) -> Mapping[bool, Sequence[str]]:
        return {tls: [*self._announcements(encrypted=tls)] for tls in (True, False)}

    def _announcements(self, *, encrypted: bool) -> Iterator[str]:
        for keyword in filter(self.offers, KEYWORDS):
            match keyword:
                case "SIZE":
                    yield f"SIZE {self.size_limit}"
                case "AUTH":
                    if self.offered_mechanisms and (encrypted or not self.auth_requires_tls):
                        yield " ".join(["AUTH", *self.offered_mechanisms])
                case "STARTTLS" if encrypted:
                    pass
                case _:
                    yield keyword

    @property
    def offered_mechanisms(self) -> Collection[str]:
        """How clients may log in."""
        if self.mechanisms is not None:
            return self.mechanisms
        return (*USUAL_MECHANISMS, "XOAUTH2") if self.tokens else USUAL_MECHANISMS

    @property
    def needs_login(self) -> bool:
        """Whether clients have to log in."""
        if self.login_required is None:
            return bool(self.accounts or self.tokens)
        return self.login_required


#: The names of all terms.
NAMES = tuple(field.name for field in fields(Terms))


def _check_mechanisms(given: Collection[str]) -> None:
    if isinstance(given, str):
        raise MisuseError(f"mechanisms={given!r}: they are several: mechanisms=[{given!r}]")
    for word in given:
        if word not in MECHANISMS:
            raise MisuseError(f"mechanisms=[{word!r}] is none of {', '.join(MECHANISMS)}")


#: The terms of a server that is told none.
USUAL = Terms()
