"""COPY (RFC 3501 §6.4.7) and MOVE (RFC 6851)."""

from netmocks.mail.folder import Folder
from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.reply import No, Serving, untagged
from netmocks.mail.imap.sequence import compact
from netmocks.mail.imap.session import Session
from netmocks.mail.stored import StoredMessage


def copy(session: Session, arguments: Arguments, *, by_uid: bool = False) -> str:
    """Put copies of some messages into another mailbox: all of them or none."""
    messages, target = _asked(session, arguments, by_uid=by_uid)
    with target.lock:
        session.owner.must_have_room(sum(message.size for message in messages))
        copies = [
            target.add(message.message, flags=message.flags, date=message.internal_date)
            for message in messages
        ]
    code = _code(session, messages, copies, target)
    return f"{code}{'UID COPY' if by_uid else 'COPY'} completed"


def move(session: Session, arguments: Arguments, *, by_uid: bool = False) -> Serving:
    """Put some messages into another mailbox; the news that follow tell that they left."""
    messages, target = _asked(session, arguments, by_uid=by_uid)
    folder = session.writable.folder
    with folder.lock:
        here = [message for message in messages if folder.get(message.uid) is message]
        code = _code(session, here, folder.move(here, target), target)
    if code:
        yield untagged(f"OK {code}moved")
    return f"{'UID MOVE' if by_uid else 'MOVE'} completed"


def _asked(
    session: Session, arguments: Arguments, *, by_uid: bool
) -> tuple[list[StoredMessage], Folder]:
    arguments.space()
    numbers = arguments.sequence_set()
    arguments.space()
    name = arguments.mailbox()
    arguments.end()
    chosen = session.selected.chosen(numbers, by_uid=by_uid)
    target = session.owner.get(name)
    if target is None:
        raise No(f"there is no mailbox {name!r}", "TRYCREATE")
    return [message for _, message in chosen], target


def _code(
    session: Session, sources: list[StoredMessage], copies: list[StoredMessage], target: Folder
) -> str:
    """Return the response code that tells the UIDs, old and new (RFC 4315 §3)."""
    if not copies or not session.has("UIDPLUS"):
        return ""
    old, new = (compact([message.uid for message in group]).decode() for group in (sources, copies))
    return f"[COPYUID {target.uid_validity} {old} {new}] "


TABLE = {
    "COPY": Entry(copy, "selected", by_number=True),
    "MOVE": Entry(move, "selected", "MOVE"),
}
