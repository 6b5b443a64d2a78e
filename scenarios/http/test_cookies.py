"""C15 and C16: cookies of a response, and cookies of a browser, by requests."""

import pytest
import requests


@pytest.mark.example("C15")
def test_the_cookies_of_the_answer_go_with_the_next_request(program, baidu):
    cookies = [("Set-Cookie", "BAIDUID=AB12:FG=1; Path=/"), ("Set-Cookie", "BDORZ=27315")]
    page = baidu.on("GET", "/").reply(headers=cookies)

    console = program("requests_cookies.py").run()

    assert sorted(console.lines) == ["BAIDUID is AB12:FG=1", "BDORZ is 27315"]
    first, second = page.calls
    assert "Cookie" not in first.headers
    assert sorted(second.headers["Cookie"].split("; ")) == ["BAIDUID=AB12:FG=1", "BDORZ=27315"]


@pytest.mark.example("C15")
def test_without_cookies_none_is_sent(program, baidu):
    page = baidu.on("GET", "/")

    console = program("requests_cookies.py").run()

    assert console.text == ""
    assert ["Cookie" in request.headers for request in page.calls] == [False, False]


@pytest.mark.example("C15")
@pytest.mark.parametrize(
    "cookie",
    [
        "a=1; Domain=example.com",  # another's
        "a=1; Max-Age=0",  # gone at once
        "a=1; Path=/elsewhere",
        "a=1; Secure",  # the page came without TLS
    ],
)
def test_a_cookie_that_is_not_for_the_page_is_not_sent(program, baidu, cookie):
    page = baidu.on("GET", "/").reply(headers={"Set-Cookie": cookie})

    program("requests_cookies.py").run()

    assert ["Cookie" in request.headers for request in page.calls] == [False, False]


BROWSER = 'bid=qQkxNAbcdEF; ll="118172"; ck=8LvX; dbcl2="1234567:aBcDeFgHiJk="'

#: What a site does with those who are not logged in.
REFUSALS = [
    {"status": 302, "headers": {"Location": "https://www.douban.com/accounts/login"}},
    {"status": 403},
]


@pytest.fixture(params=REFUSALS, ids=["302", "403"])
def refusal(request):
    return request.param


@pytest.fixture
def douban(internet, refusal):
    """The page's server: it lets in whose cookies are written as a browser writes them."""
    web = internet.http("www.douban.com")
    page = "/people/xiaozhiAXX/"
    web.on("GET", page, required=False).reply(**refusal)
    web.on("GET", page, headers={"Cookie": BROWSER}, required=False).reply("hello, xiaozhiAXX")
    return web


def cookie_fields(web):
    """Return the fields Cookie that went over the wire, as they were there."""
    return [
        line
        for entry in web.journal
        if entry.kind == "received"
        for line in entry.data.split(b"\r\n")
        if line.lower().startswith(b"cookie:")
    ]


@pytest.mark.example("C16")
def test_with_the_cookies_the_page_is_there(program, douban):
    console = program("cookie_login.py").run()

    assert console.text == "200\n"
    assert cookie_fields(douban) == [f"Cookie: {BROWSER}".encode()]


@pytest.mark.example("C16")
@pytest.mark.parametrize(
    "cookie",
    ["", ";", BROWSER.partition(";")[0], BROWSER[:-3]],
    ids=["none", "empty", "one of them", "cut off"],
)
def test_without_them_or_with_some_it_is_refused(program, douban, refusal, cookie):
    console = program("cookie_login.py").run(cookie=cookie)

    assert console.text == f"{refusal['status']}\n"
    assert len(douban.requests) == 1  # it does not follow


@pytest.mark.example("C16")
@pytest.mark.parametrize(
    "cookie",
    [f"{BROWSER};", f" {BROWSER} ", BROWSER.replace("; ", ";")],
    ids=["semicolon at the end", "blanks around", "no blanks"],
)
def test_the_string_may_be_copied_carelessly(program, douban, cookie):
    console = program("cookie_login.py").run(cookie=cookie)

    assert console.text == "200\n"
    assert cookie_fields(douban) == [f"Cookie: {BROWSER}".encode()]


def documented_cookies(cookie):
    """Split a string as documented."""
    cookies = {}
    for line in cookie.split(";"):
        name, value = line.split("=", 1)
        cookies[name] = value
    return cookies


@pytest.mark.mistake("C16")
def test_as_documented_a_blank_becomes_part_of_each_name_but_the_first(douban, refusal):
    cookies = documented_cookies(BROWSER)

    assert list(cookies) == ["bid", " ll", " ck", " dbcl2"]
    url = "https://www.douban.com/people/xiaozhiAXX/"
    response = requests.get(url, cookies=cookies, allow_redirects=False)

    assert response.status_code == refusal["status"]
    assert cookie_fields(douban) == [
        b'Cookie: bid=qQkxNAbcdEF;  ll="118172";  ck=8LvX;  dbcl2="1234567:aBcDeFgHiJk="'
    ]
