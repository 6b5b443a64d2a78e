"""Keys: what SEARCH looks for (RFC 3501 §6.4.4)."""

from collections.abc import Callable
from datetime import date
from email.utils import parsedate_to_datetime
from functools import cached_property

from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.dates import day_of
from netmocks.mail.imap.entity import Entity
from netmocks.mail.imap.header import decoded, unfolded
from netmocks.mail.imap.reply import Bad
from netmocks.mail.imap.selection import Selection
from netmocks.mail.imap.sequence import SequenceSet
from netmocks.mail.stored import StoredMessage

#: How deep keys may be within each other, and how many one search may have.
DEPTH_LIMIT = 50
KEYS_LIMIT = 1000


class Candidate:
    """One message that is looked at.

    Arguments:
        message: which.
        is_recent: whether the session was the first to be told of it.
    """

    def __init__(self, message: StoredMessage, *, is_recent: bool) -> None:
        self.message = message
        self.is_recent = is_recent

    @cached_property
    def entity(self) -> Entity:
        """The message, taken apart as far as it is looked at."""
        return Entity(self.message.content)

    def has_field(self, name: bytes, text: str) -> bool:
        """Whether a field of this name has this text, which is in lower case."""
        return any(text in decoded(value).casefold() for value in self.entity.header.all(name))

    @cached_property
    def bodies(self) -> list[str]:
        """What its parts that are text say, in lower case."""
        parts = self.entity.walk()
        return [part.text.casefold() for part in parts if part.type[0] == "text"]

    @cached_property
    def headers(self) -> list[str]:
        """Its header, and those of its parts and the messages within it, in lower case."""
        parts = self.entity.walk()
        return [decoded(unfolded(part.header.raw)).casefold() for part in parts]

    @property
    def sent(self) -> date | None:
        """The day in its Date field, None if that says nothing sensible."""
        try:
            return parsedate_to_datetime(decoded(self.entity.header.get(b"date") or b"")).date()
        except (ValueError, OverflowError):
            return None


Key = Callable[[Candidate], bool]

FLAGS = ("Answered", "Deleted", "Draft", "Flagged", "Seen")

FIELDS = ("BCC", "CC", "FROM", "SUBJECT", "TO")


def _flag(flag: str, *, wanted: bool) -> Key:
    return lambda candidate: candidate.message.has(flag) == wanted


#: Keys that take no argument.
SIMPLE: dict[str, Key] = {
    "ALL": lambda _: True,
    "NEW": lambda candidate: candidate.is_recent and not candidate.message.has("\\Seen"),
    "OLD": lambda candidate: not candidate.is_recent,
    "RECENT": lambda candidate: candidate.is_recent,
    **{flag.upper(): _flag(f"\\{flag}", wanted=True) for flag in FLAGS},
    **{f"UN{flag.upper()}": _flag(f"\\{flag}", wanted=False) for flag in FLAGS},
}


class Program:
    """Takes the keys of one search.

    Arguments:
        arguments: where they stand.
        charset: of their strings.
        selection: in which they are looked for.
    """

    def __init__(self, arguments: Arguments, charset: str, selection: Selection) -> None:
        self._arguments = arguments
        self._charset = charset
        self._selection = selection
        self._count = 0

    def take(self) -> Key:
        """Take all that follows; a message has to have all of it.

        Raises:
            Bad: it is no list of search keys.
        """
        keys = [self._key(0)]
        while not self._arguments.is_at_end:
            self._arguments.space()
            keys.append(self._key(0))
        return _every(keys)

    def _key(self, depth: int) -> Key:
        self._count += 1
        if depth > DEPTH_LIMIT:
            raise Bad(f"search keys within each other more than {DEPTH_LIMIT} deep")
        if self._count > KEYS_LIMIT:
            raise Bad(f"more than {KEYS_LIMIT} search keys")
        arguments = self._arguments
        if arguments.has(b"("):
            keys = arguments.list_of(lambda: self._key(depth + 1))
            if not keys:
                raise Bad("an empty list of search keys")
            return _every(keys)
        if arguments.is_sequence_set():
            return self._numbered(arguments.sequence_set(), by_uid=False)
        name = arguments.keyword()
        if name in SIMPLE:
            return SIMPLE[name]
        arguments.space()
        return self._with_argument(name, depth)

    def _with_argument(self, name: str, depth: int) -> Key:
        match name:
            case "NOT":
                key = self._key(depth + 1)
                return lambda candidate: not key(candidate)
            case "OR":
                one = self._key(depth + 1)
                self._arguments.space()
                other = self._key(depth + 1)
                return lambda candidate: one(candidate) or other(candidate)
            case "UID":
                return self._numbered(self._arguments.sequence_set(), by_uid=True)
            case "KEYWORD" | "UNKEYWORD":
                return _flag(self._arguments.flag(), wanted=name == "KEYWORD")
            case "LARGER":
                size = self._arguments.number()
                return lambda candidate: candidate.message.size > size
            case "SMALLER":
                size = self._arguments.number()
                return lambda candidate: candidate.message.size < size
            case "BEFORE" | "ON" | "SINCE" | "SENTBEFORE" | "SENTON" | "SENTSINCE":
                return self._dated(name)
            case _:
                return self._textual(name)

    def _numbered(self, numbers: SequenceSet, *, by_uid: bool) -> Key:
        chosen = self._selection.chosen(numbers, by_uid=by_uid)
        uids = {message.uid for _, message in chosen}
        return lambda candidate: candidate.message.uid in uids

    def _dated(self, name: str) -> Key:
        day = day_of(self._arguments.astring().decode("ascii", "replace"))

        def fits(other: date | None) -> bool:
            if other is None:
                return False
            if name.endswith("BEFORE"):
                return other < day
            return other >= day if name.endswith("SINCE") else other == day

        # Neither the time nor the zone counts (RFC 3501 §6.4.4).
        if name.startswith("SENT"):
            return lambda candidate: fits(candidate.sent)
        return lambda candidate: fits(candidate.message.internal_date.date())

    def _textual(self, name: str) -> Key:
        if name == "HEADER":
            field = self._arguments.astring()
            self._arguments.space()
            text = self._text()
            return lambda candidate: candidate.has_field(field, text)
        if name in FIELDS:
            text = self._text()
            return lambda candidate: candidate.has_field(name.encode(), text)
        if name == "BODY":
            text = self._text()
            return lambda candidate: any(text in body for body in candidate.bodies)
        if name == "TEXT":
            text = self._text()
            return lambda candidate: any(
                text in said for said in (*candidate.headers, *candidate.bodies)
            )
        raise Bad(f"{name[:60]} is no search key")

    def _text(self) -> str:
        string = self._arguments.astring()
        try:
            return string.decode(self._charset).casefold()
        except UnicodeDecodeError:
            raise Bad(f"a string is not {self._charset}: say which CHARSET it is of") from None


def _every(keys: list[Key]) -> Key:
    if len(keys) == 1:
        return keys[0]
    return lambda candidate: all(key(candidate) for key in keys)
