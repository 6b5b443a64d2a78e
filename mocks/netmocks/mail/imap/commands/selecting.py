"""Commands that open and close a mailbox: SELECT, EXAMINE, CLOSE, UNSELECT, CHECK."""

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.commands.expunging import deleted
from netmocks.mail.imap.reply import Serving, listed, untagged
from netmocks.mail.imap.session import Session
from netmocks.mail.stored import SYSTEM_FLAGS


def select(session: Session, arguments: Arguments) -> Serving:
    """Open a mailbox."""
    return _opened(session, arguments, read_only=False)


def examine(session: Session, arguments: Arguments) -> Serving:
    """Open a mailbox, for reading only."""
    return _opened(session, arguments, read_only=True)


def _opened(session: Session, arguments: Arguments, *, read_only: bool) -> Serving:
    arguments.space()
    name = arguments.mailbox()
    arguments.end()
    selection = session.select(name, read_only=read_only)
    folder, messages = selection.folder, selection.messages
    keywords = {flag for message in messages for flag in message.flags}.difference(SYSTEM_FLAGS)
    flags = [flag.encode() for flag in (*SYSTEM_FLAGS, *sorted(keywords))]
    permanent = [] if read_only else [*flags, b"\\*"]
    yield untagged(b"FLAGS " + listed(flags))
    yield untagged(f"{len(messages)} EXISTS")
    yield untagged(f"{selection.recent} RECENT")
    for number, message in enumerate(messages, 1):
        if "\\Seen" not in message.flags:
            yield untagged(f"OK [UNSEEN {number}] the first that is unseen")
            break
    yield untagged(b"OK [PERMANENTFLAGS %b] these last" % listed(permanent))
    yield untagged(f"OK [UIDVALIDITY {folder.uid_validity}] UIDs are valid")
    yield untagged(f"OK [UIDNEXT {selection.uid_next}] the next UID")
    if read_only:
        return "[READ-ONLY] EXAMINE completed"
    return "[READ-WRITE] SELECT completed"


def close(session: Session, arguments: Arguments) -> str:
    """Close the mailbox; what is marked as deleted goes, in silence."""
    arguments.end()
    selection = session.selected
    if not selection.read_only:
        selection.folder.expunge(deleted(selection))
    session.deselect()
    return "CLOSE completed"


def unselect(session: Session, arguments: Arguments) -> str:
    """Close the mailbox; nothing goes (RFC 3691)."""
    arguments.end()
    session.deselect()
    return "UNSELECT completed"


def check(session: Session, arguments: Arguments) -> str:
    """Take a checkpoint: there is nothing to be done for it."""
    arguments.end()
    return "CHECK completed"


TABLE = {
    "SELECT": Entry(select, "authenticated"),
    "EXAMINE": Entry(examine, "authenticated"),
    "CLOSE": Entry(close, "selected"),
    "UNSELECT": Entry(unselect, "selected", "UNSELECT"),
    "CHECK": Entry(check, "selected"),
}
