"""Commands that come before the login: STARTTLS, LOGIN, AUTHENTICATE (RFC 3501 §6.2)."""

from base64 import b64decode
from binascii import Error as Base64Error

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.reply import Bad, No, Serving, go_on
from netmocks.mail.imap.session import Session


def starttls(session: Session, arguments: Arguments) -> str:
    """Let the connection begin TLS once it is told so."""
    arguments.end()
    if session.encrypted:
        raise Bad("TLS is active already")
    session.next = "tls"
    return "begin TLS now"


def login(session: Session, arguments: Arguments) -> str:
    """Log in by name and password."""
    arguments.space()
    name = arguments.astring()
    arguments.space()
    password = arguments.astring()
    arguments.end()
    if not session.has("LOGIN"):
        raise No("LOGIN is disabled")
    return _admitted(session, "LOGIN", name, password)


def authenticate(session: Session, arguments: Arguments) -> Serving:
    """Log in by SASL PLAIN (RFC 4616), its response at once (RFC 4959) or when asked for."""
    arguments.space()
    mechanism = arguments.keyword()
    initial = None
    if not arguments.is_at_end:
        arguments.space()
        initial = arguments.atom()
    arguments.end()
    if mechanism != "PLAIN" or not session.has("AUTH=PLAIN"):
        raise No(f"there is no mechanism {mechanism[:60]}", "CANNOT")
    if initial is None:
        response = yield go_on()
    elif session.has("SASL-IR"):
        response = b"" if initial == b"=" else initial
    else:
        raise Bad("the response comes when it is asked for")
    if response == b"*":
        raise Bad("the client gave up")
    # An identity to act as, a name and a password; nobody acts as anybody else here.
    identity, name, password = _pieces(response)
    if identity not in (b"", name):
        raise No("nobody may act as somebody else", "AUTHORIZATIONFAILED")
    return _admitted(session, "AUTHENTICATE", name, password)


def _pieces(response: bytes) -> tuple[bytes, bytes, bytes]:
    try:
        identity, name, password = b64decode(response, validate=True).split(b"\0")
    except (Base64Error, ValueError):
        raise Bad("that is no base64 of an identity, a name and a password (RFC 4616)") from None
    return identity, name, password


def _admitted(session: Session, command: str, name: bytes, password: bytes) -> str:
    if not session.may_log_in:
        raise No("STARTTLS comes before a login", "PRIVACYREQUIRED")
    session.account = session.mailboxes.authenticate(_text(name), _text(password))
    if session.account is None:
        raise No("there is no such name and password", "AUTHENTICATIONFAILED")
    return f"[CAPABILITY {session.capabilities}] {command} completed"


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


TABLE = {
    "STARTTLS": Entry(starttls, "not authenticated", "STARTTLS"),
    "LOGIN": Entry(login, "not authenticated"),
    "AUTHENTICATE": Entry(authenticate, "not authenticated"),
}
