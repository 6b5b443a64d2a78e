"""Arguments: what follows a command's name, taken piece by piece (RFC 3501 §9)."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from netmocks.mail.imap import utf7
from netmocks.mail.imap.dates import moment_of
from netmocks.mail.imap.reader import TAG, RawCommand
from netmocks.mail.imap.reply import ATOM, Bad
from netmocks.mail.imap.sequence import GREATEST, SequenceSet

T = TypeVar("T")

# Character classes of RFC 3501 §9.
ATOM_BUT_BRACKET = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z^_`a-z|}~]+")
PATTERN = re.compile(rb"[!#$%&'*+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~\]]+")
SEQUENCE = re.compile(rb"[0-9:,*]+")
NUMBER = re.compile(rb"\d{1,10}(?!\d)")
FLAG = re.compile(rb"\\?[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~\]]+")
#: UTF-8 is let through: RFC 9051 §4.3 allows it, and older clients send it.
QUOTED = re.compile(rb'"((?:[^\0\r\n"\\]|\\["\\])*+)"')
ESCAPED = re.compile(rb'\\(["\\])')
LITERAL = re.compile(rb"\{\d+\+?\}\r\n")

#: Flags in one list: what a person could want, not what a line could hold.
FLAGS_LIMIT = 200


class Arguments:
    """A cursor over one command.

    All of its methods raise `Bad` where something else stands than what is asked for.
    """

    def __init__(self, command: RawCommand) -> None:
        self._text = command.text.removesuffix(b"\r\n")
        self._literals = list(reversed(command.literals))
        self._place = 0

    def tag(self) -> bytes:
        """Take the tag that a command begins with."""
        return self._match(TAG, "a tag")[0]

    @property
    def rest(self) -> str:
        """What is not taken yet, for people to read; of literals, only their size."""
        rest = self._text[self._place :].replace(b"\r\n", b"")
        return rest.strip().decode("utf-8", "replace")

    # -- what stands here ---------------------------------------------------------------------

    def has(self, token: bytes) -> bool:
        """Whether this stands here."""
        return self._text.startswith(token, self._place)

    def skip(self, token: bytes) -> bool:
        """Pass by this, if it stands here; return whether it did."""
        found = self.has(token)
        if found:
            self._place += len(token)
        return found

    def skip_word(self, word: bytes) -> bool:
        """Pass by this word, in any case, if it stands here; return whether it did."""
        end = self._place + len(word)
        found = self._text[self._place : end + 1].upper() == word + b" "
        if found:
            self._place = end
        return found

    def expect(self, token: bytes) -> None:
        """Pass by this."""
        if not self.skip(token):
            raise self._unexpected(repr(token.decode()))

    def space(self) -> None:
        """Pass by the one space between two arguments."""
        self.expect(b" ")

    def end(self) -> None:
        """Check that nothing follows."""
        if self._place != len(self._text):
            raise self._unexpected("the end of the command")

    @property
    def is_at_end(self) -> bool:
        """Whether nothing follows."""
        return self._place == len(self._text)

    def _unexpected(self, wanted: str) -> Bad:
        rest = self._text[self._place : self._place + 30].decode("ascii", "replace")
        found = repr(rest) if rest else "its end"
        return Bad(f"{wanted} should follow at character {self._place + 1}, not {found}")

    def _match(self, pattern: re.Pattern[bytes], wanted: str) -> re.Match[bytes]:
        match = pattern.match(self._text, self._place)
        if match is None:
            raise self._unexpected(wanted)
        self._place = match.end()
        return match

    # -- words --------------------------------------------------------------------------------

    def atom(self) -> bytes:
        """Take an atom."""
        return self._match(ATOM, "an atom")[0]

    def keyword(self) -> str:
        """Take an atom that is a word of the protocol; in capitals."""
        return self.atom().decode().upper()

    def item(self) -> str:
        """Take the name of an item, which may have brackets behind it; in capitals."""
        return self._match(ATOM_BUT_BRACKET, "the name of an item")[0].decode().upper()

    def astring(self) -> bytes:
        """Take an atom or a string."""
        return self.string() if self.has(b'"') or self.has(b"{") else self.atom()

    def string(self) -> bytes:
        """Take a quoted string or a literal."""
        if self.has(b"{"):
            return self.literal()
        quoted = self._match(QUOTED, "a string")[1]
        return ESCAPED.sub(rb"\1", quoted) if b"\\" in quoted else quoted

    def nstring(self) -> bytes | None:
        """Take a string, or NIL, which is None."""
        if self._text[self._place : self._place + 3].upper() == b"NIL":
            self._place += 3
            return None
        return self.string()

    def literal(self) -> bytes:
        """Take a literal."""
        self._match(LITERAL, "a literal")
        return self._literals.pop()

    def number(self) -> int:
        """Take a number of 32 bits."""
        number = int(self._match(NUMBER, "a number")[0])
        if number > GREATEST:
            raise Bad(f"{number} is more than {GREATEST}")
        return number

    def list_of(self, take: Callable[[], T]) -> list[T]:
        """Take a parenthesized list, maybe an empty one."""
        self.expect(b"(")
        taken: list[T] = []
        while not self.skip(b")"):
            if taken:
                self.space()
            taken.append(take())
        return taken

    # -- what IMAP makes of them --------------------------------------------------------------

    def mailbox(self) -> str:
        """Take the name of a mailbox, decoded."""
        return self._name(self.astring())

    def pattern(self) -> str:
        """Take a name with wildcards, decoded (RFC 3501 §6.3.8)."""
        if self.has(b'"') or self.has(b"{"):
            return self._name(self.string())
        return self._name(self._match(PATTERN, "a mailbox name or pattern")[0])

    @staticmethod
    def _name(wire: bytes) -> str:
        try:
            return utf7.decode(wire)
        except ValueError:
            raise Bad(f"the mailbox name {wire!r} is no modified UTF-7") from None

    def sequence_set(self) -> SequenceSet:
        """Take a sequence set."""
        return SequenceSet(self._match(SEQUENCE, "a sequence set")[0])

    def is_sequence_set(self) -> bool:
        """Whether a sequence set stands here."""
        return SEQUENCE.match(self._text, self._place) is not None

    def flag(self) -> str:
        r"""Take a flag, such as "\Seen" or a keyword."""
        return self._match(FLAG, "a flag")[0].decode()

    def flags(self) -> list[str]:
        """Take a list of flags."""
        flags = self.list_of(self.flag)
        if len(flags) > FLAGS_LIMIT:
            raise Bad(f"{len(flags)} flags at once are more than {FLAGS_LIMIT}")
        return flags

    def date_time(self) -> datetime:
        """Take a date with its time, in quotes."""
        return moment_of(self._match(QUOTED, "a date-time")[1].decode("ascii", "replace"))
