"""UID: commands that name messages by their UIDs (RFC 3501 §6.4.8)."""

from functools import partial

from netmocks.mail.imap.commands.copying import copy, move
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.commands.expunging import uid_expunge
from netmocks.mail.imap.commands.fetching import fetch
from netmocks.mail.imap.commands.searching import search
from netmocks.mail.imap.commands.storing import store

TABLE = {
    "UID COPY": Entry(partial(copy, by_uid=True), "selected"),
    "UID EXPUNGE": Entry(uid_expunge, "selected", "UIDPLUS"),
    "UID FETCH": Entry(partial(fetch, by_uid=True), "selected"),
    "UID MOVE": Entry(partial(move, by_uid=True), "selected", "MOVE"),
    "UID SEARCH": Entry(partial(search, by_uid=True), "selected"),
    "UID STORE": Entry(partial(store, by_uid=True), "selected"),
}
