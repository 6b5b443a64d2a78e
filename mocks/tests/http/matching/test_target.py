import re

import pytest

from netmocks.errors import MisuseError
from netmocks.http import HTTPMock


@pytest.mark.parametrize(
    ("method", "sent", "fits"),
    [
        ("GET", "GET", True),
        ("GET", "HEAD", False),
        ("*", "PATCH", True),
        ("M-SEARCH",) * 2 + (True,),
        (("GET", "HEAD"), "HEAD", True),
        ({"GET", "HEAD"}, "POST", False),
        (["GET"], "GET", True),
    ],
)
def test_a_method_fits_itself_and_a_star_fits_all(matches, method, sent, fits):
    assert matches({"method": method}, method=sent) is fits


@pytest.mark.parametrize(
    "method", ["get", "", "GET ", "GET /", None, 5, (), ("GET", "get"), ("*", "GET")]
)
def test_a_method_that_can_never_fit_is_refused_with_what_to_write(method):
    with pytest.raises(MisuseError, match=r"capitals, such as 'GET'; several as .*; '\*' for any"):
        HTTPMock().on(method, "/")


def test_a_path_in_the_place_of_the_method_is_refused_with_what_to_write():
    with pytest.raises(MisuseError, match=r"the method comes first: on\('GET', '/users'\)"):
        HTTPMock().on("/users")
    with pytest.raises(MisuseError, match=r"the method comes first: on\('GET', '/users'\)"):
        HTTPMock().on("/users", "GET")


# -- host and scheme --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "sent", "fits"),
    [
        ("api.example.com", "api.example.com", True),
        ("API.example.com", "api.Example.com", True),
        ("api.example.com", "api.example.com:8080", True),
        ("api.example.com:8080", "api.example.com:8080", True),
        ("api.example.com:8080", "api.example.com", False),
        ("api.example.com:8080", "api.example.com:80", False),
        ("api.example.com", "www.example.com", False),
        ("[::1]", "[::1]:80", True),
        ("[::1]:80", "[::1]:80", True),
        ("[::1]:80", "[::1]", False),
        (re.compile(r"\.example\.com$"), "api.example.com:80", True),
        (re.compile(r"\.example\.com$"), "example.com", False),
        (lambda host: host.count(".") == 2, "a.b.c", True),
        ("a.example.com", "half[broken:80", False),
        ("a.example.com", "", False),
    ],
)
def test_a_host_is_compared_by_its_name_unless_the_port_is_said(matches, host, sent, fits):
    assert matches({"host": host}, headers={"Host": sent}) is fits


def test_the_host_of_an_absolute_target_is_the_one_that_is_meant(matches):
    field = {"Host": "b.example.com"}
    assert matches({"host": "a.example.com"}, target="http://a.example.com/", headers=field)
    assert not matches({"host": "b.example.com"}, target="http://a.example.com/", headers=field)


@pytest.mark.parametrize("host", ["", "https://example.com", "example.com/a", 5, b"a"])
def test_a_host_that_can_never_fit_is_refused_with_what_to_write(host):
    with pytest.raises(MisuseError, match=r"host=.*: (write a name|compare with text)"):
        HTTPMock().on("GET", "/", host=host)


def test_a_scheme_says_whether_it_came_over_tls(request_of):
    plain, secure = (HTTPMock().on("GET", "/", scheme=scheme) for scheme in ("http", "https"))
    request = request_of()
    assert (plain.matches(request), secure.matches(request)) == (True, False)
    request._stream.encrypted = True
    assert (plain.matches(request), secure.matches(request)) == (False, True)


@pytest.mark.parametrize("scheme", ["HTTP", "ftp", 5])
def test_another_scheme_is_refused(scheme):
    with pytest.raises(MisuseError, match="it is 'http' or 'https'"):
        HTTPMock().on("GET", "/", scheme=scheme)
