"""Maildrop: the inbox as one session sees it, from its login to its QUIT (RFC 1939 §5)."""

import re
from collections.abc import Callable

from netmocks.mail.account import Account
from netmocks.mail.pop3.reply import Refused, Reply, done
from netmocks.mail.stored import StoredMessage

#: The line between header and body.
EMPTY_LINE = re.compile(rb"(?:\A|(?<=\n))\r?\n")


class Maildrop:
    """What the session's owner has; its messages have the numbers from 1.

    What others do to the inbox meanwhile is not seen, and what is deleted here is removed at the
    end of the session.

    Arguments:
        account: whose it is; the session has taken its maildrop.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self._messages = account.inbox.messages
        self._validity = account.inbox.uid_validity
        self._deleted: set[int] = set()

    def close(self, *, update: bool) -> int:
        """Give the maildrop back; remove what was deleted if so told, and return how many."""
        try:
            if not update:
                return 0
            doomed = [self._messages[number - 1] for number in self._deleted]
            return len(self.account.inbox.expunge(doomed))
        finally:
            self.account.leave_maildrop()

    # -- its commands: each returns what to reply, or raises Refused -----------------------------

    def stat(self) -> Reply:
        """Say how many messages there are, and of how many bytes."""
        sizes = [message.size for _, message in self._there()]
        return done(f"{len(sizes)} {sum(sizes)}")

    def sizes(self, argument: str) -> Reply:
        """Say the size of one message, or of all."""
        return self._listing(argument, lambda message: str(message.size))

    def identifiers(self, argument: str) -> Reply:
        """Say the unique identifier of one message, or of all (RFC 1939 §7)."""
        return self._listing(argument, lambda message: f"{self._validity}.{message.uid}")

    def _listing(self, argument: str, tell: Callable[[StoredMessage], str]) -> Reply:
        if argument:
            number = self._number(argument)
            return done(f"{number} {tell(self._messages[number - 1])}")
        lines = [f"{number} {tell(message)}\r\n" for number, message in self._there()]
        return done(_count(len(lines)), "".join(lines).encode())

    def retr(self, argument: str) -> Reply:
        """Hand out a message."""
        message = self._messages[self._number(argument) - 1]
        return done(f"{message.size} octets", message.content)

    def top(self, argument: str) -> Reply:
        """Hand out a message's header, and so many lines of its body."""
        which, _, count = argument.partition(" ")
        if not _is_number(count):
            raise Refused("TOP takes a message's number and a number of lines")
        number = self._number(which)
        content = self._messages[number - 1].content
        return done(f"the top of message {number}", top_of(content, int(count)))

    def dele(self, argument: str) -> Reply:
        """Mark a message as deleted."""
        number = self._number(argument)
        self._deleted.add(number)
        return done(f"message {number} is deleted at QUIT")

    def rset(self) -> Reply:
        """Take all marks away."""
        self._deleted.clear()
        return done(_count(len(self._messages)))

    # -- its messages -------------------------------------------------------------------------

    def _there(self) -> list[tuple[int, StoredMessage]]:
        return [
            (number, message)
            for number, message in enumerate(self._messages, 1)
            if number not in self._deleted
        ]

    def _number(self, argument: str) -> int:
        """Return the number of a message that is there.

        Raises:
            Refused: it is none.
        """
        if not _is_number(argument):
            raise Refused("a message is named by its number")
        number = int(argument)
        if not 1 <= number <= len(self._messages):
            raise Refused(f"no such message: there are {len(self._messages)}")
        if number in self._deleted:
            raise Refused(f"message {number} is deleted: RSET brings it back")
        return number


def top_of(content: bytes, count: int) -> bytes:
    """Return a message's header, the empty line behind it, and so many lines of its body."""
    empty = EMPTY_LINE.search(content)
    if empty is None:
        return content
    lines = content[empty.end() :].split(b"\n", min(count, len(content)))
    end = b"\n" if len(lines) > count > 0 else b""
    return content[: empty.end()] + b"\n".join(lines[:count]) + end


def _count(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
