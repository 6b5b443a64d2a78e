"""APPEND: put messages into a mailbox (RFC 3501 §6.3.11; several at once: RFC 3502)."""

from datetime import datetime
from typing import NamedTuple

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.commands.storing import storable
from netmocks.mail.imap.reply import Bad, No
from netmocks.mail.imap.sequence import compact
from netmocks.mail.imap.session import Session


class New(NamedTuple):
    """A message to be put there."""

    flags: list[str]
    date: datetime | None
    content: bytes


def append(session: Session, arguments: Arguments) -> str:
    """Put messages into a mailbox: all of them or none."""
    arguments.space()
    name = arguments.mailbox()
    messages = [_taken(arguments)]
    while not arguments.is_at_end:
        messages.append(_taken(arguments))
    if len(messages) > 1 and not session.has("MULTIAPPEND"):
        raise Bad("APPEND takes one message")
    folder = session.owner.get(name)
    if folder is None:
        raise No(f"there is no mailbox {name!r}", "TRYCREATE")
    with folder.lock:
        session.owner.must_have_room(sum(len(message.content) for message in messages))
        added = [folder.add(new.content, flags=new.flags, date=new.date) for new in messages]
    if not session.has("UIDPLUS"):
        return "APPEND completed"
    uids = compact([message.uid for message in added]).decode()
    return f"[APPENDUID {folder.uid_validity} {uids}] APPEND completed"


def _taken(arguments: Arguments) -> New:
    flags: list[str] = []
    date = None
    arguments.space()
    if arguments.has(b"("):
        flags = storable(arguments.flags())
        arguments.space()
    if arguments.has(b'"'):
        date = arguments.date_time()
        arguments.space()
    content = arguments.literal()
    if not content:
        raise No("a message has at least one byte")
    return New(flags, date, content)


TABLE = {"APPEND": Entry(append, "authenticated")}
