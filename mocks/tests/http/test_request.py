import pytest

from netmocks.errors import PeerError


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", "/"),
        ("/a%20b/%E4%BD%A0?x=%20", "/a b/你"),
        ("/a?b#c", "/a"),
        ("/a%3Fb", "/a?b"),
        ("//double//slash", "//double//slash"),
        ("/%zz", "/%zz"),
        ("*", "*"),
        ("example.com:443", "example.com:443"),
        ("http://example.com", "/"),
        ("http://example.com?q=1", "/"),
        ("http://example.com/a/b?q=1", "/a/b"),
        ("http://example.com//a", "//a"),
        ("http://[broken/a", "/a"),
        ("/to?url=http://example.com/", "/to"),
    ],
)
def test_the_path_is_decoded_from_every_form_of_a_target(request_of, target, path):
    assert request_of(target=target).path == path


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/a?b=1", "http://example.com:8080/a?b=1"),
        ("http://other.example.com/a", "http://other.example.com/a"),
        ("example.com:443", "example.com:443"),
        ("*", "*"),
    ],
)
def test_the_url_is_what_the_client_meant(request_of, target, url):
    assert request_of(target=target, headers={"Host": "example.com:8080"}).url == url


def test_an_absolute_target_names_the_host_whatever_the_field_says(request_of):
    request = request_of(target="http://a.example.com:81/x", headers={"Host": "b.example.com"})
    assert request.host == "a.example.com:81"


def test_the_query_keeps_repeats_blanks_and_order(request_of):
    request = request_of(target="/?tag=a&page=&tag=b%20c&q=x+y#fragment")
    assert request.query.raw == (("tag", "a"), ("page", ""), ("tag", "b c"), ("q", "x y"))
    assert request.query_string == "tag=a&page=&tag=b%20c&q=x+y"


def test_without_a_query_there_are_no_pairs(request_of):
    assert request_of(target="/a").query == {}
    assert request_of(target="/a").query_string == ""


def test_the_blanks_around_a_field_value_are_none_of_it(request_of):
    assert request_of(headers={"X-Name": "value \t"}).headers["X-Name"] == "value"


def test_a_field_that_is_not_ascii_reads_as_latin_1(request_of):
    assert request_of(headers={"X-Name": "Grüße"}).headers["x-name"] == "Grüße"


def test_cookies_are_read_by_name(request_of):
    request = request_of(headers={"Cookie": 'session=abc; theme="dark"'})
    assert request.cookies == {"session": "abc", "theme": "dark"}


@pytest.mark.parametrize("cookie", ["", "=", "a b c", "\x01=2", "bad name=1"])
def test_cookies_that_make_no_sense_are_left_out(request_of, cookie):
    assert request_of(headers={"Cookie": cookie}).cookies == {}


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("", "你好".encode(), "你好"),
        ("text/plain; charset=latin-1", "Grüße".encode("latin-1"), "Grüße"),
        ("text/plain; charset=gbk", "你好".encode("gbk"), "你好"),
        ("text/plain; charset=utf-8", b"\xff!", "�!"),
        ("text/plain; charset=no-such", "é".encode(), "é"),
        ("text/plain; charset=rot13", b"abc", "abc"),
        ("text/plain; charset=idna", b"\xff", "�"),
        ("text/plain; charset=undefined", b"abc", "abc"),
    ],
)
def test_the_text_is_in_the_charset_stated_as_far_as_there_is_one(
    request_of, content_type, body, text
):
    assert request_of(headers={"Content-Type": content_type}, body=body).text == text


def test_the_media_type_has_neither_case_nor_parameters(request_of):
    request = request_of(headers={"Content-Type": "Text/HTML; charset=utf-8"})
    assert request.content_type == "text/html"
    assert request_of().content_type == ""


def test_json_is_parsed(request_of):
    assert request_of(body='{"a": [1, null, "你"]}').json() == {"a": [1, None, "你"]}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_is_the_clients_fault(request_of, body):
    with pytest.raises(PeerError, match=r"GET http://example\.com/ is no JSON"):
        request_of(headers={"Host": "example.com"}, body=body).json()


def test_a_form_is_read_from_its_own_media_type_only(request_of):
    body = "name=你&tag=a&tag=b&empty="
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    pairs = (("name", "你"), ("tag", "a"), ("tag", "b"), ("empty", ""))
    assert request_of(headers=form, body=body).form.raw == pairs
    assert request_of(headers={"Content-Type": "text/plain"}, body=body).form == {}


def test_it_shows_what_was_asked(request_of):
    request = request_of("POST", "/a?b", {"Host": "example.com"}, b"x" * 1000)
    assert str(request) == "POST http://example.com/a?b"
    assert repr(request) == f"<Request POST http://example.com/a?b {b'x' * 60!r}>"
    assert repr(request_of(headers={"Host": "example.com"})) == "<Request GET http://example.com/>"
