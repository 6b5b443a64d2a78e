"""URLs: `urlsplit` and `urlunsplit`, `urlparse` and `urlunparse`.

Checked on URIs and references by the letter of RFC 3986, of any scheme. A URL that has none of the
exceptions in it comes out as it went in.
"""

import re
import sys
from urllib.parse import urlparse, urlsplit, urlunparse, urlunsplit, uses_netloc, uses_params

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from netharness.strategies import (
    hosts,
    ipv6_addresses,
    odd_urls,
    paths,
    references,
    uris,
    urls,
    userinfos,
)

#: The parts of a URI (RFC 3986, appendix B): None for a part that is not there.
PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)

#: Whether two slashes at the beginning of a path survive, and a path without a slash keeps away
#: from authorities: since 3.12.4.
SLASHES_SURVIVE = sys.version_info >= (3, 12, 4)

ANY = uris() | references() | urls()


def parts(uri):
    return PARTS.fullmatch(uri).groups()


def back(uri):
    return urlunsplit(urlsplit(uri))


# -- the classes of exceptions -----------------------------------------------------------------


def has_empty_tail(uri):
    return "" in parts(uri)[3:]


def has_capital_scheme(uri):
    scheme = parts(uri)[0] or ""
    return scheme != scheme.lower()


def begins_with_two_slashes(uri):
    """An empty authority, and a path that looks like one."""
    _, authority, path, *_ = parts(uri)
    return authority == "" and path.startswith("//")


def loses_authority(uri):
    scheme, authority, path, *_ = parts(uri)
    known = (scheme or "none").lower() in uses_netloc
    return authority == "" and not path.startswith("//") and not known


def gains_authority(uri):
    scheme, authority, path, *_ = parts(uri)
    if authority is not None or (scheme or "none").lower() not in uses_netloc:
        return False
    return not SLASHES_SURVIVE or path[:1] in ("", "/")


CLASSES = (
    has_empty_tail,
    has_capital_scheme,
    begins_with_two_slashes,
    loses_authority,
    gains_authority,
)


def only(*classes, among=ANY):
    """URIs and references of these classes, and of no other."""
    wanted = set(classes)
    return among.filter(lambda uri: {c for c in CLASSES if c(uri)} == wanted)


PLAIN = only()
#: A scheme that is known to use an authority, one that is not, and none.
SCHEMES = st.sampled_from(["http:", "file:", "x:", "urn:", ""])
ROOTED = paths(min_size=1).map(lambda path: f"/{path.lstrip('/')}")
EMPTIED = st.builds(
    "{}{}".format,
    PLAIN.map(lambda uri: re.sub("[?#].*", "", uri)),
    st.sampled_from(["?", "#", "?#", "?#b", "?a#"]),
)
CAPITAL = (
    urls()
    .filter(lambda uri: not has_empty_tail(uri))
    .map(lambda uri: re.sub("^[^:/?#]+:", lambda scheme: scheme[0].upper(), uri))
)


# -- the laws ----------------------------------------------------------------------------------


@pytest.mark.law("What is split can be put together: `urlunsplit(urlsplit(url)) == url`.")
@given(only())
@example("http://user:secret@example.com:8080/a;b?c=d&e#f")
@example("//example.com/a")
@example("mailto:to@example.com")
@example("")
def test_what_is_split_can_be_put_together(url):
    """So it is with `geturl`, and with bytes."""
    assert back(url) == url
    assert urlsplit(url).geturl() == url
    assert urlsplit(url.encode()).geturl() == url.encode()


@pytest.mark.law("What was put together once stays: `back(back(url)) == back(url)`.")
@given(ANY)
@example("HTTP:?#")
@example("http:a")
def test_what_was_put_together_once_stays(url):
    """`back` splits a URL and puts it together. It holds for all of the exceptions but one."""
    assume(SLASHES_SURVIVE or not begins_with_two_slashes(url))
    assert back(back(url)) == back(url)


@pytest.mark.law("The parts are those of RFC 3986, appendix B.")
@given(ANY)
def test_the_parts_are_those_of_the_standard(url):
    """What is not there is empty, and a scheme is in small letters."""
    scheme, authority, path, query, fragment = parts(url)
    assert tuple(urlsplit(url)) == (
        (scheme or "").lower(),
        authority or "",
        path,
        query or "",
        fragment or "",
    )


