"""Quoting: `quote`, `quote_plus`, `unquote`, and their kin of bytes."""

from urllib.parse import (
    quote,
    quote_from_bytes,
    quote_plus,
    unquote,
    unquote_plus,
    unquote_to_bytes,
)

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from netharness.strategies.alphabet import PCHAR, UNRESERVED, encoded

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SAFE = st.text(PCHAR.replace("%", ""), max_size=8)
#: Some of them keep ASCII apart, some do not; some have a state.
ENCODINGS = (
    *("utf-8", "latin-1", "cp1252", "koi8-r", "gbk", "gb18030", "big5", "shift_jis", "euc-kr"),
    *("utf-16", "utf-32-be", "utf-7", "iso2022_jp", "hz"),
)


def can(text, encoding):
    """Whether a text survives an encoding by itself."""
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False


@pytest.mark.law("What is quoted can be unquoted: `unquote(quote(text, safe)) == text`.")
@given(TEXTS, SAFE)
@example("1 + 1 = 100%", "+")
def test_what_is_quoted_can_be_unquoted(text, safe):
    """Whatever is safe; so with a blank as a plus, by `quote_plus`, where a plus is not safe."""
    assert unquote(quote(text, safe)) == text
    assert unquote_plus(quote_plus(text, safe.replace("+", ""))) == text


@pytest.mark.law(
    "Quoted text is ASCII: unreserved characters, what is safe, and escapes in capitals."
)
@given(TEXTS, SAFE)
def test_quoted_text_is_of_few_characters(text, safe):
    left = quote(text, safe)
    for escape in {left[at : at + 3] for at, char in enumerate(left) if char == "%"}:
        assert escape == escape.upper()
    assert set(left) <= set(UNRESERVED + safe + "%")


@pytest.mark.law("Bytes come back: `unquote_to_bytes(quote_from_bytes(data)) == data`.")
@given(st.binary())
@example(bytes(range(256)))
def test_bytes_come_back(data):
    assert unquote_to_bytes(quote_from_bytes(data)) == data
    assert quote(data) == quote_from_bytes(data)


@pytest.mark.law("It holds in any encoding that can say the text.")
@given(TEXTS, st.sampled_from(ENCODINGS))
@example("路径", "gbk")
@example("ab", "utf-16")
def test_it_holds_in_any_encoding(text, encoding):
    """Also in those whose characters have bytes of ASCII within, and in those with a state."""
    assume(can(text, encoding))
    assert unquote(quote(text, "", encoding), encoding) == text


@pytest.mark.law("What was normalised stays: `quote(unquote(x))` a second time changes nothing.")
@given(encoded(PCHAR))
def test_what_was_normalised_stays(text):
    once = quote(unquote(text, errors="surrogateescape"), errors="surrogateescape")
    assert quote(unquote(once, errors="surrogateescape"), errors="surrogateescape") == once


@pytest.mark.exception("Lone surrogates can't be quoted", r"quote('\ud800') → UnicodeEncodeError")
@given(st.characters(categories=["Cs"]))
@example("\ud800")
def test_lone_surrogates_can_t_be_quoted(character):
    """Unless both sides are told to let them pass."""
    with pytest.raises(UnicodeEncodeError):
        quote(character)
    passed = quote(character, errors="surrogatepass")
    assert unquote(passed, errors="surrogatepass") == character


@pytest.mark.exception("Escapes that are no UTF-8 are replaced", "unquote('%FF') → '\ufffd'")
@given(st.binary(min_size=1))
@example(b"\xff")
def test_what_is_no_utf_8_is_replaced(data):
    text = unquote(quote_from_bytes(data))
    assert ("\ufffd" in text) or text.encode() == data


@pytest.mark.exception("Escapes come back in capitals", "quote(unquote('%c3%a9')) → '%C3%A9'")
@given(st.characters(min_codepoint=0x80, exclude_categories=["Cs"]))
@example("é")
def test_escapes_come_back_in_capitals(character):
    small = quote(character).lower()
    assert quote(unquote(small)) == small.upper()


@pytest.mark.exception("Needless escapes are lost", "quote(unquote('%41')) → 'A'")
@given(st.sampled_from(UNRESERVED))
@example("A")
def test_needless_escapes_are_lost(character):
    assert quote(unquote(f"%{ord(character):02X}")) == character


@pytest.mark.exception(
    "A percent sign without two digits stays as it is", "unquote('%zz%') → '%zz%'"
)
@given(st.text("%ghijk", max_size=8))
@example("%zz%")
def test_what_is_no_escape_stays(text):
    assert unquote(text) == text


@pytest.mark.exception("`unquote` leaves a plus alone", "unquote(quote_plus(' ')) → '+'")
def test_a_plus_is_no_blank_for_unquote():
    assert unquote(quote_plus(" ")) == "+"
    assert unquote_plus("+%2B") == " +"
