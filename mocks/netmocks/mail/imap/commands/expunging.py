r"""EXPUNGE: remove what is marked as \Deleted (RFC 3501 §6.4.3, RFC 4315 §2.1)."""

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.selection import Selection
from netmocks.mail.imap.session import Session
from netmocks.mail.stored import StoredMessage


def expunge(session: Session, arguments: Arguments) -> str:
    """Remove all of them; the news that follow tell which."""
    arguments.end()
    selection = session.writable
    selection.folder.expunge(deleted(selection))
    return "EXPUNGE completed"


def uid_expunge(session: Session, arguments: Arguments) -> str:
    """Remove those of some UIDs."""
    arguments.space()
    numbers = arguments.sequence_set()
    arguments.end()
    selection = session.writable
    chosen = selection.chosen(numbers, by_uid=True)
    selection.folder.expunge(m for _, m in chosen if "\\Deleted" in m.flags)
    return "UID EXPUNGE completed"


def deleted(selection: Selection) -> list[StoredMessage]:
    """Return the messages that are to go: those that this session knows of."""
    return [message for message in selection.messages if "\\Deleted" in message.flags]


TABLE = {"EXPUNGE": Entry(expunge, "selected")}
