"""SEARCH: find messages (RFC 3501 §6.4.4); with RETURN, its extended form (RFC 4731)."""

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.keys import Candidate, Program
from netmocks.mail.imap.reply import Bad, No, Reply, Serving, string, untagged
from netmocks.mail.imap.sequence import compact
from netmocks.mail.imap.session import Session

#: The charsets that strings may have, and what Python calls them.
CHARSETS = {"US-ASCII": "ascii", "UTF-8": "utf-8"}

RETURNED = ("MIN", "MAX", "ALL", "COUNT")


def search(session: Session, arguments: Arguments, *, by_uid: bool = False) -> Serving:
    """Tell the numbers, or the UIDs, of the messages that have all that is asked."""
    arguments.space()
    returned = _returned(session, arguments)
    charset = _charset(arguments)
    selection = session.selected
    fits = Program(arguments, charset, selection).take()
    found = []
    for number, message in enumerate(selection.messages, 1):
        if fits(Candidate(message, is_recent=selection.is_recent(message))):
            found.append(message.uid if by_uid else number)
        yield None
    if returned is None:
        yield untagged(b" ".join([b"SEARCH", *(b"%d" % number for number in found)]))
    else:
        yield _extended(session, found, returned, by_uid=by_uid)
    return "UID SEARCH completed" if by_uid else "SEARCH completed"


def _returned(session: Session, arguments: Arguments) -> list[str] | None:
    """Take what is to be returned; None where that is left out."""
    if not session.has("ESEARCH") or not arguments.skip_word(b"RETURN"):
        return None
    arguments.space()
    returned = arguments.list_of(arguments.keyword) or ["ALL"]
    unknown = [word for word in returned if word not in RETURNED]
    if unknown:
        raise Bad(f"SEARCH can't RETURN {unknown[0][:60]}")
    arguments.space()
    return returned


def _charset(arguments: Arguments) -> str:
    """Take the charset of the strings that follow, and return Python's name for it."""
    if not arguments.skip_word(b"CHARSET"):
        return CHARSETS["US-ASCII"]
    arguments.space()
    name = arguments.astring().decode("ascii", "replace").upper()
    arguments.space()
    if name not in CHARSETS:
        raise No(f"there is no charset {name[:60]}", f"BADCHARSET ({' '.join(CHARSETS)})")
    return CHARSETS[name]


def _extended(session: Session, found: list[int], returned: list[str], *, by_uid: bool) -> Reply:
    told = [b"ESEARCH (TAG %b)" % string(session.tag), *([b"UID"] if by_uid else [])]
    if found and "MIN" in returned:
        told.append(b"MIN %d" % found[0])
    if found and "MAX" in returned:
        told.append(b"MAX %d" % found[-1])
    if found and "ALL" in returned:
        told.append(b"ALL " + compact(found))
    if "COUNT" in returned:
        told.append(b"COUNT %d" % len(found))
    return untagged(b" ".join(told))


TABLE = {"SEARCH": Entry(search, "selected", by_number=True)}
