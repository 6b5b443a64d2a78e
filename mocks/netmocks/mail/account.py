"""Account: one user of a provider, and the folders that are theirs."""

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from netmocks.errors import MisuseError
from netmocks.mail.folder import SPECIAL_USES, Folder, Source
from netmocks.mail.refusal import OverQuota
from netmocks.mail.stored import StoredMessage

if TYPE_CHECKING:
    from netmocks.mail.mailboxes import Mailboxes

#: A password, or a function that tells whether a client has proven to know the one it is given.
Proof = str | Callable[[str], bool]

#: The folder that every account has, whatever its case (RFC 3501 §5.1).
INBOX = "INBOX"


class Account:
    """One user.

    Arguments:
        mailboxes: the provider's.
        name: the address, or what else the user logs in with.
        password: None where any will do.
        quota: bytes that all folders together may hold; None where that is unbounded.
    """

    def __init__(
        self, mailboxes: "Mailboxes", name: str, password: str | None, quota: int | None
    ) -> None:
        self.name = name
        self.password = password
        self.quota = quota
        #: bytes that all folders together hold
        self.used = 0
        self.lock: threading.RLock = mailboxes.lock
        self._mailboxes = mailboxes
        self._folders: dict[str, Folder] = {}
        self._is_maildrop_taken = False
        self.create(INBOX)

    def __repr__(self) -> str:
        return f"<account {self.name}: {', '.join(map(repr, self))}>"

    def admits(self, proof: Proof) -> bool:
        """Whether a password is right, or a proof of knowing it."""
        if self.password is None:
            return True
        return proof(self.password) if callable(proof) else proof == self.password

    # -- its folders --------------------------------------------------------------------------

    @property
    def inbox(self) -> Folder:
        """Where mail arrives."""
        return self._folders[INBOX]

    def __iter__(self) -> Iterator[Folder]:
        """The folders, in the order in which they were created."""
        with self.lock:
            return iter(list(self._folders.values()))

    def __getitem__(self, name: str) -> Folder:
        """Return a folder.

        Raises:
            KeyError: there is none of that name.
        """
        folder = self.get(name)
        if folder is None:
            present = ", ".join(folder.name for folder in self)
            raise KeyError(f"{self.name} has no folder {name!r}; its folders: {present}")
        return folder

    def get(self, name: str) -> Folder | None:
        """Return a folder, None if there is none of that name."""
        with self.lock:
            return self._folders.get(_key(name))

    def create(self, name: str, *, use: str = "") -> Folder:
        r"""Make a folder, empty; return it.

        Arguments:
            name: its name, its levels divided by "/".
            use: what clients find it by, such as "\\Sent" or "\\Trash" (RFC 6154 §2).

        Raises:
            MisuseError: there is one of that name, or it is no name, or no such use.
        """
        if use and use not in SPECIAL_USES:
            raise MisuseError(f"use={use!r}: a folder's use is one of {', '.join(SPECIAL_USES)}")
        with self.lock:
            if not name or _key(name) in self._folders:
                raise MisuseError(f"{self.name} can't have another folder {name!r}")
            folder = Folder(self, _key(name), self._mailboxes.next_uid_validity(), use=use)
            self._folders[folder.name] = folder
            return folder

    def delete(self, name: str) -> None:
        """Remove a folder and its messages.

        Raises:
            KeyError: there is none of that name.
            MisuseError: it is the inbox.
        """
        with self.lock:
            folder = self[name]
            if folder is self.inbox:
                raise MisuseError(f"{INBOX} can't be deleted: clear() it")
            folder.clear()
            del self._folders[folder.name]

    def rename(self, name: str, new: str) -> Folder:
        """Give a folder another name; that of INBOX leaves an empty one behind (RFC 3501 §6.3.5).

        Raises:
            KeyError: there is none of that name.
            MisuseError: there is one of the new name, or it is no name.
        """
        with self.lock:
            folder = self[name]
            if not new or _key(new) in self._folders:
                raise MisuseError(f"{self.name} can't have another folder {new!r}")
            del self._folders[folder.name]
            if folder.name == INBOX:
                self.create(INBOX)
            folder.name = new
            self._folders[new] = folder
            return folder

    # -- its messages -------------------------------------------------------------------------

    def add(
        self,
        source: Source,
        *,
        folder: str = INBOX,
        flags: Iterable[str] = (),
        date: datetime | None = None,
    ) -> StoredMessage:
        """Put a mail into a folder, which is made if need be; see `Folder.add`."""
        with self.lock:
            place = self.get(folder)
            if place is None:
                place = self.create(folder)
            return place.add(source, flags=flags, date=date)

    def clear(self) -> None:
        """Remove all messages of all folders."""
        for folder in self:
            folder.clear()

    def make_room(self, size: int) -> None:
        """Count so many bytes as used.

        Raises:
            OverQuota: there is no room for them; nothing is counted.
        """
        with self.lock:
            self.must_have_room(size)
            self.used += size

    def must_have_room(self, size: int) -> None:
        """Check that so many bytes more would fit.

        Raises:
            OverQuota: they would not.
        """
        if self.quota is not None and self.used + size > self.quota:
            raise OverQuota(
                f"{self.name} is over its quota: {self.used} of {self.quota} bytes are used,"
                f" and {size} more do not fit"
            )

    # -- its maildrop -------------------------------------------------------------------------

    def take_maildrop(self) -> bool:
        """Take the exclusive access that a POP3 session has to the inbox (RFC 1939 §4).

        False if another session has it.
        """
        with self.lock:
            was_taken, self._is_maildrop_taken = self._is_maildrop_taken, True
            return not was_taken

    def leave_maildrop(self) -> None:
        """Give that access back."""
        with self.lock:
            self._is_maildrop_taken = False


def _key(name: str) -> str:
    return INBOX if name.upper() == INBOX else name
