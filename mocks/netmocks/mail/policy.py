"""Policy: how the content of a mail is parsed."""

from email.policy import EmailPolicy
from typing import Any


class Unread(str):
    """A field that the parser failed on, just as it came; it looks like a parsed one."""

    __slots__ = ("defects",)

    content_disposition = None
    #: what went wrong
    defects: tuple[Exception, ...]


class TolerantPolicy(EmailPolicy):
    """The standard library's policy, made safe for broken mail.

    Its parser has errors of all kinds for fields that make no sense, and raises them when such a
    field is read. Here they are the field's defects.
    """

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        try:
            return super().header_fetch_parse(name, value)
        except Exception as error:
            text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            unread = Unread("".join(text.splitlines()))
            unread.defects = (error,)
            return unread


#: For the content as it came.
TOLERANT = TolerantPolicy()

#: For writing a message down again as it came, its long lines left alone.
VERBATIM = TolerantPolicy(linesep="\r\n", refold_source="none")
