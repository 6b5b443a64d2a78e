"""Commands of any state: CAPABILITY, NOOP, LOGOUT (RFC 3501 §6.1), ID (RFC 2971)."""

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.reply import Bad, Serving, untagged
from netmocks.mail.imap.session import Session

#: Pairs that a client may tell of itself (RFC 2971 §3.3).
ID_LIMIT = 30


def capability(session: Session, arguments: Arguments) -> Serving:
    """Tell what the server can do."""
    arguments.end()
    yield untagged(f"CAPABILITY {session.capabilities}")
    return "CAPABILITY completed"


def noop(session: Session, arguments: Arguments) -> str:
    """Do nothing; there may be news."""
    arguments.end()
    return "NOOP completed"


def logout(session: Session, arguments: Arguments) -> Serving:
    """Say goodbye."""
    arguments.end()
    session.deselect()
    yield untagged("BYE see you")
    session.next = "close"
    return "LOGOUT completed"


def identify(session: Session, arguments: Arguments) -> Serving:
    """Exchange who the two are; the journal has what the client says."""
    arguments.space()
    if arguments.has(b"("):
        told = arguments.list_of(arguments.nstring)
        if len(told) % 2 or len(told) > 2 * ID_LIMIT:
            raise Bad(f"ID takes up to {ID_LIMIT} fields, each with its value")
    elif arguments.nstring() is not None:
        raise Bad("ID takes a list, or NIL")
    arguments.end()
    yield untagged('ID ("name" "netmocks")')
    return "ID completed"


TABLE = {
    "CAPABILITY": Entry(capability, "any"),
    "NOOP": Entry(noop, "any"),
    "LOGOUT": Entry(logout, "any"),
    "ID": Entry(identify, "any", "ID"),
}
