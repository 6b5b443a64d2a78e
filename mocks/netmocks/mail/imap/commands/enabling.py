"""ENABLE: use extensions that change what is said (RFC 5161)."""

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.reply import Bad, Serving, untagged
from netmocks.mail.imap.session import Session


def enable(session: Session, arguments: Arguments) -> Serving:
    """Tell which of the extensions are used from now on: there is none that has to be enabled."""
    while True:
        arguments.space()
        arguments.keyword()
        if arguments.is_at_end:
            break
    if session.selection is not None:
        raise Bad("ENABLE comes before a mailbox is selected (RFC 5161 §3.1)")
    yield untagged("ENABLED")
    return "ENABLE completed"


TABLE = {"ENABLE": Entry(enable, "authenticated", "ENABLE")}
