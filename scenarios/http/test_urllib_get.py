"""B5: a page with a query, by urllib."""

from urllib.error import HTTPError, URLError

import pytest


@pytest.fixture
def page(internet):
    """The rule of the page that is asked for, answered with text in UTF-8."""
    data = internet.http("10.41.129.35")
    return data.on("GET", "/esb/scb/funnel/bonus/getData.do").reply("奖金：2019年12月")


@pytest.mark.example("B5")
def test_the_body_is_printed(program, page):
    console = program("urllib_get.py").run()

    assert console.text == "奖金：2019年12月\n"


@pytest.mark.example("B5")
def test_the_server_sees_the_query(program, page):
    program("urllib_get.py").run()

    [request] = page.calls
    assert request.target == "/esb/scb/funnel/bonus/getData.do?y=2019&m=12"
    assert request.query.raw == (("y", "2019"), ("m", "12"))
    assert request.headers["Host"] == "10.41.129.35"
    assert request.body == b""


@pytest.mark.example("B5")
def test_a_body_in_another_encoding_is_no_utf_8(program, page):
    page.reply("奖金".encode("gbk"))

    with pytest.raises(UnicodeDecodeError):
        program("urllib_get.py").run()


@pytest.mark.example("B5")
@pytest.mark.parametrize("status", [404, 503])
def test_an_error_status_is_raised(program, page, status):
    page.reply("no data", status=status)

    with pytest.raises(HTTPError) as caught:
        program("urllib_get.py").run()

    with caught.value as error:
        assert (error.code, error.read()) == (status, b"no data")


@pytest.mark.example("B5")
def test_a_host_that_refuses_is_raised(program, internet):
    internet.refused("10.41.129.35")

    with pytest.raises(URLError, match="refuses connections"):
        program("urllib_get.py").run()


DOCUMENTED = """
import urllib

query = up.urlencode({"y": 2019, "m": 12})
print(ur.urlopen("http://10.41.129.35/esb/scb/funnel/bonus/getData.do?" + query).read())
"""


@pytest.mark.mistake("B5")
def test_the_short_names_were_never_imported(internet):
    with pytest.raises(NameError) as caught:
        exec(DOCUMENTED, {})

    assert caught.value.name == "up"
    assert list(internet.journal) == []
