"""C17: pages through a proxy."""

import pytest
import requests


@pytest.fixture
def google(internet):
    """The rule of the page that is asked for."""
    return internet.http("www.google.com").on("GET", "/").reply("hello")


@pytest.fixture
def proxy(internet):
    return internet.proxy("127.0.0.1", 8118)


@pytest.fixture
def tls_proxy(internet):
    """A proxy to which its clients speak TLS."""
    return internet.proxy("127.0.0.1", 8118, tls=True)


def received(mock):
    """Return what came over the first connection."""
    return b"".join(
        entry.data for entry in mock.journal if entry.kind == "received" and entry.connection == 1
    )


@pytest.mark.example("C17")
def test_a_page_over_tls_comes_through_a_tunnel(program, proxy, google):
    console = program("requests_proxy.py").run()

    assert console.text == "200 hello\n"
    [visit] = proxy.visits
    assert (visit.method, visit.target, visit.outcome) == (
        "CONNECT",
        "www.google.com:443",
        "passed",
    )
    assert received(proxy).startswith(b"CONNECT www.google.com:443 HTTP/1.")
    [request] = google.calls
    assert request.target == "/"


@pytest.mark.example("C17")
def test_tls_goes_from_end_to_end(program, proxy, google):
    program("requests_proxy.py").run()

    [request] = google.calls
    assert (request.scheme, request.server_name) == ("https", "www.google.com")
    assert b"GET /" not in received(proxy)  # which has seen nothing of it


@pytest.mark.example("C17")
def test_an_impostor_behind_the_proxy_is_refused(program, proxy, impostor):
    impostor("www.google.com")

    with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        program("requests_proxy.py").run()

    assert [visit.outcome for visit in proxy.visits] == ["passed"]


@pytest.mark.example("C17")
def test_a_plain_page_is_asked_for_in_absolute_form(program, proxy, google):
    console = program("requests_proxy.py").run(url="http://www.google.com")

    assert console.text == "200 hello\n"
    assert [str(visit) for visit in proxy.visits] == ["GET http://www.google.com/: passed"]
    assert received(proxy).startswith(b"GET http://www.google.com/ HTTP/1.1\r\n")
    [request] = google.calls
    assert (request.scheme, request.target) == ("http", "/")


@pytest.mark.example("C17")
def test_the_documented_entry_works_with_a_proxy_that_speaks_tls(program, tls_proxy, google):
    console = program("requests_proxy.py").run(proxy="https://127.0.0.1:8118")

    assert console.text == "200 hello\n"
    assert [str(visit) for visit in tls_proxy.visits] == ["CONNECT www.google.com:443: passed"]
    assert [entry.kind for entry in tls_proxy.journal][:2] == ["opened", "tls"]
    [request] = google.calls
    assert request.server_name == "www.google.com"


@pytest.mark.example("C17")
def test_a_proxy_that_speaks_tls_takes_nothing_else(program, tls_proxy):
    with pytest.raises(requests.ConnectionError):
        program("requests_proxy.py").run()

    assert list(tls_proxy.visits) == []


@pytest.fixture
def guarded_proxy(internet):
    """A proxy that wants a login."""
    return internet.proxy("127.0.0.1", 8118, accounts={"me": "secret"})


@pytest.mark.example("C17")
def test_a_login_goes_to_the_proxy_and_no_further(program, guarded_proxy, google):
    program("requests_proxy.py").run(proxy="http://me:secret@127.0.0.1:8118")

    [visit] = guarded_proxy.visits
    assert (visit.user, visit.outcome) == ("me", "passed")
    assert "Proxy-Authorization" not in google.calls[0].headers


@pytest.mark.example("C17")
@pytest.mark.parametrize("login", ["", "me:guess@", "you:secret@"])
def test_without_the_right_login_the_proxy_lets_nobody_through(program, guarded_proxy, login):
    with pytest.raises(requests.exceptions.ProxyError, match="407 Proxy Authentication Required"):
        program("requests_proxy.py").run(proxy=f"http://{login}127.0.0.1:8118")

    assert [visit.outcome for visit in guarded_proxy.visits] == ["login demanded"]


@pytest.mark.example("C17")
def test_a_page_that_the_proxy_can_not_reach_is_raised(program, internet, proxy):
    internet.refused("www.google.com")

    with pytest.raises(requests.exceptions.ProxyError, match="502 Bad Gateway"):
        program("requests_proxy.py").run()


@pytest.mark.example("C17")
def test_without_a_proxy_the_page_is_not_asked_for_directly(program, internet):
    internet.refused("127.0.0.1", 8118)

    with pytest.raises(requests.exceptions.ProxyError, match="refuses connections"):
        program("requests_proxy.py").run()


@pytest.mark.mistake("C17")
def test_as_documented_it_asks_a_plain_proxy_for_tls(program, proxy):
    with pytest.raises(requests.exceptions.ProxyError, match="only use HTTP and not HTTPS"):
        program("requests_proxy.py").run(proxy="https://127.0.0.1:8118")

    assert received(proxy).startswith(b"\x16\x03")  # a TLS handshake
    error = proxy.journal.wait_for(lambda entry: entry.kind == "error")
    assert error.value == "the client speaks TLS to a proxy that does not: http://, not https://"
    assert list(proxy.visits) == []