@pytest.mark.law("A part has a name and an index, and both tell the same.")
@given(ANY)
def test_names_and_indexes_agree(url):
    for split in (urlsplit(url), urlparse(url)):
        assert [getattr(split, name) for name in split._fields] == list(split)
        assert split._replace(**split._asdict()) == split


@pytest.mark.law(
    "`hostname` and `port` are normalised, `username` and `password` are as they came."
)
@given(
    userinfos(), hosts(zones=True, future=True), st.integers(0, 65535), st.sampled_from(["", "0"])
)
@example("", "[FE80::1%25Eth0]", 80, "")
def test_hosts_are_small_and_ports_are_numbers(userinfo, host, port, zero):
    """A host is in small letters and without brackets, a zone as it came; a port is a number."""
    assume(host.count("%") < 2)
    split = urlsplit(f"http://{userinfo}@{host}:{zero}{port}/")
    address, mark, zone = host.strip("[]").partition("%")
    assert split.hostname == f"{address.lower()}{mark}{zone}"
    assert split.port == port
    user, colon, password = userinfo.partition(":")
    assert (split.username, split.password) == (user, password if colon else None)
    assert split.netloc == f"{userinfo}@{host}:{zero}{port}"


@pytest.mark.law("`urlparse` is `urlsplit`, and takes parameters off the last segment of the path.")
@given(ANY)
@example("http://example.com/a;b/c;d")
def test_parameters_are_of_the_last_segment(url):
    """Only for schemes that use them, such as http, and for none."""
    split, parsed = urlsplit(url), urlparse(url)
    assert (parsed[0], parsed[1], parsed[4], parsed[5]) == (split[0], split[1], split[3], split[4])
    whole = f"{parsed.path};{parsed.params}" if parsed.params else parsed.path
    assert whole == split.path or f"{whole};" == split.path
    if parsed.params:
        assert "/" not in parsed.params
        assert split.scheme in uses_params


@pytest.mark.law("`urlunparse(urlparse(url))` is what `urlunsplit(urlsplit(url))` is.")
@given(ANY)
def test_six_parts_say_what_five_do(url):
    """But for a semicolon with nothing behind it."""
    assume(not urlsplit(url).path.endswith(";"))
    assert urlunparse(urlparse(url)) == back(url)


@pytest.mark.law("Whatever the text: it is split, or `ValueError` says why not.")
@given(odd_urls())
@example("http://[::1")
@example("http://\u2100.example")
def test_odd_text_is_split_or_refused(url):
    """What was split and put together is split again into the same, and has lost no character but
    blanks and controls at its ends, and tabs and line ends, wherever they stood."""
    try:
        split = urlsplit(url)
    except ValueError:
        return
    left = re.sub("[\t\r\n]", "", url.lstrip("".join(map(chr, range(0x21)))))
    for part in split[1:]:
        assert part in left


# -- the exceptions ----------------------------------------------------------------------------


@pytest.mark.exception("An empty query or fragment is dropped", "http://a?# → http://a")
@given(only(has_empty_tail, among=EMPTIED))
@example("http://a?")
@example("http://a#")
@example("http://a?#")
@example("http://a?#b")
def test_an_empty_query_or_fragment_is_dropped(url):
    scheme, authority, path, query, fragment = parts(url)
    kept = f"{f'{scheme}:' if scheme else ''}{'' if authority is None else f'//{authority}'}{path}"
    kept += f"?{query}" if query else ""
    assert back(url) == kept + (f"#{fragment}" if fragment else "") != url


@pytest.mark.exception("A scheme is written in small letters", "HTTP://A → http://A")
@given(only(has_capital_scheme, among=CAPITAL))
@example("HTTP://A")
def test_a_scheme_is_written_in_small_letters(url):
    scheme = parts(url)[0]
    assert back(url) == scheme.lower() + url[len(scheme) :] != url


@pytest.mark.exception(
    "An empty authority is dropped, where the scheme is not known to use one", "x:///a → x:/a"
)
@given(only(loses_authority, among=st.builds("{}//{}".format, SCHEMES, ROOTED | st.just(""))))
@example("x:///a")
@example("///a")
@example("x://")
def test_an_empty_authority_is_dropped(url):
    assert back(url) == url.replace("//", "", 1) != url


