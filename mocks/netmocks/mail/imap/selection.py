"""Selection: the selected mailbox as its session knows it (RFC 3501 §2.3.1.2, §5.2).

Message numbers change only when the client is told so. So a session has a list of its own, and
keeps what happens in the folder until the client may hear of it.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable

from netmocks.mail.folder import Change, Folder
from netmocks.mail.imap.entity import Entity
from netmocks.mail.imap.reply import Bad, Reply, listed, untagged
from netmocks.mail.imap.sequence import SequenceSet
from netmocks.mail.stored import StoredMessage


class Selection:
    """A folder that a session has selected.

    Arguments:
        folder: which.
        read_only: whether it was opened by EXAMINE.
        wake: called, in any thread, when something happened in the folder.
    """

    def __init__(self, folder: Folder, *, read_only: bool, wake: Callable[[], None]) -> None:
        self.folder = folder
        self.read_only = read_only
        self._wake = wake
        self._changes: list[Change] = []
        # What the client was not told yet.
        self._arrived: list[StoredMessage] = []
        self._gone: set[int] = set()
        self._flagged: dict[int, StoredMessage] = {}
        self._recent: set[int] = set()
        #: the message that was taken apart last: clients read a large one piece by piece
        self._entity: tuple[StoredMessage, Entity] | None = None
        with folder.lock:
            #: by message number, less one
            self.messages = folder.messages
            #: the UID that the next message would get, when it was selected
            self.uid_next = folder.uid_next
            self.uids = [message.uid for message in self.messages]
            self._recent.update(self._claim_recent(self.messages))
            self._end = folder.listen(self._hear)

    def end(self) -> None:
        """Listen to the folder no more."""
        self._end()

    # -- the messages -------------------------------------------------------------------------

    @property
    def recent(self) -> int:
        r"""How many of the messages are \Recent."""
        return len(self._recent)

    def is_recent(self, message: StoredMessage) -> bool:
        r"""Whether this session is the first that was told of a message."""
        return message.uid in self._recent

    def flags_of(self, message: StoredMessage) -> bytes:
        """Return a message's flags as a list."""
        flags = sorted(message.flags)
        if self.is_recent(message):
            flags.append("\\Recent")
        return listed(flag.encode() for flag in flags)

    def entity(self, message: StoredMessage) -> Entity:
        """Return a message, taken apart as far as it is asked for."""
        if self._entity is None or self._entity[0] is not message:
            self._entity = (message, Entity(message.content))
        return self._entity[1]

    def chosen(self, numbers: SequenceSet, *, by_uid: bool) -> list[tuple[int, StoredMessage]]:
        """Return the messages that a sequence set names, with their numbers, in order.

        Raises:
            Bad: a number that no message has; UIDs may well be gone.
        """
        if by_uid:
            places = numbers.places(self.uids)
        else:
            beyond = numbers.beyond(len(self.messages))
            if beyond is not None:
                raise Bad(f"there is no message {beyond}, there are {len(self.messages)}")
            places = numbers.places(range(1, len(self.messages) + 1))
        return [(place + 1, self.messages[place]) for place in places]

    def set_flags(self, message: StoredMessage, flags: Iterable[str]) -> bool:
        """Replace a message's flags, of which this session needs no news; whether they changed."""
        with self.folder.lock:
            self._sort()
            had_news = message.uid in self._flagged
            is_changed = self.folder.set_flags(message, flags)
            self._sort()
            if not had_news:
                self._flagged.pop(message.uid, None)
        return is_changed

    # -- the news -----------------------------------------------------------------------------

    def _hear(self, change: Change) -> None:
        """Take note of a change; in the thread that makes it, which holds the lock."""
        self._changes.append(change)
        self._wake()

    def _sort(self) -> None:
        """Sort what happened by what the client is to be told; under the lock."""
        for kind, message in self._changes:
            match kind:
                case "added":
                    self._arrived.append(message)
                case "expunged":
                    self._gone.add(message.uid)
                case "flags":
                    self._flagged[message.uid] = message
        self._changes.clear()

    def news(self, *, may_expunge: bool) -> list[Reply]:
        """Return what the client was not told yet.

        Arguments:
            may_expunge: whether messages may lose their numbers now: not while commands that use
                them are in progress (RFC 3501 §7.4.1).
        """
        with self.folder.lock:
            self._sort()
            told = self._expunged() if may_expunge else []
            told += self._grown()
            told += self._changed()
            return told

    def _expunged(self) -> list[Reply]:
        told = []
        for uid in sorted(self._gone):
            place = self._place(uid)
            if place is not None:
                del self.messages[place], self.uids[place]
                told.append(untagged(b"%d EXPUNGE" % (place + 1)))
        # What came and went unseen is never told of.
        self._arrived = [message for message in self._arrived if message.uid not in self._gone]
        self._recent -= self._gone
        self._gone.clear()
        return told

    def _grown(self) -> list[Reply]:
        if not self._arrived:
            return []
        self.messages += self._arrived
        self.uids += [message.uid for message in self._arrived]
        self._recent.update(self._claim_recent(self._arrived))
        self._arrived = []
        return [
            untagged(b"%d EXISTS" % len(self.messages)),
            untagged(b"%d RECENT" % self.recent),
        ]

    def _changed(self) -> list[Reply]:
        told = []
        for uid, message in self._flagged.items():
            place = self._place(uid)
            if place is not None:
                flags = self.flags_of(message)
                told.append(untagged(b"%d FETCH (UID %d FLAGS %b)" % (place + 1, uid, flags)))
        self._flagged.clear()
        return told

    def _place(self, uid: int) -> int | None:
        place = bisect_left(self.uids, uid)
        return place if self.uids[place : place + 1] == [uid] else None

    def _claim_recent(self, messages: Iterable[StoredMessage]) -> list[int]:
        r"""Return the UIDs of those that no session was told of; reading alone leaves them so."""
        first = self.folder.first_recent
        recent = [message.uid for message in messages if message.uid >= first]
        if recent and not self.read_only:
            self.folder.first_recent = recent[-1] + 1
        return recent
