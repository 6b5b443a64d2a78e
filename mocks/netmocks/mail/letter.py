"""Letter: what is in the envelope, read when it is asked for (RFC 5322, RFC 2045)."""

import os
import re
from abc import ABC, abstractmethod
from datetime import datetime
from email.message import EmailMessage
from email.utils import getaddresses
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from netmocks.mail.markup import LINK, Markup
from netmocks.mail.part import Attachment, attachments_of, body_of, defects_of

#: A one-time code as most senders write it: six digits that are no part of anything longer, such as
#: an amount, a time, a telephone number or a link. Chinese and its kin write no blank before it.
CODE = re.compile(r"(?<![\w+/=#])(?<!\d[.,:-])\d{6}(?![\w/=@]|[.,:-]\d)", re.ASCII)


class Address(NamedTuple):
    """One mailbox in a header field: the name shown, decoded, and the address."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


class Letter(ABC):
    """A mail's content as people read it.

    What breaks the rules (unknown charsets, broken MIME, fields that make no sense) is read as far
    as possible and never raises; see `defects`.
    """

    #: the content exactly as received
    content: bytes

    @property
    @abstractmethod
    def parsed(self) -> EmailMessage:
        """The content as the standard library parses it."""

    def __getitem__(self, name: str) -> str:
        """Return a header field, decoded.

        Raises:
            KeyError: the message has no such field.
        """
        value = self.parsed[name]
        if value is None:
            present = ", ".join(dict.fromkeys(self.parsed.keys())) or "none at all"
            raise KeyError(f"the message has no field {name!r}; its fields: {present}")
        return str(value)

    @property
    def subject(self) -> str:
        """The subject, decoded; "" if there is none."""
        return str(self.parsed["Subject"] or "")

    @property
    def date(self) -> datetime | None:
        """When it was written, as its Date says; None if that says nothing sensible."""
        return getattr(self.parsed["Date"], "datetime", None)

    @property
    def from_(self) -> list[Address]:
        """The mailboxes in From."""
        return self._addresses("From")

    @property
    def to(self) -> list[Address]:
        """The mailboxes in To."""
        return self._addresses("To")

    @property
    def cc(self) -> list[Address]:
        """The mailboxes in Cc."""
        return self._addresses("Cc")

    def _addresses(self, name: str) -> list[Address]:
        pairs = getaddresses([str(value) for value in self.parsed.get_all(name, [])])
        return [Address(*pair) for pair in pairs if any(pair)]

    @property
    def text(self) -> str:
        """The plain text body; "" if there is none."""
        return body_of(self.parsed, "plain")

    @property
    def html(self) -> str:
        """The HTML body; "" if there is none."""
        return body_of(self.parsed, "html")

    @cached_property
    def attachments(self) -> list[Attachment]:
        """The parts that are no text or HTML, and those that are, but say that they are files.

        A message within the message is one of them, whatever it holds itself.
        """
        return attachments_of(self.parsed)

    @property
    def inline(self) -> dict[str, Attachment]:
        """The parts that the HTML body refers to as `cid:...`, by their Content-ID (RFC 2392)."""
        return {part.cid: part for part in self.attachments if part.cid}

    def links(self) -> list[str]:
        """Return where the links of both bodies lead (http and https), in order, each once."""
        found = [*LINK.findall(self.text), *Markup(self.html).links]
        return list(dict.fromkeys(link for link in found if LINK.match(link)))

    def codes(self, pattern: str | re.Pattern[str] = CODE) -> list[str]:
        r"""Return the one-time codes in the subject and in what is read of the body, each once.

        Arguments:
            pattern: what a code looks like, six digits where left out; if it has a group, that is
                the code: `message.codes(r"PIN: (\d{4})")`.
        """
        body = self.text or Markup(self.html).text
        matches = re.finditer(pattern, f"{self.subject}\n{body}")
        return list(dict.fromkeys(match[1 if match.re.groups else 0] or "" for match in matches))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the content, just as it came, into an .eml file; return its path."""
        file = Path(path)
        file.write_bytes(self.content)
        return file

    @property
    def defects(self) -> list[str]:
        """What is wrong with the content and its fields, as the parser names it."""
        return defects_of(self.parsed)