@pytest.mark.exception(
    "A path without authority gains an empty one, where the scheme is known to use one",
    "http:/a → http:///a",
)
@given(only(gains_authority, among=st.builds("{}{}".format, SCHEMES, ROOTED | st.just(""))))
@example("http:/a")
@example("http:?a")
@example("file:")
def test_an_empty_authority_is_gained(url):
    scheme, _, path, *_ = parts(url)
    slash = "" if path[:1] in ("", "/") else "/"
    assert back(url) == f"{scheme}://{slash}{url[len(scheme) + 1 :]}" != url


@pytest.mark.exception(
    "A path without a slash gains an authority and a slash",
    "http:a → http:///a",
    versions="3.11, and 3.12 before 3.12.4",
)
def test_a_path_without_a_slash_moves_below_an_authority():
    assert back("http:a") == ("http:a" if SLASHES_SURVIVE else "http:///a")


@pytest.mark.exception(
    "Behind an empty authority, a path that begins with two slashes becomes an authority",
    "x:////a/b → x://a/b",
    versions="3.11, and 3.12 before 3.12.4",
)
@given(only(begins_with_two_slashes, among=st.builds("{}///{}".format, SCHEMES, ROOTED)))
@example("x:////a/b")
@example("http:////a/b")
@example("////a")
def test_two_slashes_become_an_authority(url):
    assert back(url) == (url if SLASHES_SURVIVE else url.replace("//", "", 1))


@pytest.mark.exception(
    "Empty parameters are dropped", "urlunparse(urlparse('http://a/b;')) → http://a/b"
)
@given(st.sampled_from(["http", "https", "ftp"]), st.sampled_from(["", "/a", "/a;b/c"]))
@example("http", "/b")
def test_empty_parameters_are_dropped(scheme, path):
    assert urlunparse(urlparse(f"{scheme}://a{path or '/'};")) == f"{scheme}://a{path or '/'}"


@pytest.mark.exception("An empty port is none", "urlsplit('http://a:').port → None")
def test_an_empty_port_is_none():
    assert urlsplit("http://a:").port is None
    assert back("http://a:") == "http://a:"


@pytest.mark.exception(
    "Blanks and controls at the beginning are dropped, tabs and line ends anywhere",
    r"'\x01 ht\ntp://a' → http://a",
)
@given(urls(), st.text("".join(map(chr, range(0x21)))), st.integers(0), st.sampled_from("\t\r\n"))
@example("http://a", "\x01 ", 2, "\n")
def test_blanks_and_controls_are_dropped(url, before, place, within):
    place %= len(url) + 1
    assert back(f"{before}{url[:place]}{within}{url[place:]}") == back(url)


@pytest.mark.exception(
    "A host that would have a delimiter when normalised (NFKC) is refused",
    "urlsplit('http://\u2100.example') → ValueError",
)
@pytest.mark.parametrize("character", ["\u2100", "\uff0f", "\uff1a", "\uff03", "\uff20", "\u2048"])
def test_a_host_that_hides_a_delimiter_is_refused(character):
    with pytest.raises(ValueError, match="NFKC"):
        urlsplit(f"http://a{character}b.example/")


@pytest.mark.exception(
    "A bracket without its other, or what is no address within, is refused",
    "urlsplit('http://[::1/') → ValueError",
)
@pytest.mark.parametrize("host", ["[::1", "::1]", "[example.com]", "[1.2.3.4]", "[v1]"])
def test_a_broken_address_in_brackets_is_refused(host):
    with pytest.raises(ValueError):
        urlsplit(f"http://{host}/")


@pytest.mark.exception(
    "A zone with an escape in it is refused, which RFC 6874 allows",
    "urlsplit('http://[::%25%61]/') → ValueError",
)
@given(ipv6_addresses(), st.binary(min_size=1, max_size=3))
@example("::", b"a")
def test_a_zone_with_an_escape_is_refused(address, zone):
    escaped = "".join(f"%{byte:02X}" for byte in zone)
    with pytest.raises(ValueError):
        urlsplit(f"http://[{address}%25{escaped}]/")
