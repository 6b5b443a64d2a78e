"""URLs are what a parser takes that others wrote by the grammar, and shrink to short ones."""

import re

import pytest
import rfc3986
from hypothesis import example, given
from rfc3986.validators import Validator

from netharness.strategies import (
    fragments,
    hosts,
    odd_urls,
    paths,
    ports,
    queries,
    references,
    schemes,
    uris,
    urls,
    userinfos,
)

#: The parts of a URI (RFC 3986, appendix B).
PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
ESCAPED = r"%[0-9A-Fa-f]{2}"
UNRESERVED = r"A-Za-z0-9._~\-"
SUB_DELIMS = r"!$&'()*+,;="
PCHAR = rf"(?:[{UNRESERVED}{SUB_DELIMS}:@]|{ESCAPED})"
PATH = re.compile(rf"(?:{PCHAR}|/)*")
QUERY = re.compile(rf"(?:{PCHAR}|[/?])*")


def check(uri):
    """Check all parts by their grammar, and the whole by a parser that others wrote."""
    scheme, authority, path, query, fragment = PARTS.fullmatch(uri).groups()
    assert scheme is None or re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme)
    assert PATH.fullmatch(path)
    assert QUERY.fullmatch(query or "")
    assert QUERY.fullmatch(fragment or "")
    if authority is None:
        assert not path.startswith("//")
        assert scheme is not None or ":" not in path.partition("/")[0]
    else:
        assert path[:1] in ("", "/")
    # Where the judge errs: an authority may be empty, and so may a userinfo (RFC 3986 §3.2).
    if authority is not None and authority.startswith("@"):
        uri = uri.replace("@", "", 1)
    parsed = rfc3986.uri_reference(uri)
    Validator().check_validity_of("scheme", "host", "path", "query", "fragment").validate(parsed)
    assert parsed.unsplit() == uri or authority in ("", "@")
    return parsed


@given(urls())
def test_a_url_is_one_by_the_letter_of_the_grammar(url):
    parsed = check(url)
    assert parsed.scheme in ("http", "https")
    assert parsed.host


@given(urls(hosts=hosts(zones=True, future=True), schemes=schemes()))
def test_a_url_has_the_hosts_and_schemes_that_were_asked_for(url):
    assert re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url)
    assert "://" in url


@given(urls(userinfo=False, fragment=False))
def test_a_url_has_no_part_that_was_left_out(url):
    parsed = check(url)
    assert parsed.userinfo is None
    assert parsed.fragment is None


@given(uris())
@example("http://")
@example("x://@:")
def test_a_uri_is_one_by_the_letter_of_the_grammar(uri):
    assert check(uri).scheme


@given(references())
def test_a_reference_is_one_by_the_letter_of_the_grammar(reference):
    assert check(reference).scheme is None


@pytest.mark.parametrize("part", [userinfos, paths, queries, fragments])
def test_parts_come_in_all_kinds_of_writing(smallest, part):
    assert smallest(part()) == ""
    for wanted in ("a", ":", "%", "%F", "%f"):
        found = smallest(part(), lambda text, wanted=wanted: wanted in text)
        assert len(found) <= len("/%00")


@given(ports())
def test_a_port_is_one(port):
    assert 0 <= port <= 65535


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (bool, "http://0.com"),
        (lambda url: url.endswith("?"), "http://0.com?"),
        (lambda url: "@" in url.partition("//")[2].partition("/")[0], "http://@0.com"),
        (lambda url: "?" in url and "#" in url, "http://0.com#?"),
    ],
)
def test_urls_shrink_to_what_it_takes(smallest, where, found):
    assert smallest(urls(), where) == found


@pytest.mark.parametrize("wanted", ["\\", " ", "\0", "%", "例", "\uff0f", "["])
def test_odd_urls_come_in_all_kinds_of_oddness(smallest, wanted):
    assert len(smallest(odd_urls(), lambda url: wanted in url)) <= len("http://") + 2


@given(odd_urls())
def test_an_odd_url_is_text(url):
    assert url.encode()
