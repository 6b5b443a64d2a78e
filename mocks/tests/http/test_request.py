import pytest

from netmocks.errors import PeerError
from netmocks.http import HTTPMock, Limits


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


@pytest.mark.parametrize(
    ("cookie", "others"),
    [
        ("a b c", {"a b c": ""}),
        ("bad name=1", {"bad name": "1"}),
        ("\x01=\x02", {"\x01": "\x02"}),
        ("[json]={1,2}", {"[json]": "{1,2}"}),
        ('half="quoted', {"half": '"quoted'}),
        ("", {}),
        ("=nameless", {}),
        (";;", {}),
        ("token=a=b==", {"token": "a=b=="}),
        (r'quoted="a\"\073\303\251"', {"quoted": 'a";é'}),
    ],
)
def test_an_odd_cookie_hides_none_of_the_others(request_of, cookie, others):
    request = request_of(headers={"Cookie": f"first=1; {cookie};last=2"})
    assert request.cookies == {"first": "1"} | others | {"last": "2"}


def test_cookies_that_repeat_are_all_there_and_so_are_those_of_further_fields(request_of):
    request = request_of(headers=[("Cookie", "a=1; b=2"), ("Cookie", "c=3; a=4")])
    assert dict(request.cookies) == {"a": "1", "b": "2", "c": "3"}
    assert request.cookies.all("a") == ["1", "4"]


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


# -- forms ------------------------------------------------------------------------------------


MULTIPART = {"Content-Type": "multipart/form-data; boundary=B"}


def test_the_fields_and_files_of_a_multipart_form_are_apart(request_of):
    body = (
        '--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nGrüße\r\n'
        '--B\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n'
        "Content-Type: text/plain\r\nX-Mine: 1\r\n\r\nhello\r\n"
        '--B\r\nContent-Disposition: form-data; name="f"; filename=""\r\n\r\n\r\n--B--\r\n'
    )
    request = request_of("POST", headers=MULTIPART, body=body)
    assert request.form.raw == (("title", "Grüße"),)
    assert [part.filename for part in request.files.all("f")] == ["a.txt", ""]
    part = request.files["f"]
    assert (part.name, part.content, part.content_type) == ("f", b"hello", "text/plain")
    assert part.headers["x-mine"] == "1"
    assert [part.name for part in request.parts] == ["title", "f", "f"]


def test_a_broken_multipart_form_is_the_clients_fault(request_of):
    request = request_of("POST", headers=MULTIPART, body="--B\r\nno end")
    for ask in (lambda: request.form, lambda: request.files, lambda: request.parts):
        with pytest.raises(PeerError, match="multipart: part 1 has no end"):
            ask()


def test_what_is_no_form_has_neither_fields_nor_files(request_of):
    request = request_of(
        "POST", headers={"Content-Type": "multipart/mixed; boundary=B"}, body="--B"
    )
    assert (request.form, request.files, request.parts) == ({}, {}, [])


@pytest.mark.parametrize(
    ("content_type", "read"),
    [
        ("application/json", lambda request: request.json()),
        ("application/x-www-form-urlencoded", lambda request: request.form),
        ("multipart/form-data; boundary=B", lambda request: request.files),
    ],
)
def test_what_was_not_kept_as_a_whole_is_not_parsed(dial, content_type, read):
    with HTTPMock(limits=Limits(kept=5)) as web:
        rule = web.on("POST", "/")
        dial(web).ask("POST", "/", f"Content-Type: {content_type}", body=b"[1, 2]")
        with pytest.raises(PeerError, match="has 6 bytes of content, of which the first 5 were"):
            read(rule.calls[0])


def test_json_is_parsed_once(request_of):
    request = request_of(body="[1]")
    assert request.json() is request.json()


# -- credentials ------------------------------------------------------------------------------


def test_credentials_are_read_from_their_field(request_of):
    request = request_of(headers={"Authorization": "Basic c2FtOnBhc3M6d29yZA=="})
    assert request.credentials.scheme == "basic"
    assert (request.credentials.user, request.credentials.password) == ("sam", "pass:word")
    assert request_of().credentials is None
