"""Joining: `urljoin`, and `urldefrag`.

Checked against the algorithm of RFC 3986 §5.2, for bases of http and https.
"""

import re
from urllib.parse import urldefrag, urljoin, urlsplit, uses_relative

import pytest
from hypothesis import assume, example, given

from netharness.strategies import paths, references, schemes, urls

BASES = urls(fragment=False)

#: The examples of RFC 3986 §5.4.1 that a base of http has, relative to http://a/b/c/d;p?q
BASE = "http://a/b/c/d;p?q"
STANDARD = {
    "g": "http://a/b/c/g",
    "./g": "http://a/b/c/g",
    "g/": "http://a/b/c/g/",
    "/g": "http://a/g",
    "//g": "http://g",
    "?y": "http://a/b/c/d;p?y",
    "g?y": "http://a/b/c/g?y",
    "#s": "http://a/b/c/d;p?q#s",
    "g#s": "http://a/b/c/g#s",
    ";x": "http://a/b/c/;x",
    "g;x?y#s": "http://a/b/c/g;x?y#s",
    "": "http://a/b/c/d;p?q",
    ".": "http://a/b/c/",
    "..": "http://a/b/",
    "../g": "http://a/b/g",
    "../..": "http://a/",
    "../../g": "http://a/g",
    "../../../g": "http://a/g",
    "/./g": "http://a/g",
    "/../g": "http://a/g",
    "g;x=1/../y": "http://a/b/c/y",
}


@pytest.mark.law("The examples of RFC 3986 §5.4 come out as they stand there.")
@pytest.mark.parametrize("reference", STANDARD)
def test_the_standard_s_examples_hold(reference):
    assert urljoin(BASE, reference) == STANDARD[reference]


@pytest.mark.law("An empty reference is the base: `urljoin(base, '') == base`.")
@given(urls())
def test_an_empty_reference_is_the_base(base):
    assert urljoin(base, "") == base


@pytest.mark.law("A URL with a scheme of its own is not changed by any base of another.")
@given(BASES, urls(schemes=schemes()))
def test_another_scheme_stands_by_itself(base, url):
    assume(urlsplit(url).scheme != urlsplit(base).scheme)
    assert urljoin(base, url) == url


@pytest.mark.law("A path from the root leaves scheme and authority, and no dots.")
@given(BASES, paths(min_size=1))
@example("http://a/b", "/../../c/./d")
def test_a_path_from_the_root_has_no_dots_left(base, path):
    """`.` and `..` are taken out (RFC 3986 §5.2.4), and never climb above the root."""
    assume(not path.startswith("//"))
    joined, split = urlsplit(urljoin(base, path)), urlsplit(base)
    assert (joined.scheme, joined.netloc) == (split.scheme, split.netloc)
    assert not re.search(r"(^|/)\.\.?(/|$)", joined.path)
    assert joined.path.startswith("/")


@pytest.mark.law(
    "What was joined stays when it is joined again: `urljoin(base, joined) == joined`."
)
@given(BASES, references())
def test_what_was_joined_stays(base, reference):
    joined = urljoin(base, reference)
    assume(urlsplit(joined).netloc and urlsplit(joined).geturl() == joined)
    assert urljoin(base, joined) == joined


@pytest.mark.law("A fragment comes off, and its URL is what is left: `urldefrag`.")
@given(urls())
def test_a_fragment_comes_off(url):
    split = urlsplit(url)
    assert urldefrag(url) == (
        split._replace(fragment="").geturl() if "#" in url else url,
        split.fragment,
    )


@pytest.mark.exception(
    "A base whose scheme is not known to be hierarchical is left aside",
    "urljoin('x://a/b', 'c') → 'c'",
)
@given(references())
@example("c")
def test_a_base_of_an_unknown_scheme_is_left_aside(reference):
    assume(reference)
    assert "x" not in uses_relative
    assert urljoin("x://a/b", reference) == reference


@pytest.mark.exception(
    "Dots stay in a base that is only given a query, and behind another authority",
    "urljoin('http://a', '//b/c/..') → 'http://b/c/..'",
)
def test_dots_behind_another_authority_stay():
    assert urljoin("http://a", "//b/c/..") == "http://b/c/.."
    assert urljoin("http://a/b/../c", "?x") == "http://a/b/../c?x"


@pytest.mark.exception(
    "The base's own scheme without an authority is relative (RFC 3986 §5.2.2, not strict)",
    "urljoin('http://a/b', 'http:c') → 'http://a/c'",
)
def test_the_base_s_own_scheme_is_relative():
    assert urljoin("http://a/b", "http:c") == "http://a/c"
