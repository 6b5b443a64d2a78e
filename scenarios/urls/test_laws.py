"""B1 to B4 beyond their literals: what holds for the documented URL and queries holds for all."""

from urllib.parse import parse_qs, parse_qsl, urlencode, urlparse, urlunparse

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netharness.strategies import query_pairs
from netharness.strategies.alphabet import PCHAR, encoded

SCHEMES = st.sampled_from(["http", "https"])
HOSTS = st.sampled_from(["baidu.com", "www.baidu.com:8080", "[::1]:8080"])
SEGMENT = encoded(PCHAR.replace(";", ""), min_size=1, max_size=10)
#: Six parts, none of them empty.
PARTS = st.tuples(SCHEMES, HOSTS, SEGMENT.map("/{}".format), SEGMENT, SEGMENT, SEGMENT)


@pytest.mark.example("B1")
@given(PARTS)
@example(("http", "baidu.com", "/index.html", "abc", "name=aaa", "myflags"))
def test_each_part_has_its_name_and_its_index(parts):
    scheme, host, path, params, query, fragment = parts
    parsed = urlparse(f"{scheme}://{host}{path};{params}?{query}#{fragment}")
    assert tuple(parsed) == parts
    assert [getattr(parsed, name) for name in parsed._fields] == list(parts)


@pytest.mark.example("B2")
@given(PARTS)
@example(("https", "www.baidu.com:8080", "/index.html", "haha", "name=Harry", "frag"))
def test_six_parts_make_a_url_and_come_back(parts):
    assert tuple(urlparse(urlunparse(parts))) == parts


@pytest.mark.example("B3")
@given(query_pairs())
@example([("name", "Harry"), ("name", "Jack"), ("age", "37"), ("height", "170")])
def test_the_dict_of_lists_and_the_list_of_pairs_say_the_same(pairs):
    query = urlencode(pairs)
    lists = parse_qs(query, keep_blank_values=True)
    assert parse_qsl(query, keep_blank_values=True) == pairs
    assert lists == {name: [v for n, v in pairs if n == name] for name, _ in pairs}


@pytest.mark.example("B4")
@given(query_pairs())
@example([("name", "Harry"), ("name", "Henry"), ("age", "37"), ("height", "170")])
def test_pairs_keep_all_values_and_a_dict_the_last(pairs):
    assert parse_qsl(urlencode(pairs), keep_blank_values=True) == pairs
    assert parse_qsl(urlencode(dict(pairs)), keep_blank_values=True) == [*dict(pairs).items()]
