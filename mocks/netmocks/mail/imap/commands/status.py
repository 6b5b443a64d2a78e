"""STATUS: tell of one mailbox without selecting it (RFC 3501 §6.3.10)."""

from netmocks.mail.folder import Folder
from netmocks.mail.imap import utf7
from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.reply import Bad, No, Reply, Serving, astring, listed, untagged
from netmocks.mail.imap.session import Session


def status(session: Session, arguments: Arguments) -> Serving:
    """Tell what is asked of one mailbox."""
    arguments.space()
    name = arguments.mailbox()
    arguments.space()
    items = take_items(arguments)
    arguments.end()
    folder = session.owner.get(name)
    if folder is None:
        raise No(f"there is no mailbox {name!r}", "NONEXISTENT")
    yield told(folder, items)
    return "STATUS completed"


def take_items(arguments: Arguments) -> list[str]:
    """Take the list of what is asked.

    Raises:
        Bad: it is empty, or has something that no mailbox has.
    """
    items = arguments.list_of(arguments.keyword)
    unknown = [item for item in items if item not in ITEMS]
    if unknown or not items:
        known = ", ".join(ITEMS)
        raise Bad(f"STATUS tells {known}; not {unknown[0] if unknown else 'nothing'}")
    return items


def told(folder: Folder, items: list[str]) -> Reply:
    """Return the reply with what is asked of a mailbox."""
    with folder.lock:
        counts = [b"%b %d" % (item.encode(), ITEMS[item](folder)) for item in items]
    return untagged(b"STATUS %b %b" % (astring(utf7.encode(folder.name)), listed(counts)))


def _unseen(folder: Folder) -> int:
    return sum("\\Seen" not in message.flags for message in folder)


def _recent(folder: Folder) -> int:
    return sum(message.uid >= folder.first_recent for message in folder)


def _deleted(folder: Folder) -> int:
    return sum("\\Deleted" in message.flags for message in folder)


#: The last two are RFC 9051's (§6.3.11).
ITEMS = {
    "MESSAGES": len,
    "RECENT": _recent,
    "UIDNEXT": lambda folder: folder.uid_next,
    "UIDVALIDITY": lambda folder: folder.uid_validity,
    "UNSEEN": _unseen,
    "SIZE": lambda folder: folder.size,
    "DELETED": _deleted,
}


TABLE = {"STATUS": Entry(status, "authenticated")}
