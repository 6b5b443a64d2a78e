"""StoredMessage: one mail in a folder."""

from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage

from netmocks.errors import MisuseError
from netmocks.mail.letter import Letter
from netmocks.mail.message import Message

#: The flags that the protocol itself knows (RFC 3501 §2.3.2); all others are keywords.
SYSTEM_FLAGS = ("\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen")

_SPELLINGS = {flag.lower(): flag for flag in SYSTEM_FLAGS}


class StoredMessage(Letter):
    """A mail with what its folder knows of it; its flags are changed by the folder.

    One mail that went to several recipients, or was copied, is in several folders: they share
    `message`.
    """

    def __init__(self, uid: int, message: Message, flags: frozenset[str], date: datetime) -> None:
        #: its unique identifier in the folder, ascending, never used twice (RFC 3501 §2.3.1.1)
        self.uid = uid
        #: the mail, with its envelope
        self.message = message
        #: such as "\\Seen", or keywords
        self.flags = flags
        #: when it was received (RFC 3501 §2.3.3); `date` is when it was written
        self.internal_date = date
        self.content = message.content
        #: its content in bytes
        self.size = len(message.content)

    def __repr__(self) -> str:
        flags = f" ({' '.join(sorted(self.flags))})" if self.flags else ""
        writers = ", ".join(map(str, self.from_)) or "nobody"
        return f"<message {self.uid} from {writers}: {self.subject!r}{flags}>"

    @property
    def parsed(self) -> EmailMessage:
        """The content as the standard library parses it."""
        return self.message.parsed

    def has(self, flag: str) -> bool:
        """Whether it has a flag, which case does not matter for."""
        wanted = flag.lower()
        return any(own.lower() == wanted for own in self.flags)


def flag_set(flags: Iterable[str]) -> frozenset[str]:
    """Return flags with those of the system as the standard spells them, and each once.

    Raises:
        MisuseError: what is given is one string instead of several.
    """
    if isinstance(flags, str):
        raise MisuseError(f"flags={flags!r}: they are several: flags=[{flags!r}]")
    unique = {flag.lower(): _SPELLINGS.get(flag.lower(), flag) for flag in flags}
    return frozenset(unique.values())
