"""UID: commands that name messages by their UIDs (RFC 3501 §6.4.8)."""

from collections.abc import Callable
from functools import partial

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.copying import copy, move
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.commands.expunging import uid_expunge
from netmocks.mail.imap.commands.fetching import fetch
from netmocks.mail.imap.commands.searching import search
from netmocks.mail.imap.commands.storing import store
from netmocks.mail.imap.reply import Bad, Serving
from netmocks.mail.imap.session import Session

FORMS: dict[str, Callable[[Session, Arguments], Serving | str]] = {
    "COPY": partial(copy, by_uid=True),
    "EXPUNGE": uid_expunge,
    "FETCH": partial(fetch, by_uid=True),
    "MOVE": partial(move, by_uid=True),
    "SEARCH": partial(search, by_uid=True),
    "STORE": partial(store, by_uid=True),
}

#: Those that not every server has.
CAPABILITIES = {"EXPUNGE": "UIDPLUS", "MOVE": "MOVE"}


def uid(session: Session, arguments: Arguments) -> Serving | str:
    """Do what the next word says, by UIDs."""
    arguments.space()
    form = arguments.keyword()
    session.command = session.command._replace(name=f"UID {form}", arguments=arguments.rest)
    if form not in FORMS or not session.has(CAPABILITIES.get(form, "")):
        raise Bad(f"there is no command UID {form[:60]}")
    return FORMS[form](session, arguments)


TABLE = {"UID": Entry(uid, "selected")}
