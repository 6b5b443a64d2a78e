"""Parsers: where `urllib.parse`, yarl, rfc3986, httpx and urllib3 agree, and where they do not.

The table shows what becomes of a URL that is parsed and written again; = where it stays.
"""

from urllib.parse import unquote, urlsplit

import httpx
import pytest
import rfc3986
import yarl
from hypothesis import assume, example, given
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from netharness.strategies import domain_names, idna_hosts, ipv4_addresses, urls

#: yarl 1.25, rfc3986 2.0 (`normalize_uri`), httpx 0.28, urllib3 2.8; "refused" where one raises.
AGREEMENT = [
    ("URL", "urllib.parse", "yarl", "rfc3986", "httpx", "urllib3"),
    ("http://a", "=", "=", "=", "=", "="),
    ("http://a?", "http://a", "http://a", "=", "=", "="),
    ("http://a#", "http://a", "http://a", "=", "=", "="),
    ("http://a?b+c", "=", "http://a/?b+c", "=", "=", "="),
    ("HTTP://A", "http://A", "http://a", "http://a", "http://a", "http://a"),
    ("http://a:80/", "=", "http://a/", "=", "http://a/", "="),
    ("http://a:080/", "=", "http://a/", "=", "http://a/", "http://a:80/"),
    ("http://a:/", "=", "http://a/", "http://a/", "http://a/", "http://a/"),
    ("http://a:65536/", "=", "refused", "=", "=", "refused"),
    ("http://@a/", "=", "http://a/", "http:/", "http://a/", "http://a/"),
    ("http://a/%7e", "=", "http://a/~", "http://a/%7E", "=", "http://a/%7E"),
    ("http://a/%2f", "=", "http://a/%2F", "http://a/%2F", "=", "http://a/%2F"),
    ("http://a/%zz", "=", "http://a/%25zz", "http://a/%25zz", "=", "http://a/%25zz"),
    ("http://a/b/../c", "=", "http://a/c", "http://a/c", "http://a/c", "http://a/c"),
    ("http://[FE80::1]/", "=", "http://[fe80::1]/", "http://[fe80::1]/", "=", "http://[fe80::1]/"),
    ("http://[0::1]/", "=", "http://[::1]/", "=", "=", "="),
    ("http://[::1%25en0]/", "=", "=", "=", "=", "http://[::1%en0]/"),
    ("http://[v1.a]/", "=", "http://v1.a/", "=", "refused", "refused"),
    (
        "http://α.com/",
        "=",
        "http://xn--mxa.com/",
        "http:/",
        "http://xn--mxa.com/",
        "http://xn--mxa.com/",
    ),
    ("http://a/é", "=", "http://a/%C3%A9", "http://a/%C3%A9", "http://a/%C3%A9", "http://a/%C3%A9"),
    ("http://a/ b", "=", "http://a/%20b", "http://a/%20b", "http://a/%20b", "http://a/%20b"),
]

WRITERS = {
    "urllib.parse": lambda url: urlsplit(url).geturl(),
    "yarl": lambda url: str(yarl.URL(url)),
    "rfc3986": rfc3986.normalize_uri,
    "httpx": lambda url: str(httpx.URL(url)),
    "urllib3": lambda url: parse_url(url).url,
}

#: Hosts whose names all of them take.
HOSTS = domain_names() | idna_hosts() | ipv4_addresses()
USUAL = {"http": 80, "https": 443}


def authorities(url):
    """Return the scheme, host and port that each parser finds, a usual port filled in."""
    found = {}
    one = urlsplit(url)
    found["urllib.parse"] = (one.scheme, one.hostname, one.port)
    two = yarl.URL(url)
    found["yarl"] = (two.scheme, two.raw_host, two.port)
    three = rfc3986.uri_reference(url).normalize()
    found["rfc3986"] = (three.scheme, three.host, three.port and int(three.port))
    four = httpx.URL(url)
    found["httpx"] = (four.scheme, four.raw_host.decode(), four.port)
    five = parse_url(url)
    found["urllib3"] = (five.scheme, five.host, five.port)
    return {
        name: (scheme, host, port if port is not None else USUAL[scheme])
        for name, (scheme, host, port) in found.items()
    }


@pytest.mark.law("All find the same scheme, host and port.")
@given(urls(hosts=HOSTS, userinfo=False))
@example("HTTPS://A.Example:080/")
@example("http://a.example:")
def test_all_find_the_same_authority(url):
    assert len(set(authorities(url).values())) == 1, authorities(url)


@pytest.mark.law("All find the same path, decoded, and the same query, decoded.")
@given(urls(hosts=HOSTS, userinfo=False))
def test_all_find_the_same_path_and_query(url):
    """But for dots as segments, which some take out, and for escapes that are no UTF-8."""
    split = urlsplit(url)
    path = unquote(split.path)
    assume(not {".", ".."} & set(path.split("/")))
    assume("\ufffd" not in path + unquote(split.query))
    written = {name: urlsplit(write(url)) for name, write in WRITERS.items()}
    found = {n: (unquote(w.path) or "/", unquote(w.query)) for n, w in written.items()}
    assert set(found.values()) == {(path or "/", unquote(split.query))}, found


@pytest.mark.law("The table is as it stands here.")
@pytest.mark.parametrize("row", AGREEMENT[1:], ids=lambda row: row[0])
def test_the_table_is_true(row):
    url, *expected = row
    found = []
    for write in WRITERS.values():
        try:
            written = write(url)
        except (ValueError, httpx.InvalidURL, LocationParseError):
            written = "refused"
        found.append("=" if written == url else written)
    assert found == expected
