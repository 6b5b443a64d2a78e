"""How one command is served: understood, done, and told of."""

from collections.abc import Generator

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.command import Command
from netmocks.mail.imap.commands import TABLE, Entry
from netmocks.mail.imap.reader import RawCommand
from netmocks.mail.imap.reply import Bad, No, Reply
from netmocks.mail.imap.session import Session
from netmocks.mail.refusal import OverQuota


def serve(session: Session, raw: RawCommand) -> Generator[Reply, bytes, None]:
    """Serve one command: yield what the client is told.

    A reply that asks is to be answered with the client's next line, by `send`.
    """
    session.tag = raw.tag
    session.command = Command("", "", session.user, "")
    may_expunge = True
    try:
        if raw.refusal is not None:
            raise raw.refusal
        arguments = Arguments(raw)
        entry = _understood(session, arguments)
        may_expunge = not entry.by_number
        outcome = entry.serve(session, arguments)
        ending = "OK " + (outcome if isinstance(outcome, str) else (yield from outcome))
    except Bad as error:
        ending = f"BAD {error}"
    except No as error:
        ending = f"NO {error}"
    except OverQuota as error:
        ending = f"NO [OVERQUOTA] {error}"
    yield from session.news(may_expunge=may_expunge)
    # A status is a line of ASCII (RFC 3501 §9, text), whatever it quotes.
    ending = "".join(c if " " <= c <= "~" else "?" for c in ending)
    session.command = session.command._replace(user=session.user, reply=ending)
    yield Reply(raw.tag, ending.encode())


def _understood(session: Session, arguments: Arguments) -> Entry:
    """Read a command's name; return what serves it.

    Raises:
        Bad: it is none, or not one of this state.
    """
    arguments.tag()
    arguments.space()
    name = arguments.keyword()
    session.command = session.command._replace(name=name, arguments=arguments.rest)
    entry = TABLE.get(name)
    if entry is None or not session.has(entry.capability):
        raise Bad(f"there is no command {name[:60]}")
    if entry.state == "not authenticated" and session.account is not None:
        raise Bad(f"{name} comes before the login, which is done")
    if entry.state in ("authenticated", "selected") and session.account is None:
        raise Bad(f"{name} needs a login first")
    if entry.state == "selected" and session.selection is None:
        raise Bad(f"{name} needs a mailbox: SELECT one first")
    return entry
