"""URLs: whole ones, their parts, references to them, and odd ones that browsers would take."""

from string import ascii_letters, digits

from hypothesis import strategies as st

from netharness.strategies.alphabet import PCHAR, SUB_DELIMS, UNRESERVED, encoded
from netharness.strategies.hosts import hosts as any_hosts
from netharness.strategies.hosts import reg_names

#: Schemes that code treats by rules of their own, beside such as it has never heard of.
KNOWN = ("http", "https", "ftp", "file", "ws", "wss", "mailto", "urn", "data", "tel")

Texts = st.SearchStrategy[str]


def schemes() -> Texts:
    """Schemes, known ones first, in letters of either case (RFC 3986 §3.1)."""
    rest = st.text(ascii_letters + digits + "+-.", max_size=6)
    return st.sampled_from(KNOWN) | st.builds("{}{}".format, st.sampled_from(ascii_letters), rest)


def ports() -> st.SearchStrategy[int]:
    """Ports, 0 to 65535 (RFC 9293 §3.1), the usual ones often."""
    return st.sampled_from([80, 443, 8080]) | st.integers(0, 65535)


def userinfos() -> Texts:
    """What stands before the "@": a user, or user and password (RFC 3986 §3.2.1)."""
    return encoded(UNRESERVED + SUB_DELIMS + ":", max_size=8)


def paths(*, min_size: int = 0, max_size: int = 20) -> Texts:
    """Paths that are empty or begin with a slash (RFC 3986 §3.3, path-abempty).

    Segments may be empty, or dots.

    Arguments:
        min_size: characters, or encoded bytes, at least; with 1, no path is empty.
        max_size: how many at most.
    """
    begun = encoded(PCHAR + "/", "/", min_size=max(min_size - 1, 0), max_size=max_size).map(
        "/{}".format
    )
    return begun if min_size else st.just("") | begun


def queries() -> Texts:
    """Queries without their question mark; maybe empty (RFC 3986 §3.4)."""
    return encoded(PCHAR + "/?")


def fragments() -> Texts:
    """Fragments without their "#"; maybe empty (RFC 3986 §3.5)."""
    return encoded(PCHAR + "/?", max_size=10)


def _maybe(before: str, part: Texts, after: str = "") -> Texts:
    """A part with its delimiters, or nothing at all."""
    return st.just("") | part.map(lambda text: f"{before}{text}{after}")


#: Ports as they are written: none for half of all, and any number of digits, none too (RFC 3986
#: §3.2.3). One draw makes them, where `ports` would take two.
_PORTS = st.sampled_from(
    [*[""] * 8, *(f":{port}" for port in (80, 443, "", "080", 0, 1, 8080, 65535))]
)


def _users() -> Texts:
    return _maybe("", userinfos(), "@")


def urls(
    *,
    schemes: Texts | None = None,
    hosts: Texts | None = None,
    userinfo: bool = True,
    fragment: bool = True,
) -> Texts:
    """URLs with an authority, of http and https unless told (RFC 3986 §3, RFC 9110 §4.2).

    Arguments:
        schemes: the schemes.
        hosts: the hosts, as they stand in a URL; those of `hosts` where left out.
        userinfo: whether there may be one.
        fragment: whether there may be one.
    """
    return st.builds(
        "{}://{}{}{}{}".format,
        st.sampled_from(["http", "https"]) if schemes is None else schemes,
        _users() if userinfo else st.just(""),
        any_hosts() if hosts is None else hosts,
        _PORTS,
        _tails(fragment),
    )


def uris() -> Texts:
    """URIs by the letter of the grammar, of any scheme, with or without authority (RFC 3986 §3)."""
    return st.builds("{}:{}".format, schemes(), _hierarchies(first=PCHAR))


def references() -> Texts:
    """References relative to a base: "../a", "//b/c", "?d", "#e", "" (RFC 3986 §4.2)."""
    return _hierarchies(first=PCHAR.replace(":", ""))


def _tails(fragment: bool = True, max_size: int = 24) -> Texts:
    """Path, query and fragment in one draw: any text with one "#" in it at most has all three."""
    delimiters = "/?#" if fragment else "/?"
    drawn = encoded(PCHAR + delimiters, delimiters, max_size=max_size)
    return drawn.map(_begun) if fragment else drawn.map(_rooted)


def _begun(text: str) -> str:
    before, hash_, fragment = text.partition("#")
    return _rooted(f"{before}{hash_}{fragment.replace('#', '%23')}")


def _rooted(text: str) -> str:
    """A path with a root, unless there is none."""
    return text if text[:1] in ("", "/", "?", "#") else f"/{text}"


def _hierarchies(first: str) -> Texts:
    """An authority with its path, or a path alone, whose first segment has these characters."""
    hosts = any_hosts() | reg_names()
    tails = _tails()
    segment = encoded(first, min_size=1, max_size=8)
    return st.one_of(
        tails.map(_unslashed),
        st.builds("//{}{}{}{}".format, _users(), hosts, _PORTS, tails),
        st.builds("{}{}".format, segment, tails),
        st.builds("{}{}".format, st.sampled_from(["./", "../", "../../"]), tails.map(_unslashed)),
    )


def _unslashed(text: str) -> str:
    """Without an authority, no path begins with two slashes (RFC 3986 §3.3)."""
    return f"/{text.lstrip('/')}" if text.startswith("//") else text


#: What the URL parser of browsers mends or takes, and RFC 3986 does not allow.
_ODD = 'ab01./?#@:[]\\|^`{}<>" %\t\r\n\0\x0b\x1f\x7f\x85\xa0é例\u2100\uff0f\ufeff'


def odd_urls() -> Texts:
    """What is no URL by RFC 3986 and met all the same, as the URL Standard of WHATWG has it.

    Blanks and controls around and within, backslashes, brackets, stray "%", letters beyond ASCII,
    characters that become delimiters when they are normalised.
    """
    around = st.text(" \t\n\0\x1f", max_size=2)
    begin = st.sampled_from(["http://", "HTTP:\\\\", "http:", "http:///", "//", "file:", ""])
    odd = st.text(_ODD, min_size=1, max_size=12)
    return st.builds("{}{}{}{}".format, around, begin, odd, around)
