"""B1 to B4: URLs and queries, taken apart and put together."""

from urllib.parse import parse_qs, parse_qsl, urlencode, urlparse, urlunparse

import pytest


@pytest.mark.example("B1")
def test_a_url_has_six_parts_by_name_and_by_index(program):
    console = program("urlparse.py").run()

    whole, *parts = console.lines
    assert whole == (
        "ParseResult(scheme='http', netloc='baidu.com', path='/index.html', params='abc',"
        " query='name=aaa', fragment='myflags')"
    )
    assert parts == [
        "scheme: http = http",
        "netloc: baidu.com = baidu.com",
        "path: /index.html = /index.html",
        "params: abc = abc",
        "query: name=aaa = name=aaa",
        "fragment: myflags = myflags",
    ]


@pytest.mark.example("B1")
@pytest.mark.parametrize("url", ["http://[::1/", "http://::1]/", "http://[example.com]/"])
def test_a_broken_address_in_brackets_is_no_url(url):
    with pytest.raises(ValueError):
        urlparse(url)


@pytest.mark.example("B1")
@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_is_none_is_noticed_when_it_is_asked_for(port):
    parts = urlparse(f"http://example.com:{port}/")

    with pytest.raises(ValueError):
        _ = parts.port


@pytest.mark.example("B2")
def test_six_parts_make_a_url(program):
    console = program("urlunparse.py").run()

    assert console.text == "https://www.baidu.com:8080/index.html;haha?name=Harry#frag\n"


@pytest.mark.example("B2")
@pytest.mark.parametrize("count", [5, 7])
def test_more_or_fewer_than_six_parts_make_none(program, count):
    parts = program("urlunparse.py").load()["PARTS"]

    with pytest.raises(ValueError, match="values to unpack"):
        urlunparse((*parts, "more")[:count])


@pytest.mark.example("B1", "B2")
@pytest.mark.parametrize(
    "url",
    [
        "",
        "/",
        "//example.com",
        "http://example.com",
        "http://example.com/",
        "http://example.com/a;b/c;d?e=f&g#h?i",
        "http://user:secret@example.com:8080/?q=%26",
        "http://[::1]:8080/",
        "mailto:to@example.com",
        "http://例子.example/路径?名=值#片段",
    ],
)
def test_what_is_taken_apart_can_be_put_together(url):
    assert urlunparse(urlparse(url)) == url


@pytest.mark.example("B3")
def test_a_query_becomes_a_dict_of_lists_and_a_list_of_pairs(program):
    console = program("parse_query.py").run()

    assert list(console.lines) == [
        "{'name': ['Harry', 'Jack'], 'age': ['37'], 'height': ['170']}",
        "[('name', 'Harry'), ('name', 'Jack'), ('age', '37'), ('height', '170')]",
    ]


@pytest.mark.example("B3")
def test_a_name_without_a_value_is_left_out_unless_it_is_asked_for():
    query = "name=&age=37&height"

    assert parse_qs(query) == {"age": ["37"]}
    assert parse_qs(query, keep_blank_values=True) == {"name": [""], "age": ["37"], "height": [""]}
    with pytest.raises(ValueError, match="bad query field: 'height'"):
        parse_qs(query, strict_parsing=True)


@pytest.mark.mistake("B3")
def test_parse_qs_returns_no_string(program):
    found = parse_qs(program("parse_query.py").load()["QUERY"])

    assert type(found) is dict
    with pytest.raises(AttributeError, match="'dict' object has no attribute 'upper'"):
        found.upper()


@pytest.mark.example("B4")
def test_pairs_keep_a_repeated_name_and_a_dict_its_last_value(program):
    console = program("urlencode.py").run()

    assert list(console.lines) == [
        "name=Sam&name=Tom&age=36&height=170",
        "name=Henry&age=37&height=170",
    ]


@pytest.mark.example("B4")
@pytest.mark.parametrize("nothing", [37, "name", ["name"]])
def test_what_has_no_pairs_makes_no_query(nothing):
    with pytest.raises((TypeError, ValueError)):
        urlencode(nothing)


@pytest.mark.example("B3", "B4")
@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("name", "Sam")],
        [("name", "Sam"), ("name", "Tom")],
        [("name", "")],
        [("", "value")],
        [("a&b", "c=d"), ("e#f", "g?h")],
        [("plus", "1 + 1"), ("percent", "100%"), ("semicolon", "a;b")],
        [("名字", "小明"), ("emoji", "\N{SNOWMAN}\N{GRINNING FACE}")],
        [("line", "one\r\ntwo"), ("nul", "\0")],
    ],
)
def test_what_is_encoded_can_be_parsed(pairs):
    query = urlencode(pairs)

    assert query.isascii()
    assert parse_qsl(query, keep_blank_values=True) == pairs
