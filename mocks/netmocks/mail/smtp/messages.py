"""Messages: what a mail server has accepted, and whom it sent away."""

from collections.abc import Callable

from netmocks.journal import JournalSlice
from netmocks.mail.condition import Expected
from netmocks.mail.message import Message
from netmocks.mail.search import Looks, search
from netmocks.record import Record, anything

#: How many of the newest are shown.
SHOWN = 20

#: What a search can look at.
LOOKS: Looks = {
    "to": lambda message: message.recipients,
    "sender": lambda message: [message.sender],
    "subject": lambda message: [message.subject],
}


class Messages(Record[Message]):
    """The accepted messages, oldest first; waitable.

    Arguments:
        limit: bytes to keep; the oldest messages go first.
        journal: what was said to their server, which knows why there are no more.
    """

    def __init__(self, *, limit: int, journal: JournalSlice) -> None:
        super().__init__(limit=limit)
        self._journal = journal

    def __str__(self) -> str:
        if not len(self):
            return "no message arrived at all"
        return "\n".join(["what did arrive:", *(f"  {message}" for message in self.tail(SHOWN))])

    def find(
        self,
        where: Callable[[Message], object] = anything,
        *,
        to: Expected | None = None,
        sender: Expected | None = None,
        subject: Expected | None = None,
    ) -> list[Message]:
        """Return the messages that fit all that is given, oldest first.

        An address or a subject is text to equal in any case, a pattern to be found, or a function.

        Arguments:
            where: a function of the message.
            to: one of the envelope's recipients.
            sender: the envelope's sender; "" for the null reverse-path.
            subject: the decoded subject.

        Raises:
            MisuseError: what nothing could fit.
        """
        fitting = search(where, LOOKS, to=to, sender=sender, subject=subject)
        return [message for message in self if fitting(message)]

    def _summary(self) -> str:
        """What is here, and what is in the way of more."""
        refused = [
            f"  connection {entry.connection}: {_first_line(entry.data)}"
            for entry in self._journal
            if entry.kind == "sent" and entry.data[:1] in (b"4", b"5")
        ]
        if refused:
            return "\n".join([str(self), "what clients were refused:", *refused[-SHOWN:]])
        if len(self):
            return str(self)
        came = sum(entry.kind == "opened" for entry in self._journal)
        return f"{self}, though {came} connected" if came else f"{self}, and no client connected"


def _first_line(reply: bytes) -> str:
    return reply.decode("utf-8", "replace").splitlines()[0]
