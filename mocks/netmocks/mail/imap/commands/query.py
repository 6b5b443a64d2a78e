"""Query: what LIST asks, in its extended form, too (RFC 5258; RFC 5819, RFC 6154)."""

from collections.abc import Mapping
from typing import NamedTuple

from netmocks.mail.imap import hierarchy
from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands import status
from netmocks.mail.imap.reply import Bad
from netmocks.mail.imap.session import Session

#: By what mailboxes may be selected, and what may be told of them: each with its capability.
SELECTION = {
    "SUBSCRIBED": "LIST-EXTENDED",
    "REMOTE": "LIST-EXTENDED",  # there are none
    "RECURSIVEMATCH": "LIST-EXTENDED",
    "SPECIAL-USE": "SPECIAL-USE",
}
RETURN = {
    "SUBSCRIBED": "LIST-EXTENDED",
    "CHILDREN": "LIST-EXTENDED",
    "SPECIAL-USE": "SPECIAL-USE",
    "STATUS": "LIST-STATUS",
}

#: Patterns of one LIST.
PATTERNS_LIMIT = 20


class Query(NamedTuple):
    """What is asked."""

    #: with the reference before them
    patterns: list[str]
    #: those of `SELECTION`, and of `RETURN`, that it names
    selected: frozenset[str]
    returned: frozenset[str]
    #: what STATUS is to tell of each mailbox, if anything
    items: list[str]
    #: whether it has what only the extended form has
    is_extended: bool


def take_query(session: Session, arguments: Arguments) -> Query:
    """Take all that follows LIST.

    Raises:
        Bad: it is no such thing.
    """
    arguments.space()
    is_extended = session.has("LIST-EXTENDED") and arguments.has(b"(")
    selected = _selection(session, arguments) if is_extended else []
    reference = arguments.mailbox()
    arguments.space()
    patterns = _patterns(session, arguments, reference)
    items: list[str] = []
    returned = None
    if session.has("LIST-EXTENDED") and arguments.skip(b" "):
        returned = _returned(session, arguments, items)
    arguments.end()
    return Query(
        patterns,
        frozenset(selected),
        frozenset(returned or ()),
        items,
        is_extended or len(patterns) > 1 or returned is not None,
    )


def _selection(session: Session, arguments: Arguments) -> list[str]:
    options = arguments.list_of(lambda: _option(session, arguments, SELECTION, "select by"))
    arguments.space()
    if "RECURSIVEMATCH" in options and "SUBSCRIBED" not in options:
        raise Bad("RECURSIVEMATCH needs something to match, such as SUBSCRIBED")
    return options


def _patterns(session: Session, arguments: Arguments, reference: str) -> list[str]:
    if session.has("LIST-EXTENDED") and arguments.has(b"("):
        patterns = arguments.list_of(arguments.pattern)
    else:
        patterns = [arguments.pattern()]
    if not 0 < len(patterns) <= PATTERNS_LIMIT:
        raise Bad(f"LIST of {len(patterns)} patterns: it takes 1 to {PATTERNS_LIMIT}")
    return [whole(reference, pattern) for pattern in patterns]


def whole(reference: str, pattern: str) -> str:
    """Return a pattern with what stands before it; an empty one stays so.

    Raises:
        Bad: it is too long.
    """
    if len(reference) + len(pattern) > hierarchy.LENGTH_LIMIT:
        raise Bad("no mailbox has a name that long")
    return reference + pattern if pattern else ""


def _returned(session: Session, arguments: Arguments, items: list[str]) -> list[str]:
    """Take what is to be told; what STATUS is to tell goes into the items."""

    def take() -> str:
        option = _option(session, arguments, RETURN, "RETURN")
        if option == "STATUS":
            arguments.space()
            items.extend(status.take_items(arguments))
        return option

    if not arguments.skip_word(b"RETURN"):
        raise Bad("behind the pattern, RETURN may follow, or nothing")
    arguments.space()
    return arguments.list_of(take)


def _option(session: Session, arguments: Arguments, known: Mapping[str, str], what: str) -> str:
    option = arguments.keyword()
    offered = [name for name, capability in known.items() if session.has(capability)]
    if option not in offered:
        raise Bad(f"LIST can {what} {', '.join(offered)}; not {option[:60]}")
    return option
