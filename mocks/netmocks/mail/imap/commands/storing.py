"""STORE: change flags (RFC 3501 §6.4.6)."""

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.commands.fetching import fetched
from netmocks.mail.imap.items import FLAGS, UID, Fetched
from netmocks.mail.imap.reply import Bad, Serving
from netmocks.mail.imap.session import Session
from netmocks.mail.stored import SYSTEM_FLAGS, flag_set

ITEMS = ("FLAGS", "+FLAGS", "-FLAGS")


def store(session: Session, arguments: Arguments, *, by_uid: bool = False) -> Serving:
    """Change the flags of some messages, and tell them, unless silence is asked for."""
    arguments.space()
    numbers = arguments.sequence_set()
    arguments.space()
    item = arguments.keyword()
    arguments.space()
    flags = arguments.flags() if arguments.has(b"(") else [arguments.flag()]
    while not arguments.is_at_end:  # the parentheses may be left out
        arguments.space()
        flags.append(arguments.flag())
    how = item.removesuffix(".SILENT")
    if how not in ITEMS:
        raise Bad(f"STORE can't change {item[:60]}: it changes {', '.join(ITEMS)}")
    given = flag_set(storable(flags))
    selection = session.writable
    items = [UID, FLAGS] if by_uid else [FLAGS]
    for number, message in selection.chosen(numbers, by_uid=by_uid):
        with selection.folder.lock:
            selection.set_flags(message, _changed(message.flags, how, given))
        is_silent = item.endswith(".SILENT")
        yield None if is_silent else fetched(number, Fetched(selection, message), items)
    return "UID STORE completed" if by_uid else "STORE completed"


def storable(flags: list[str]) -> list[str]:
    r"""Return flags without \Recent, which is the server's own.

    Raises:
        Bad: a flag that looks like one of the system's, and is none.
    """
    kept = [flag for flag in flags if flag.lower() != "\\recent"]
    unknown = flag_set(flag for flag in kept if flag.startswith("\\")).difference(SYSTEM_FLAGS)
    if unknown:
        raise Bad(f"there is no flag {min(unknown)[:60]}")
    return kept


def _changed(old: frozenset[str], how: str, given: frozenset[str]) -> frozenset[str]:
    if how == "FLAGS":
        return given
    same = {flag.lower() for flag in given}  # keywords are the same in any case
    others = frozenset(flag for flag in old if flag.lower() not in same)
    return others | given if how == "+FLAGS" else others


TABLE = {"STORE": Entry(store, "selected", by_number=True)}
