"""IDLE: wait for news (RFC 2177)."""

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.reply import Bad, Serving, go_on
from netmocks.mail.imap.session import Session


def idle(session: Session, arguments: Arguments) -> Serving:
    """Let the connection tell news as they come, until the client says DONE."""
    arguments.end()
    session.is_idle = True
    try:
        line = yield go_on("idling")
    finally:
        session.is_idle = False
    if line.upper() != b"DONE":
        raise Bad("IDLE ends with DONE")
    return "IDLE completed"


TABLE = {"IDLE": Entry(idle, "authenticated", "IDLE")}
