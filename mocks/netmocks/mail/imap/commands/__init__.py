"""The commands, one family a file."""

from netmocks.mail.imap.commands import (
    append,
    copying,
    enabling,
    expunging,
    fetching,
    folders,
    idling,
    listing,
    logging_in,
    quotas,
    searching,
    selecting,
    status,
    storing,
    uid,
    universal,
)
from netmocks.mail.imap.commands.entry import Entry

#: All commands, by name.
TABLE: dict[str, Entry] = {
    name: entry
    for family in (
        *(append, copying, enabling, expunging, fetching, folders, idling, listing, logging_in),
        *(quotas, searching, selecting, status, storing, uid, universal),
    )
    for name, entry in family.TABLE.items()
}

__all__ = ["TABLE", "Entry"]
