"""FETCH: read messages (RFC 3501 §6.4.5)."""

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.items import FLAGS, UID, Fetched, Item, take_items
from netmocks.mail.imap.reply import Reply, Serving
from netmocks.mail.imap.session import Session


def fetch(session: Session, arguments: Arguments, *, by_uid: bool = False) -> Serving:
    """Tell what is asked of some messages; they are seen then, unless it is only peeked at."""
    arguments.space()
    numbers = arguments.sequence_set()
    arguments.space()
    items = take_items(arguments)
    arguments.end()
    if by_uid and UID not in items:
        items.insert(0, UID)
    selection = session.selected
    reads = not selection.read_only and any(item.reads for item in items)
    for number, message in selection.chosen(numbers, by_uid=by_uid):
        told = items
        if reads and "\\Seen" not in message.flags:
            with selection.folder.lock:
                selection.set_flags(message, message.flags | {"\\Seen"})
            told = items if FLAGS in items else [*items, FLAGS]
        yield fetched(number, Fetched(selection, message), told)
    return "UID FETCH completed" if by_uid else "FETCH completed"


def fetched(number: int, of: Fetched, items: list[Item]) -> Reply:
    """Return the reply with what is asked of one message."""
    told = b" ".join([b"%b %b" % (item.name, item.value(of)) for item in items])
    return Reply(b"*", b"%d FETCH (%b)" % (number, told))


TABLE = {"FETCH": Entry(fetch, "selected", by_number=True)}
