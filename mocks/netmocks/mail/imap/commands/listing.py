"""Commands that tell of mailboxes: LIST, LSUB, STATUS (RFC 3501 §6.3), NAMESPACE (RFC 2342)."""

from collections.abc import Iterable, Iterator

from netmocks.mail.account import INBOX
from netmocks.mail.folder import Folder
from netmocks.mail.imap import hierarchy, utf7
from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.reply import Bad, No, Serving, astring, listed, string, untagged
from netmocks.mail.imap.session import Session

DELIMITER = string(hierarchy.DELIMITER.encode())


def list_(session: Session, arguments: Arguments) -> Serving:
    """Tell of the mailboxes that fit a pattern."""
    reference, pattern = _patterns(arguments)
    if not pattern:  # what the delimiter is
        yield untagged(b'LIST (\\Noselect) %b ""' % DELIMITER)
        return "LIST completed"
    names = [folder.name for folder in session.owner]
    for name, is_there in _fitting(names, reference + pattern):
        attributes = [] if is_there else [b"\\Noselect"]
        if session.has("CHILDREN"):
            has_children = bool(hierarchy.below(name, names))
            attributes.append(b"\\HasChildren" if has_children else b"\\HasNoChildren")
        yield untagged(b"LIST %b %b %b" % (listed(attributes), DELIMITER, _wire(name)))
    return "LIST completed"


def lsub(session: Session, arguments: Arguments) -> Serving:
    """Tell of the subscribed mailboxes that fit a pattern, and of the levels above them."""
    reference, pattern = _patterns(arguments)
    names = [folder.name for folder in session.owner if folder.subscribed]
    for name, is_there in _fitting(names, reference + pattern):
        attributes = b"()" if is_there else b"(\\Noselect)"
        yield untagged(b"LSUB %b %b %b" % (attributes, DELIMITER, _wire(name)))
    return "LSUB completed"


def _patterns(arguments: Arguments) -> tuple[str, str]:
    arguments.space()
    reference = arguments.mailbox()
    arguments.space()
    pattern = arguments.pattern()
    arguments.end()
    if len(reference) + len(pattern) > hierarchy.LENGTH_LIMIT:
        raise Bad("no mailbox has a name that long")
    return reference, pattern


def _fitting(names: Iterable[str], pattern: str) -> Iterator[tuple[str, bool]]:
    """Return the names that fit a pattern, and whether such a mailbox is there.

    Where the pattern ends in "%", a level above others is told of even if it is no mailbox itself.
    """
    there = set(names)
    told = set(there)
    if pattern.endswith("%"):
        told.update(level for name in there for level in hierarchy.above(name))
    for name in sorted(told, key=lambda name: (name != INBOX, name)):
        if hierarchy.matches(name, pattern) or (
            name == INBOX and hierarchy.matches(INBOX, pattern.upper())
        ):
            yield name, name in there


def _wire(name: str) -> bytes:
    return string(utf7.encode(name))


def status(session: Session, arguments: Arguments) -> Serving:
    """Tell of one mailbox without selecting it."""
    arguments.space()
    name = arguments.mailbox()
    arguments.space()
    items = arguments.list_of(arguments.keyword)
    arguments.end()
    unknown = [item for item in items if item not in STATUS]
    if unknown or not items:
        raise Bad(f"STATUS has no {unknown[0]}" if unknown else "STATUS of nothing")
    folder = session.owner.get(name)
    if folder is None:
        raise No(f"there is no mailbox {name!r}", "NONEXISTENT")
    with folder.lock:
        told = [b"%b %d" % (item.encode(), STATUS[item](folder)) for item in items]
    yield untagged(b"STATUS %b %b" % (astring(utf7.encode(name)), listed(told)))
    return "STATUS completed"


def _unseen(folder: Folder) -> int:
    return sum("\\Seen" not in message.flags for message in folder)


def _recent(folder: Folder) -> int:
    return sum(message.uid >= folder.first_recent for message in folder)


def _deleted(folder: Folder) -> int:
    return sum("\\Deleted" in message.flags for message in folder)


#: The last two are RFC 9051's (§6.3.11).
STATUS = {
    "MESSAGES": len,
    "RECENT": _recent,
    "UIDNEXT": lambda folder: folder.uid_next,
    "UIDVALIDITY": lambda folder: folder.uid_validity,
    "UNSEEN": _unseen,
    "SIZE": lambda folder: folder.size,
    "DELETED": _deleted,
}


def namespace(session: Session, arguments: Arguments) -> Serving:
    """Tell that all mailboxes are the user's own."""
    arguments.end()
    yield untagged(b'NAMESPACE (("" %b)) NIL NIL' % DELIMITER)
    return "NAMESPACE completed"


TABLE = {
    "LIST": Entry(list_, "authenticated"),
    "LSUB": Entry(lsub, "authenticated"),
    "STATUS": Entry(status, "authenticated"),
    "NAMESPACE": Entry(namespace, "authenticated", "NAMESPACE"),
}
