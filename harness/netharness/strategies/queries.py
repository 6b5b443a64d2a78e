"""Queries as forms write them: names with values (URL Standard of WHATWG, §5)."""

from typing import NamedTuple
from urllib.parse import quote_plus

from hypothesis import strategies as st

#: Any character that can be encoded in UTF-8; lone surrogates can't.
UNICODE = st.characters(exclude_categories=["Cs"])

#: What has a meaning in URLs and forms, and must lose it.
RESERVED = "&=+;%?#/:@[] \r\n\0\t\"'<>\\"

#: Half of the texts are of characters that have to be encoded.
_TEXTS = st.text("ab" + RESERVED, max_size=8) | st.text(UNICODE, max_size=8)
_NAMES = st.sampled_from(["a", "b", "name"]) | _TEXTS


def query_pairs(
    *, blanks: bool = True, max_size: int = 6
) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Names with values, decoded: any Unicode, reserved characters, repeated names.

    Arguments:
        blanks: whether names and values may be empty.
        max_size: how many pairs at most.
    """
    names, values = (_NAMES, _TEXTS) if blanks else (_NAMES.filter(bool), _TEXTS.filter(bool))
    return st.lists(st.tuples(names, values), max_size=max_size)


class FormBody(NamedTuple):
    """The body of a form, and what it says."""

    pairs: list[tuple[str, str]]
    #: application/x-www-form-urlencoded
    body: bytes


def form_bodies() -> st.SearchStrategy[FormBody]:
    """Bodies of forms with the pairs they say (URL Standard, §5.2; HTML 4.01 §17.13.4.1)."""
    return query_pairs().map(lambda pairs: FormBody(pairs, _urlencoded(pairs)))


def _urlencoded(pairs: list[tuple[str, str]]) -> bytes:
    return "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in pairs).encode("ascii")
