"""Commands that tell which mailboxes there are: LIST, LSUB (RFC 3501 §6.3), NAMESPACE."""

from collections.abc import Iterable, Iterator

from netmocks.mail.account import INBOX
from netmocks.mail.folder import Folder
from netmocks.mail.imap import hierarchy, utf7
from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands import status
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.commands.query import Query, take_query, whole
from netmocks.mail.imap.reply import Serving, listed, string, untagged
from netmocks.mail.imap.session import Session

DELIMITER = string(hierarchy.DELIMITER.encode())


def list_(session: Session, arguments: Arguments) -> Serving:
    """Tell of the mailboxes that fit a pattern."""
    query = take_query(session, arguments)
    if query.patterns == [""] and not query.is_extended:  # what the delimiter is
        yield untagged(b'LIST (\\Noselect) %b ""' % DELIMITER)
        return "LIST completed"
    there = {folder.name: folder for folder in session.owner}
    chosen = [name for name, folder in there.items() if _is_chosen(folder, query)]
    for name in _fitting(there, query.patterns):
        within = hierarchy.below(name, chosen) if "RECURSIVEMATCH" in query.selected else []
        # A level above mailboxes is no mailbox: it is told of where none are selected.
        if name not in chosen and not within and (name in there or query.selected):
            continue
        attributes = listed(_attributes(session, query, name, there))
        more = b' ("CHILDINFO" ("SUBSCRIBED"))' if within else b""
        yield untagged(b"LIST %b %b %b%b" % (attributes, DELIMITER, _wire(name), more))
        if query.items and name in there:
            yield status.told(there[name], query.items)
    return "LIST completed"


def _is_chosen(folder: Folder, query: Query) -> bool:
    if "SUBSCRIBED" in query.selected and not folder.subscribed:
        return False
    return "SPECIAL-USE" not in query.selected or bool(folder.use)


def _attributes(
    session: Session, query: Query, name: str, there: dict[str, Folder]
) -> Iterator[bytes]:
    """Return what a mailbox, or a level above mailboxes, is."""
    folder = there.get(name)
    if folder is None:
        yield b"\\NonExistent" if query.is_extended else b"\\Noselect"
    elif folder.subscribed and "SUBSCRIBED" in query.selected | query.returned:
        yield b"\\Subscribed"
    if session.has("CHILDREN") or "CHILDREN" in query.returned:
        yield b"\\HasChildren" if hierarchy.below(name, there) else b"\\HasNoChildren"
    if folder is not None and folder.use and session.has("SPECIAL-USE"):
        yield folder.use.encode()


def lsub(session: Session, arguments: Arguments) -> Serving:
    """Tell of the subscribed mailboxes that fit a pattern, and of the levels above them."""
    arguments.space()
    reference = arguments.mailbox()
    arguments.space()
    pattern = whole(reference, arguments.pattern())
    arguments.end()
    names = [folder.name for folder in session.owner if folder.subscribed]
    for name in _fitting(names, [pattern]):
        attributes = b"()" if name in names else b"(\\Noselect)"
        yield untagged(b"LSUB %b %b %b" % (attributes, DELIMITER, _wire(name)))
    return "LSUB completed"


def _fitting(names: Iterable[str], patterns: list[str]) -> Iterator[str]:
    """Return the names that fit a pattern, INBOX first.

    Where a pattern ends in "%", a level above others is told of even if it is no mailbox itself.
    """
    told = set(names)
    if any(pattern.endswith("%") for pattern in patterns):
        told.update([level for name in told for level in hierarchy.above(name)])
    for name in sorted(told, key=lambda name: (name != INBOX, name)):
        if any(_fits(name, pattern) for pattern in patterns):
            yield name


def _fits(name: str, pattern: str) -> bool:
    return hierarchy.matches(name, pattern) or (
        name == INBOX and hierarchy.matches(INBOX, pattern.upper())
    )


def _wire(name: str) -> bytes:
    return string(utf7.encode(name))


def namespace(session: Session, arguments: Arguments) -> Serving:
    """Tell that all mailboxes are the user's own (RFC 2342)."""
    arguments.end()
    yield untagged(b'NAMESPACE (("" %b)) NIL NIL' % DELIMITER)
    return "NAMESPACE completed"


TABLE = {
    "LIST": Entry(list_, "authenticated"),
    "LSUB": Entry(lsub, "authenticated"),
    "NAMESPACE": Entry(namespace, "authenticated", "NAMESPACE"),
}
