"""Folder: the messages of one account in one place, and who listens to its changes."""

import os
import re
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.message import Message as AnyMessage
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from netmocks.errors import MisuseError
from netmocks.mail.condition import Expected
from netmocks.mail.message import Message
from netmocks.mail.search import Looks, search
from netmocks.mail.stored import StoredMessage, flag_set
from netmocks.record import PATIENCE, Waitable, anything

if TYPE_CHECKING:
    from netmocks.mail.account import Account

#: A mail as a test writes it, or the path of an .eml file.
Source = bytes | str | AnyMessage | Message | os.PathLike[str]

#: What may end a line of a text.
LINE_END = re.compile(r"\r\n?|\n")

#: What a folder can be for, besides holding mail (RFC 6154 §2).
SPECIAL_USES = (*("\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Junk", "\\Sent", "\\Trash"),)

Where = Callable[[StoredMessage], object]


class Change(NamedTuple):
    """What happened to one message of a folder."""

    kind: Literal["added", "expunged", "flags"]
    message: StoredMessage


Listener = Callable[[Change], None]


class Folder(Waitable[StoredMessage]):
    """The messages of one folder, in the order of their UIDs.

    Reading it gives messages: `len(folder)`, `folder[-1]`, `for message in folder`. What a wait
    looks at are the messages that are here, and those that come.

    Arguments:
        account: whose it is.
        name: its name, its levels divided by "/".
        uid_validity: tells a folder from a later one of the same name (RFC 3501 §2.3.1.1).
        use: one of `SPECIAL_USES`, "" if it has none.
    """

    def __init__(self, account: "Account", name: str, uid_validity: int, *, use: str = "") -> None:
        super().__init__()
        self.account = account
        self.name = name
        self.uid_validity = uid_validity
        self.use = use
        #: the UID that the next message gets
        self.uid_next = 1
        #: the UID of the first message that no IMAP session was told of (RFC 3501 §2.3.2, Recent)
        self.first_recent = 1
        #: whether clients that list subscribed folders see it
        self.subscribed = True
        self._messages: list[StoredMessage] = []
        self._by_uid: dict[int, StoredMessage] = {}
        self._listeners: list[Listener] = []
        self._lock: threading.RLock = account.lock

    def __repr__(self) -> str:
        return f"<folder {self.name!r} of {self.account.name}: {len(self)} messages>"

    # -- what a test does with it -------------------------------------------------------------

    def add(
        self, source: Source, *, flags: Iterable[str] = (), date: datetime | None = None
    ) -> StoredMessage:
        r"""Put a mail here.

        Arguments:
            source: the content: bytes, or the `Path` of an .eml file, which are kept as they are;
                or text, or a message of the standard library, whose lines then end in CRLF; or a
                `Message` with its envelope.
            flags: such as "\\Seen"; keywords are free.
            date: when it was received, in the zone that it says; now where left out.

        Raises:
            OverQuota: the account has no room for it.
            MisuseError: it is none of these.
        """
        message = _message(source, self.account.name)
        flags = flag_set(flags)
        date = datetime.now(UTC) if date is None else date
        if date.tzinfo is None:
            date = date.astimezone()
        with self._lock:
            self.account.make_room(len(message.content))
            return self._put(message, flags, date)

    def _put(self, message: Message, flags: frozenset[str], date: datetime) -> StoredMessage:
        """Put a message here, its room being counted; under the lock."""
        stored = StoredMessage(self.uid_next, message, flags, date)
        self.uid_next += 1
        self._messages.append(stored)
        self._by_uid[stored.uid] = stored
        if self._waiters:
            self._tell(stored)
        self._announce("added", stored)
        return stored

    def find(
        self,
        where: Where = anything,
        *,
        from_: Expected | None = None,
        to: Expected | None = None,
        subject: Expected | None = None,
    ) -> list[StoredMessage]:
        """Return the messages that fit all that is given, oldest first.

        An address or a subject is text to equal in any case, a pattern to be found, or a function.

        Arguments:
            where: a function of the message.
            from_: an address in From.
            to: an address in To or Cc, or one of the envelope's recipients.
            subject: the decoded subject.

        Raises:
            MisuseError: what nothing could fit.
        """
        fitting = search(where, LOOKS, from_=from_, to=to, subject=subject)
        return [message for message in self if fitting(message)]

    def wait_for_message(
        self,
        where: Where = anything,
        *,
        from_: Expected | None = None,
        to: Expected | None = None,
        subject: Expected | None = None,
        timeout: float = PATIENCE,
    ) -> StoredMessage:
        """Return the first message, here or to come, that fits all that is given; see `find`.

        Raises:
            WaitTimeout: none came within so many seconds; the text lists those that are here.
            MisuseError: called inside a running event loop, which it would block.
        """
        wanted = search(where, LOOKS, from_=from_, to=to, subject=subject)
        return self.wait_for(wanted, timeout=timeout)

    async def wait_for_message_async(
        self,
        where: Where = anything,
        *,
        from_: Expected | None = None,
        to: Expected | None = None,
        subject: Expected | None = None,
        timeout: float = PATIENCE,
    ) -> StoredMessage:
        """`wait_for_message` for coroutines."""
        wanted = search(where, LOOKS, from_=from_, to=to, subject=subject)
        return await self.wait_for_async(wanted, timeout=timeout)

    def clear(self) -> None:
        """Remove all messages."""
        self.expunge(self)

    def _summary(self) -> str:
        shown = "\n".join(f"  {message!r}" for message in self.tail(20))
        return f"in {self.name} of {self.account.name}:\n{shown or '  no message at all'}"

    def _items(self) -> list[StoredMessage]:
        return list(self._messages)

    def __len__(self) -> int:
        return len(self._messages)

    # -- what sessions do with it, too --------------------------------------------------------

    @property
    def lock(self) -> threading.RLock:
        """What every access holds; hold it to do several things as one."""
        return self._lock

    @property
    def messages(self) -> list[StoredMessage]:
        """The messages, in the order of their UIDs."""
        return list(self)

    @property
    def size(self) -> int:
        """What its messages hold, in bytes."""
        return sum(message.size for message in self)

    def get(self, uid: int) -> StoredMessage | None:
        """Return the message with this UID, if it is still here."""
        with self._lock:
            return self._by_uid.get(uid)

    def expunge(self, messages: Iterable[StoredMessage]) -> list[StoredMessage]:
        """Remove messages; return those that were here, in the order of their UIDs."""
        with self._lock:
            gone = {message.uid: message for message in messages if self._holds(message)}
            removed = [gone[uid] for uid in sorted(gone)]
            for message in reversed(removed):  # what is behind them has to move up
                del self._messages[bisect_left(self._messages, message.uid, key=_uid)]
                del self._by_uid[message.uid]
                self.account.used -= message.size
            for message in removed:
                self._announce("expunged", message)
        return removed

    def move(self, messages: Iterable[StoredMessage], target: "Folder") -> list[StoredMessage]:
        """Put messages into another folder of the account; return them as they are there.

        They need no room besides the one they have.
        """
        with self._lock:
            here = [message for message in messages if self._holds(message)]
            self.account.used += sum(message.size for message in here)
            moved = [target._put(m.message, m.flags, m.internal_date) for m in here]
            self.expunge(here)
            return moved

    def set_flags(self, message: StoredMessage, flags: Iterable[str]) -> bool:
        """Replace a message's flags; return whether that changed them."""
        wanted = flag_set(flags)
        with self._lock:
            if message.flags == wanted:
                return False
            message.flags = wanted
            if self._holds(message):
                self._announce("flags", message)
        return True

    def _holds(self, message: StoredMessage) -> bool:
        return self._by_uid.get(message.uid) is message

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call a function at each change, from now on; return what ends that.

        It is called in the thread that makes the change, which holds the lock: it must be quick,
        such as to tell another loop by `call_soon_threadsafe`.
        """
        with self._lock:
            self._listeners.append(listener)

        def end() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return end

    def _announce(self, kind: Literal["added", "expunged", "flags"], of: StoredMessage) -> None:
        for listener in tuple(self._listeners):
            listener(Change(kind, of))


def _uid(message: StoredMessage) -> int:
    return message.uid


def _message(source: Source, recipient: str) -> Message:
    """Return what a test wrote as a message for a recipient.

    Raises:
        MisuseError: it is nothing of the kind.
    """
    match source:
        case Message():
            return source
        case bytes() | bytearray():
            content = bytes(source)
        case str():
            content = LINE_END.sub("\r\n", source).encode()
        case AnyMessage():
            content = source.as_bytes(policy=source.policy.clone(linesep="\r\n"))
        case os.PathLike():
            content = Path(source).read_bytes()
        case _:
            raise MisuseError(
                f"{source!r} is no mail: give its bytes, its text, the Path of an .eml file, an"
                " email.message.EmailMessage, or a Message"
            )
    return Message("", (recipient,), content)


def _recipients(message: StoredMessage) -> list[str]:
    named = [mailbox.address for mailbox in (*message.to, *message.cc)]
    return [*named, *message.message.recipients]


#: What a search can look at.
LOOKS: Looks = {
    "from_": lambda message: [mailbox.address for mailbox in message.from_],
    "to": _recipients,
    "subject": lambda message: [message.subject],
}
