"""Reply: what a server says to one command (RFC 5321 §4.2)."""

import re
from typing import NamedTuple

from netmocks.errors import MisuseError
from netmocks.faults import Fault
from netmocks.faults.fault import checked_fault

#: Enhanced status codes (RFC 3463) and texts for replies that were told none.
PHRASES = {
    220: ("", "ready"),
    221: ("2.0.0", "Bye"),
    235: ("2.7.0", "Authentication successful"),
    250: ("2.0.0", "OK"),
    252: ("2.5.0", "Cannot VRFY user"),
    354: ("", "End data with <CR><LF>.<CR><LF>"),
    421: ("4.3.2", "Service not available, closing the channel"),
    432: ("4.7.12", "A password transition is needed"),
    450: ("4.2.1", "Mailbox unavailable"),
    451: ("4.3.0", "Local error in processing"),
    452: ("4.3.1", "Insufficient system storage"),
    454: ("4.7.0", "Temporary authentication failure"),
    455: ("4.5.4", "Parameters can't be accommodated"),
    500: ("5.5.2", "Syntax error"),
    501: ("5.5.4", "Syntax error in parameters"),
    502: ("5.5.1", "Command not implemented"),
    503: ("5.5.1", "Bad sequence of commands"),
    504: ("5.5.4", "Parameter not implemented"),
    521: ("5.3.2", "No mail here"),
    530: ("5.7.0", "Authentication required"),
    534: ("5.7.9", "Authentication mechanism is too weak"),
    535: ("5.7.8", "Authentication credentials invalid"),
    538: ("5.7.11", "Encryption required for requested authentication mechanism"),
    550: ("5.1.1", "No such user here"),
    551: ("5.1.6", "User not local"),
    552: ("5.3.4", "Message too big for system"),
    553: ("5.1.3", "Mailbox name not allowed"),
    554: ("5.0.0", "Transaction failed"),
    555: ("5.5.4", "Parameters not recognized or not implemented"),
    556: ("5.1.10", "Domain does not accept mail"),
}


#: An enhanced status code before a text (RFC 3463 §2).
ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3} ")

#: The lines of a reply that have one.
WITH_ENHANCED = re.compile(r"^(\d{3}[ -])" + ENHANCED.pattern, re.MULTILINE)


#: A reply as it is on the wire, where a test should have said its parts.
WRITTEN = re.compile(r"([2-5]\d\d)(?:[ -](.*))?", re.DOTALL)


class Reply(NamedTuple):
    """One reply; made by a test, or by a function of it.

    Arguments:
        code: the reply code, 200 to 599. One below 400 lets the command through, and is what is
            said if all else is well with it.
        text: the text, enhanced status code first if there is to be one; of several lines if it
            has line feeds. Where it is left out, what is usual for the code is said.
        closes: whether the connection ends behind it; always so for 421 (RFC 5321 §3.8).
        fault: what goes wrong with its bytes.
    """

    code: int
    text: str = ""
    closes: bool = False
    fault: Fault | None = None

    @property
    def refuses(self) -> bool:
        """Whether the command has failed, for now or for good."""
        return self.code >= 400

    def __str__(self) -> str:
        text = self.text
        if not text:
            text = " ".join(filter(None, PHRASES.get(self.code, (f"{self.code // 100}.0.0", ""))))
        *first, last = text.split("\n")
        return "".join(f"{self.code}-{line}\r\n" for line in first) + f"{self.code} {last}"


#: Lets a command through, and leaves its reply as it is.
GO_ON = Reply(250)


def checked(reply: Reply) -> Reply:
    """Return a reply that can be said, as the test meant it.

    Raises:
        MisuseError: a code that is none, a text that would be more than one reply, or a fault
            that is none.
    """
    code, text, closes, fault = reply
    if isinstance(code, str) and (whole := WRITTEN.match(code)):
        said = f"{whole[1]}, {whole[2]!r}" if whole[2] else whole[1]
        raise MisuseError(f"reply({code!r}): code and text are two things: reply({said})")
    if not isinstance(code, int) or not 200 <= code <= 599:
        raise MisuseError(f"reply code {code!r}: it is a number from 200 to 599, such as 550")
    if not isinstance(text, str):
        raise MisuseError(f"reply text {text!r}: write text, such as '5.1.1 no such user'")
    if "\r" in text or "\0" in text:
        raise MisuseError(f"reply text {text!r}: divide its lines by '\\n' alone")
    if text[:3].isdecimal() and text[3:4] in (" ", "-"):
        raise MisuseError(f"reply text {text!r}: the code is said before it: reply({text[:3]}, …)")
    return Reply(code, text, closes or code == 421, checked_fault(fault))


def enhanced(reply: str) -> str:
    """Return a reply of one line with an enhanced status code (RFC 2034 §3), if it has none."""
    code, text = reply[:3], reply[4:]
    if code[0] not in "245" or ENHANCED.match(text):
        return reply
    return f"{code} {PHRASES.get(int(code), (f'{code[0]}.0.0', ''))[0]} {text}"


def plain(reply: str) -> str:
    """Return a reply without the enhanced status codes of its lines."""
    return WITH_ENHANCED.sub(r"\1", reply)


class Refused(Exception):  # no error: the way out of a command
    """A command is refused with this reply."""

    def __init__(
        self, code: int, text: str = "", closes: bool = False, fault: Fault | None = None
    ) -> None:
        super().__init__(f"{code} {text}")
        self.reply = Reply(code, text, closes or code == 421, fault)
