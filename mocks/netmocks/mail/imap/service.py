"""How one command is served: understood, done, and told of."""

from collections.abc import Generator
from typing import NamedTuple

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.command import Command
from netmocks.mail.imap.commands import TABLE, Entry
from netmocks.mail.imap.reader import RawCommand
from netmocks.mail.imap.reply import Bad, No, Reply, untagged
from netmocks.mail.imap.session import Session
from netmocks.mail.refusal import OverQuota


class Order(NamedTuple):
    """A command whose name is understood; its arguments are not, yet."""

    tag: bytes
    arguments: Arguments
    #: what serves it, None if it is refused
    entry: Entry | None
    #: why it can't be served, None if nothing is wrong so far
    refusal: Bad | No | None = None


def understand(session: Session, raw: RawCommand) -> Order:
    """Read what a command is, and whether now is its time; the session knows of it then."""
    session.tag = raw.tag
    session.command = Command("", "", session.user, "", session.number)
    arguments = Arguments(raw)
    if raw.refusal is not None:
        return Order(raw.tag, arguments, None, raw.refusal)
    try:
        return Order(raw.tag, arguments, _understood(session, arguments))
    except Bad as refusal:
        return Order(raw.tag, arguments, None, refusal)


def serve(session: Session, order: Order, status: str = "") -> Generator[Reply | None, bytes, None]:
    """Serve one command: yield what the client is told; None is no reply, but a place to pause.

    A reply that asks is to be answered with the client's next line, by `send`.

    Arguments:
        session: the client's.
        order: the command.
        status: what a rule wants said: a refusal in place of all else, or another OK.
    """
    may_expunge = True
    try:
        if order.refusal is not None:
            raise order.refusal
        _refuse(status)
        assert order.entry is not None  # for it is not refused
        may_expunge = not order.entry.by_number
        outcome = order.entry.serve(session, order.arguments)
        done = outcome if isinstance(outcome, str) else (yield from outcome)
        ending = status if " " in status else f"OK {done}"
    except Bad as error:
        ending = f"BAD {error}"
    except No as error:
        ending = f"NO {error}"
    except OverQuota as error:
        ending = f"NO [OVERQUOTA] {error}"
    except Bye as error:
        session.next = "close"
        session.command = session.command._replace(reply=f"BYE {error}")
        yield untagged(session.command.reply)
        return
    yield from session.news(may_expunge=may_expunge)
    # A status is a line of ASCII (RFC 3501 §9, text), whatever it quotes.
    ending = "".join(c if " " <= c <= "~" else "?" for c in ending)
    session.command = session.command._replace(user=session.user, reply=ending)
    yield Reply(order.tag, ending.encode())


class Bye(Exception):  # no error: the way out of a command
    """The connection ends with BYE instead of an answer (RFC 3501 §7.1.5)."""


def _refuse(status: str) -> None:
    """Refuse a command as a rule says, if it does so."""
    kind, _, text = status.partition(" ")
    refusal = {"NO": No, "BAD": Bad, "BYE": Bye}.get(kind)
    if refusal is not None:
        raise refusal(text or "refused")


def _understood(session: Session, arguments: Arguments) -> Entry:
    """Read a command's name; return what serves it.

    Raises:
        Bad: it is none, or not one of this state.
    """
    arguments.tag()
    arguments.space()
    name = arguments.keyword()
    if name == "UID" and arguments.skip(b" "):
        name = f"UID {arguments.keyword()}"
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
