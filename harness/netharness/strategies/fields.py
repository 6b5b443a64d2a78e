"""Fields of HTTP, and cookies."""

from string import ascii_letters, digits

from hypothesis import strategies as st

#: RFC 9110 §5.6.2
TOKEN = ascii_letters + digits + "!#$%&'*+-.^_`|~"
#: RFC 6265 §4.1.1, cookie-octet
COOKIE_OCTETS = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in '",;\\')
#: RFC 9110 §5.5, field-vchar without obs-text
VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


#: The attributes of a cookie (RFC 6265 §4.1.1, RFC 2109 §4.2.2, and what came later).
COOKIE_ATTRIBUTES = frozenset(
    [
        "comment",
        "domain",
        "expires",
        "httponly",
        "max-age",
        "partitioned",
        "path",
        "samesite",
        "secure",
        "version",
    ]
)


def field_names() -> st.SearchStrategy[str]:
    """Names of fields that mean nothing to framing or connection: "X-…" (RFC 9110 §5.1)."""
    return st.text(TOKEN, min_size=1, max_size=10).map("X-{}".format)


def field_values(*, obs_text: bool = False) -> st.SearchStrategy[str]:
    """Values of fields: visible characters, blanks between them; maybe empty (RFC 9110 §5.5).

    Arguments:
        obs_text: whether characters U+0080 to U+00FF may occur, each for one byte.
    """
    visible = VISIBLE + ("".join(map(chr, range(0x80, 0x100))) if obs_text else "")
    return st.text(visible + " \t", max_size=20).map(lambda text: text.strip(" \t"))


def header_fields(
    *, obs_text: bool = False, unique: bool = False, max_size: int = 5
) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Fields in order, as `field_names` and `field_values` make them (RFC 9110 §5.3).

    Arguments:
        obs_text: see `field_values`.
        unique: whether no name occurs twice, whatever its case.
        max_size: how many at most.
    """
    field = st.tuples(field_names(), field_values(obs_text=obs_text))
    key = (lambda field: field[0].lower()) if unique else None
    return st.lists(field, unique_by=key, max_size=max_size)


def cookies(*, max_size: int = 4) -> st.SearchStrategy[dict[str, str]]:
    """Cookies by their names (RFC 6265 §4.1.1: a token, then cookie-octets).

    None has the name of an attribute, such as Path, for which the standard library takes it.

    Arguments:
        max_size: how many at most.
    """
    tokens = st.text(ascii_letters + digits + "-_.!", min_size=1, max_size=8)
    names = tokens.filter(lambda name: name.lower() not in COOKIE_ATTRIBUTES)
    return st.dictionaries(names, st.text(COOKIE_OCTETS, max_size=12), max_size=max_size)
