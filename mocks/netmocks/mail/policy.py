"""Policy: how the content of a mail is parsed."""

from email.feedparser import BytesFeedParser
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import cache
from typing import Any, cast

#: Bytes that are parsed at a time: of the whole, the parser would make several copies.
PIECE = 64 * 1024


class Unread(str):
    """A field that the parser failed on, just as it came; it looks like a parsed one."""

    __slots__ = ("defects",)

    content_disposition = None
    #: what went wrong
    defects: tuple[Exception, ...]


class _Kinds(HeaderRegistry):
    """The kinds of field, each of which the standard library makes anew for every field."""

    def __getitem__(self, name: str) -> type:
        return _kind(self.registry.get(name.lower(), self.default_class), self.base_class)


@cache
def _kind(own: type, base: type) -> type:
    return type(f"_{own.__name__}", (own, base), {})


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
TOLERANT = TolerantPolicy(header_factory=_Kinds())

#: For writing a message down again as it came, its long lines left alone.
VERBATIM = TOLERANT.clone(linesep="\r\n", refold_source="none")


def parse(content: bytes) -> EmailMessage:
    """Return what the standard library makes of a mail."""
    parser = BytesFeedParser(policy=TOLERANT)
    for start in range(0, len(content), PIECE):
        parser.feed(content[start : start + PIECE])
    return cast("EmailMessage", parser.close())
