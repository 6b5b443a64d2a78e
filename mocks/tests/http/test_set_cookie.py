from datetime import datetime, timedelta, timezone

import pytest

from netmocks.errors import MisuseError
from netmocks.http import Cookie, Response
from netmocks.http.set_cookie import set_cookies


@pytest.mark.parametrize(
    ("cookie", "line"),
    [
        ("abc", "name=abc"),
        ("", "name="),
        ("two words", 'name="two words"'),
        ('say "a; b"', r'name="say \"a\073 b\""'),
        ("Grüße", r'name="Gr\303\274\303\237e"'),
        ("a\r\nSet-Cookie: b", r'name="a\015\012Set-Cookie: b"'),
        (None, "name=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0"),
        (Cookie("a", path="/x", domain="example.com"), "name=a; Domain=example.com; Path=/x"),
        (Cookie("a", secure=True, http_only=True), "name=a; Secure; HttpOnly"),
        (Cookie("a", same_site="Lax", max_age=-1), "name=a; Max-Age=-1; SameSite=Lax"),
        (Cookie("a", expires=1e9), "name=a; Expires=Sun, 09 Sep 2001 01:46:40 GMT"),
        (
            Cookie("a", expires=datetime(2030, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))),
            "name=a; Expires=Tue, 01 Jan 2030 00:00:00 GMT",
        ),
    ],
)
def test_a_cookie_is_sent_with_its_attributes(cookie, line):
    assert set_cookies({"name": cookie}) == [("Set-Cookie", line)]


def test_each_cookie_has_a_field_of_its_own_behind_the_others():
    response = Response(headers={"X": "y"}, cookies={"a": "1", "b": Cookie("2", path="/")})
    assert response.fields == [
        ("X", "y"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2; Path=/"),
        ("Content-Length", "0"),
    ]


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ({"value": 5}, "its value is text: '5'"),
        ({"value": "", "path": "/;a"}, "without semicolons"),
        ({"value": "", "path": 5}, "without semicolons"),
        ({"value": "", "domain": "a\n"}, "without semicolons"),
        ({"value": "", "domain": "bücher.example"}, "ASCII"),
        ({"value": "", "max_age": 1.5}, "whole seconds"),
        ({"value": "", "max_age": True}, "whole seconds"),
        ({"value": "", "same_site": "lax"}, "'Strict', 'Lax', 'None'"),
        ({"value": "", "expires": datetime(2030, 1, 1)}, "with its zone"),
        ({"value": "", "expires": "tomorrow"}, "with its zone"),
        ({"value": "", "expires": 1e30}, "with its zone"),
        ({"value": "", "expires": float("nan")}, "with its zone"),
    ],
)
def test_a_cookie_that_cannot_be_sent_is_refused_at_once(arguments, remedy):
    with pytest.raises(MisuseError, match=remedy):
        Cookie(**arguments)


@pytest.mark.parametrize(
    ("cookies", "remedy"),
    [
        ("a=b", "map names to values"),
        ([("a", "b")], "map names to values"),
        ({"a b": "c"}, "its name"),
        ({"": "c"}, "its name"),
        ({5: "c"}, "its name"),
        ({"a": 5}, "its value is text"),
    ],
)
def test_cookies_that_cannot_be_sent_are_refused_at_once(cookies, remedy):
    with pytest.raises(MisuseError, match=remedy):
        Response(cookies=cookies)
