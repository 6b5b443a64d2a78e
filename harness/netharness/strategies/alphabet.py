"""Alphabet: the characters of RFC 3986, and text made of them and of percent-encoded bytes.

One draw makes the whole text, however much of it is encoded: that is what makes generation fast.
A byte to be encoded is drawn as one character beyond ASCII that stands for it.
"""

from string import ascii_letters, digits

from hypothesis import strategies as st

#: RFC 3986 §2.3
UNRESERVED = ascii_letters + digits + "-._~"
#: RFC 3986 §2.2
SUB_DELIMS = "!$&'()*+,;="
#: RFC 3986 §3.3
PCHAR = f"{UNRESERVED}{SUB_DELIMS}:@"

#: Where the characters begin that stand for others: for plain ones, and for encoded bytes.
_PLAIN, _UPPER, _LOWER = 0x100, 0x200, 0x300
_WRITTEN = {
    **{_UPPER + byte: f"%{byte:02X}" for byte in range(256)},
    **{_LOWER + byte: f"%{byte:02x}" for byte in range(256)},
}
_BYTES = "".join(map(chr, _WRITTEN))


def encoded(
    plain: str, often: str = "", *, min_size: int = 0, max_size: int = 20
) -> st.SearchStrategy[str]:
    """Text of these characters and of percent-encoded bytes (RFC 3986 §2.1).

    Arguments:
        plain: the characters that stand for themselves.
        often: those among them that are to occur more often than others.
        min_size: how many characters, or encoded bytes, at least.
        max_size: how many at most.
    """
    # Hypothesis prefers the first 256 of an alphabet. Most of them are made to stand for plain
    # characters, so that few bytes of a text are encoded, as in what people write.
    spare = (often * 12 + plain * 2)[: 256 - len(plain)]
    written = {**_WRITTEN, **{_PLAIN + place: each for place, each in enumerate(spare)}}
    alphabet = f"{plain}{''.join(chr(_PLAIN + place) for place in range(len(spare)))}{_BYTES}"
    drawn = st.text(alphabet, min_size=min_size, max_size=max_size)
    return drawn.map(lambda text: text.translate(written))
