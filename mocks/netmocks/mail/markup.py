"""Markup: what a person sees of an HTML body, and where its links lead."""

import re
from html.parser import HTMLParser

#: What ends a link in text: blanks, quotes, and the punctuation of Chinese and Japanese, behind
#: which no blank is written.
_ENDS = r"""\s<>"'“”‘’「」『』《》【】（），。、；：！？"""

#: A link as people write it in text: brackets are a part of it in pairs only, and what ends a
#: sentence behind it is none.
LINK = re.compile(
    rf"https?://(?:\([^{_ENDS}()]*\)|[^{_ENDS}()])*(?:\([^{_ENDS}()]*\)|[^{_ENDS}().,;:!?\]}}])",
    re.IGNORECASE,
)

#: Elements whose content nobody sees, and those that stand on lines of their own.
UNSEEN = frozenset({"script", "style", "template", "title"})
BLOCKS = frozenset({"br", "div", "h1", "h2", "h3", "h4", "li", "p", "table", "td", "th", "tr"})


class Markup(HTMLParser):
    """Reads HTML as far as it makes sense.

    Arguments:
        html: the source.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        #: where the links lead, in order
        self.links: list[str] = []
        self._seen: list[str] = []
        self._unseen = ""
        try:
            self.feed(html)
            self.close()
        except AssertionError:  # what the parser has for declarations that make no sense
            pass

    @property
    def text(self) -> str:
        """What a person sees."""
        return "".join(self._seen)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN and not self._unseen:
            self._unseen = tag
        if tag in BLOCKS:
            self._seen.append("\n")
        if tag in ("a", "area"):
            self.links += [value.strip() for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""
        if tag in BLOCKS:
            self._seen.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._seen.append(data)
