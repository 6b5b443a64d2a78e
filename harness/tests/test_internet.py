import contextlib
import socket
import ssl
import threading
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from netharness import Internet
from netmocks.errors import MisuseError, UnexpectedTraffic, WaitTimeout
from netmocks.http import Limits
from netmocks.tcp import echo, greet
from netmocks.udp import echo as udp_echo

Found = Callable[[], list[str]]
InThread = Callable[..., "Future[Any]"]


def said_at(address: tuple[str, int]) -> bytes:
    """Return all that a server says to a client that says nothing."""
    with socket.create_connection(address, timeout=5) as client, client.makefile("rb") as said:
        return said.read()


# -- its life -------------------------------------------------------------------------------------


def test_names_exist_from_start_to_stop(unchanged: None) -> None:
    internet = Internet()
    original = socket.gethostbyname
    assert internet.start() is internet
    internet.tcp("time.example.com", 13, greet(b"12:00"))
    assert said_at(("time.example.com", 13)) == b"12:00"
    internet.stop()
    assert socket.gethostbyname is original


def test_stopping_one_that_is_not_up_does_nothing(unchanged: None) -> None:
    internet = Internet()
    internet.stop()
    internet.start()
    internet.stop()
    internet.stop()


def test_it_can_t_be_started_twice(unchanged: None) -> None:
    with Internet() as internet, pytest.raises(MisuseError, match=r"up already: stop\(\) it first"):
        internet.start()


def put_up(internet: Internet) -> None:
    """Put one of each kind into an internet."""
    internet.tcp("time.example.com", 13, greet(b"12:00"))
    internet.udp("time.example.com", 13)
    internet.http("api.example.com").on("GET", "/").reply("hello")
    internet.mail("example.com")
    internet.mysql("db.example.com")
    internet.dns("10.0.0.53").on("A", "www.example.com", required=False)
    internet.proxy("proxy.example.com", 3128)
    internet.relay("cache.example.com", 6379, to=("127.0.0.1", 1))
    internet.host("10.1.2.3", 99)
    internet.timeout("slow.example.com")
    internet.refused("closed.example.com")
    internet.unreachable("far.example.com")
    internet.nxdomain("gone.example.com")


def test_what_never_starts_leaves_nothing(unchanged: None) -> None:
    put_up(Internet())


def test_what_was_put_up_before_the_start_serves_from_then_on(unchanged: None) -> None:
    internet = Internet()
    put_up(internet)
    for _ in range(2):  # as often as it is up
        with internet:
            assert said_at(("time.example.com", 13)) == b"12:00"
            assert urllib.request.urlopen("https://api.example.com/").read() == b"hello"
            with pytest.raises(TimeoutError):
                socket.create_connection(("slow.example.com", 80), timeout=0.02)
        assert not any(mock.running for mock in internet.mocks)


def test_a_mock_that_can_t_start_with_its_internet_leaves_nothing(
    unchanged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet = Internet()
    internet.tcp("one.example.com", 1)
    other = internet.tcp("other.example.com", 1)

    def fail() -> None:
        raise MisuseError("no")

    monkeypatch.setattr(other, "start", fail)
    with pytest.raises(MisuseError, match=r"^no$"):
        internet.start()


def ask_in_vain() -> None:
    """Look up a name that nobody has, and swallow the error."""
    with contextlib.suppress(socket.gaierror):
        socket.gethostbyname("nobody.example.com")


def test_leaving_the_block_raises_what_was_found(unchanged: None) -> None:
    with pytest.raises(UnexpectedTraffic, match=r"the name 'nobody\.example\.com'"), Internet():
        ask_in_vain()


def test_an_error_in_the_block_comes_out_instead_of_findings(unchanged: None) -> None:
    def fail() -> None:
        ask_in_vain()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Internet():
        fail()


def test_verify_tells_a_finding_once(unchanged: None) -> None:
    with Internet() as internet:
        ask_in_vain()
        with pytest.raises(UnexpectedTraffic):
            internet.verify()
        internet.verify()


def test_a_tolerated_kind_is_no_finding(unchanged: None) -> None:
    with Internet(tolerate=["unrouted"]), pytest.raises(socket.gaierror):
        socket.gethostbyname("nobody.example.com")


@pytest.mark.parametrize(
    ("options", "culprit"),
    [
        ({"loopback": "closed"}, "loopback='closed': it is 'open' or 'refused'"),
        ({"tolerate": ["unrouted", "rain"]}, r"tolerate=\['rain'\] names no kind of finding"),
        ({"journal_limit": 0}, "limit=0"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], culprit: str) -> None:
    with pytest.raises(MisuseError, match=culprit):
        Internet(**options)


@pytest.mark.asyncio
async def test_it_works_in_an_async_block(unchanged: None) -> None:
    async with Internet() as internet:
        internet.tcp("time.example.com", 13, greet(b"12:00"))
        assert socket.gethostbyname("time.example.com") == "198.18.0.1"
    internet = Internet()
    ended = contextlib.AsyncExitStack()
    await ended.enter_async_context(internet)
    ask_in_vain()
    with pytest.raises(UnexpectedTraffic):
        await ended.aclose()


# -- everything is restored -----------------------------------------------------------------------


def _be_busy(internet: Internet) -> None:
    """Do some of everything."""
    internet.http("api.example.com").on("GET", "/", required=False)
    internet.smtp("mail.example.com")
    internet.tcp("echo.example.com", 7, echo)
    internet.udp("echo.example.com", 7, udp_echo)
    context = ssl.create_default_context()
    with (
        socket.create_connection(("api.example.com", 443), timeout=5) as client,
        context.wrap_socket(client, server_hostname="api.example.com") as client,
    ):
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        while client.recv(100):
            pass


def test_all_is_restored_after_the_block(unchanged: None) -> None:
    with Internet() as internet:
        _be_busy(internet)


def test_all_is_restored_after_an_error_in_the_block(unchanged: None) -> None:
    def fail(internet: Internet) -> None:
        _be_busy(internet)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Internet() as internet:
        fail(internet)


def test_all_is_restored_by_a_stop_inside_an_exception(unchanged: None) -> None:
    internet = Internet().start()
    try:
        _be_busy(internet)
        raise ZeroDivisionError
    except ZeroDivisionError:
        internet.stop()


def test_all_is_restored_when_two_end_in_the_order_of_their_start(unchanged: None) -> None:
    first, second = Internet().start(), Internet().start()
    _be_busy(first)
    first.stop()
    _be_busy(second)
    second.stop()


def test_all_is_restored_though_a_mock_could_not_move_in(unchanged: None) -> None:
    with Internet() as internet:
        for port in (0, 65536):
            with pytest.raises(MisuseError, match="a port is a number from 1 to 65535"):
                internet.http("api.example.com", port)
            with pytest.raises(MisuseError, match="a port is a number from 1 to 65535"):
                internet.http("api.example.com", port)
        assert internet.mocks == []


# -- several at once ------------------------------------------------------------------------------


def test_the_inner_decides_and_the_outer_still_answers(unchanged: None) -> None:
    with Internet() as outer:
        outer.tcp("both.example.com", 13, greet(b"outer"))
        outer.tcp("outer.example.com", 13, greet(b"outer"))
        outer.tcp("10.0.0.1", 13, greet(b"outer"))
        with Internet() as inner:
            inner.tcp("both.example.com", 13, greet(b"inner"))
            inner.tcp("10.0.0.1", 13, greet(b"inner"))
            assert said_at(("both.example.com", 13)) == b"inner"
            assert said_at(("10.0.0.1", 13)) == b"inner"
            assert said_at(("outer.example.com", 13)) == b"outer"
        assert said_at(("both.example.com", 13)) == b"outer"
        assert said_at(("10.0.0.1", 13)) == b"outer"


def test_names_of_two_internets_never_share_an_address(unchanged: None) -> None:
    with Internet() as outer, Internet() as inner:
        outer.tcp("outer.example.com", 13, greet(b"outer"))
        inner.tcp("inner.example.com", 13, greet(b"inner"))
        assert said_at(("outer.example.com", 13)) == b"outer"
        assert said_at(("inner.example.com", 13)) == b"inner"


def test_a_name_that_is_missing_in_the_inner_is_missing(unchanged: None) -> None:
    with Internet() as outer:
        outer.tcp("api.example.com", 13, greet(b"outer"))
        with Internet() as inner:
            inner.nxdomain("api.example.com")
            with pytest.raises(socket.gaierror, match="nxdomain"):
                socket.gethostbyname("api.example.com")
        assert said_at(("api.example.com", 13)) == b"outer"


def test_what_nobody_knows_is_found_by_the_inner(unchanged: None) -> None:
    with Internet() as outer, Internet() as inner:
        with pytest.raises(ConnectionRefusedError):
            said_at(("10.0.0.1", 13))
        assert outer.findings.all == ()
        assert len(inner.findings.all) == 1
        inner.findings.clear()


def test_a_server_binds_what_the_outer_has_claimed(unchanged: None) -> None:
    with Internet() as outer:
        outer.host("127.0.0.1", 9999)
        with (
            Internet() as inner,
            socket.create_server(("127.0.0.1", 9999)) as server,
            socket.create_connection(("127.0.0.1", 9999), timeout=5),
        ):
            outer.wait_until_listening("127.0.0.1", 9999)
            server.accept()[0].close()
            with pytest.raises(WaitTimeout):
                inner.wait_until_listening("127.0.0.1", 9999, timeout=0.01)


# -- who lives where ------------------------------------------------------------------------------


def _banner(address: tuple[str, int], tls: bool) -> bytes:
    """Return what a server says first, over TLS or not."""
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(socket.create_connection(address, timeout=5))
        if tls:
            context = ssl.create_default_context()
            client = stack.enter_context(context.wrap_socket(client, server_hostname=address[0]))
        client.sendall(b"GET / HTTP/1.0\r\n\r\n" if address[1] in (80, 443, 8443) else b"")
        return client.recv(100)


@pytest.mark.parametrize(("port", "tls"), [(80, False), (443, True)])
def test_http_stands_on_80_and_on_443_with_tls(internet: Internet, port: int, tls: bool) -> None:
    internet.http("api.example.com").on("GET", "/").reply("hello")
    assert _banner(("api.example.com", port), tls).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(("port", "tls"), [(80, False), (443, True)])
def test_an_application_answers_at_a_host_behind_its_rules(
    internet: Internet, port: int, tls: bool
) -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        place = f"{environ['wsgi.url_scheme']} {environ['SERVER_NAME']} {environ['SERVER_PORT']}"
        start_response("200 OK", [("X-Place", place), ("Content-Length", "0")])
        return []

    rule = internet.mount("app.example.com", app)
    internet.http("app.example.com").on("GET", "/rule", required=False)
    scheme = "https" if tls else "http"
    with urllib.request.urlopen(f"{scheme}://app.example.com/", timeout=5) as answer:
        assert answer.headers["X-Place"] == f"{scheme} app.example.com {port}"
    with urllib.request.urlopen(f"{scheme}://app.example.com/rule", timeout=5) as answer:
        assert "X-Place" not in answer.headers
    assert rule.count == 1


@pytest.mark.parametrize(("port", "tls"), [(25, False), (587, False), (465, True)])
def test_smtp_stands_on_25_and_587_and_on_465_with_tls(
    internet: Internet, port: int, tls: bool
) -> None:
    internet.smtp("mail.example.com")
    assert _banner(("mail.example.com", port), tls).startswith(b"220 mail.example.com ")


@pytest.mark.parametrize(("port", "tls"), [(None, False), (2424, False), (2425, True)])
def test_lmtp_stands_on_24_or_where_it_is_told(
    internet: Internet, port: int | None, tls: bool
) -> None:
    mock = internet.lmtp("store.example.com", port, tls=tls)
    banner = _banner(("store.example.com", port or 24), tls)
    assert banner == b"220 %s LMTP\r\n" % mock.name.encode()


@pytest.mark.parametrize(("port", "tls"), [(110, False), (995, True)])
def test_pop3_stands_on_110_and_on_995_with_tls(internet: Internet, port: int, tls: bool) -> None:
    internet.pop3("pop.example.com")
    banner = _banner(("pop.example.com", port), tls)
    assert banner == b"+OK ready <1.netmocks@pop.example.com>\r\n"


@pytest.mark.parametrize(("port", "tls"), [(143, False), (993, True)])
def test_imap_stands_on_143_and_on_993_with_tls(internet: Internet, port: int, tls: bool) -> None:
    internet.imap("imap.example.com")
    banner = _banner(("imap.example.com", port), tls)
    assert banner.startswith(b"* OK [CAPABILITY IMAP4rev1 ")
    assert (b"STARTTLS" in banner) is not tls


@pytest.mark.parametrize("tls", [False, True])
def test_a_mock_stands_on_the_one_port_it_is_given(
    internet: Internet, found: Found, tls: bool
) -> None:
    internet.http("api.example.com", 8443, tls=tls).on("GET", "/").reply("hello")
    assert _banner(("api.example.com", 8443), tls).startswith(b"HTTP/1.1 200 OK\r\n")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("api.example.com", 443))
    assert len(found()) == 1


@pytest.mark.parametrize("spelling", ["API.example.com", "api.example.com.", "bücher.example.com"])
def test_the_certificate_is_for_the_name_that_clients_use(
    internet: Internet, spelling: str
) -> None:
    internet.http(spelling).on("GET", "/").reply("hello")
    name = socket.gethostbyaddr(socket.gethostbyname(spelling))[0]
    assert _banner((name, 443), tls=True).startswith(b"HTTP/1.1 200 OK\r\n")


def test_one_name_has_web_and_mail_on_their_own_ports(internet: Internet) -> None:
    web, mail = internet.http("example.com"), internet.smtp("example.com")
    assert internet.mocks == [web, mail]
    assert web is not mail


@pytest.mark.parametrize("port", [None, 8080])
def test_the_same_call_gives_the_same_mock(internet: Internet, port: int | None) -> None:
    api = internet.http("api.example.com", port)
    assert internet.http("api.example.com", port) is api
    pop3 = internet.pop3("pop.example.com", port)
    assert internet.pop3("pop.example.com", port) is pop3
    smtp = internet.smtp("mx.example.com", port)
    assert internet.smtp("mx.example.com", port) is smtp
    lmtp = internet.lmtp("store.example.com", port)
    assert internet.lmtp("store.example.com", port) is lmtp
    imap = internet.imap("imap.example.com", port)
    assert internet.imap("imap.example.com", port) is imap
    assert internet.mocks == [api, pop3, smtp, lmtp, imap]


@pytest.mark.parametrize("other", ["API.Example.com", "api.example.com."])
def test_the_same_host_gives_the_same_mock_however_it_is_written(
    internet: Internet, other: str
) -> None:
    assert internet.http("api.example.com") is internet.http(other)
    assert internet.http("localhost", 8080) is internet.http("127.0.0.1", 8080)
    assert internet.smtp("api.example.com") is internet.smtp(other)


def test_a_web_server_is_not_made_another_by_a_second_call(internet: Internet) -> None:
    clear, encrypted = internet.http("a.example", 8080), internet.http("b.example", 8443, tls=True)
    bounded = internet.http("c.example", limits=Limits(body=5))
    assert internet.http("b.example", 8443) is encrypted
    assert internet.http("b.example", 8443, tls=True) is encrypted
    assert internet.http("c.example") is internet.http("c.example", limits=Limits(body=5))
    with pytest.raises(MisuseError, match=r"a\.example:8080 is there already, and speaks no TLS"):
        internet.http("a.example", 8080, tls=True)
    for limits in (Limits(body=6), Limits()):
        with pytest.raises(MisuseError, match=r"c\.example is there already, made without limits"):
            internet.http("c.example", limits=limits)
    assert internet.mocks == [clear, encrypted, bounded]


@pytest.mark.parametrize(
    ("kind", "hidden"), [("imap", "IDLE"), ("pop3", "STLS"), ("smtp", "SIZE"), ("lmtp", "DSN")]
)
def test_the_same_call_may_say_again_what_is_so(internet: Internet, kind: str, hidden: str) -> None:
    accounts = {"me@example.com": "secret"}
    put = getattr(internet, kind)
    mock = put("mail.example.com", accounts=accounts, hide=[hidden])
    assert put("mail.example.com") is mock
    assert put("mail.example.com", accounts=dict(accounts)) is mock
    assert put("mail.example.com", accounts=None) is mock
    for other in ({"accounts": {}}, {"tls_required": True}):
        with pytest.raises(MisuseError, match=r"mail\.example\.com is there already, made without"):
            put("mail.example.com", **other)
    assert internet.mocks == [mock]


PLACES: dict[str, Callable[[Internet], object]] = {
    "http": lambda internet: internet.http("example.com"),
    "http on a port": lambda internet: internet.http("example.com", 443),
    "pop3 on that port": lambda internet: internet.pop3("example.com", 443),
    "imap on that port": lambda internet: internet.imap("example.com", 443),
    "smtp on that port": lambda internet: internet.smtp("example.com", 443),
    "lmtp on that port": lambda internet: internet.lmtp("example.com", 443),
    "tcp": lambda internet: internet.tcp("example.com", 443),
    "host": lambda internet: internet.host("example.com", 443),
    "refused": lambda internet: internet.refused("example.com", 443),
}


@pytest.mark.parametrize("second", PLACES)
@pytest.mark.parametrize("first", PLACES)
def test_a_place_is_taken_once(internet: Internet, first: str, second: str) -> None:
    PLACES[first](internet)
    mocks = list(internet.mocks)
    if first == second and first.startswith(("http", "imap", "lmtp", "pop3", "smtp")):
        PLACES[second](internet)
    else:
        with pytest.raises(MisuseError) as caught:
            PLACES[second](internet)
        assert str(caught.value) == (
            "example.com:443/tcp is taken by example.com:443/tcp already: keep what the first call"
            " returned"
        )
    assert internet.mocks == mocks


def test_udp_places_are_taken_once_too(internet: Internet) -> None:
    internet.udp("example.com", 53)
    internet.tcp("example.com", 53)
    with pytest.raises(MisuseError, match=r"taken by example\.com:53/udp"):
        internet.udp("EXAMPLE.com.", 53)
    with pytest.raises(MisuseError, match="is taken"):
        internet.host("example.com", 53)


@pytest.mark.parametrize(
    "move_in",
    [
        lambda internet: internet.http("api.example.com", tls=True),
        lambda internet: internet.smtp("mail.example.com", tls=True),
        lambda internet: internet.lmtp("mail.example.com", tls=True),
        lambda internet: internet.pop3("mail.example.com", tls=True),
        lambda internet: internet.imap("mail.example.com", tls=True),
    ],
)
def test_tls_without_a_port_is_refused(
    internet: Internet, move_in: Callable[[Internet], object]
) -> None:
    with pytest.raises(MisuseError, match="the usual ports know for themselves"):
        move_in(internet)


@pytest.mark.parametrize(
    "move_in",
    [
        lambda internet, host: internet.http(host),
        lambda internet, host: internet.smtp(host),
        lambda internet, host: internet.lmtp(host),
        lambda internet, host: internet.pop3(host),
        lambda internet, host: internet.imap(host),
        lambda internet, host: internet.tcp(host, 7),
        lambda internet, host: internet.udp(host, 7),
        lambda internet, host: internet.host(host, 7),
        lambda internet, host: internet.refused(host),
        lambda internet, host: internet.refused(host, 7),
        lambda internet, host: internet.nxdomain(host),
        lambda internet, host: internet.wait_until_listening(host, 7),
    ],
)
def test_a_url_is_no_host(internet: Internet, move_in: Callable[[Internet, str], object]) -> None:
    with pytest.raises(MisuseError, match=r"'https://example\.com' is no host name"):
        move_in(internet, "https://example.com")
    assert internet.mocks == []


def test_a_mock_that_can_t_be_made_takes_no_place(internet: Internet) -> None:
    bad: Any = "no behaviour"
    with pytest.raises(MisuseError):
        internet.tcp("echo.example.com", 7, bad)
    internet.tcp("echo.example.com", 7, greet(b"hello"))
    assert said_at(("echo.example.com", 7)) == b"hello"


def test_a_name_that_does_not_exist_can_t_be_served(internet: Internet) -> None:
    internet.nxdomain("gone.example.com")
    with pytest.raises(MisuseError, match="was said not to exist"):
        internet.http("gone.example.com")
    internet.http("here.example.com")
    with pytest.raises(MisuseError, match="is served already"):
        internet.nxdomain("here.example.com")


def test_without_a_behaviour_a_mock_is_silent(internet: Internet) -> None:
    sink = internet.tcp("sink.example.com", 9)
    with socket.create_connection(("sink.example.com", 9), timeout=5) as client:
        client.sendall(b"hello")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100) == b""
    assert sink.journal.wait_for(lambda entry: entry.kind == "received").data == b"hello"
    drain = internet.udp("sink.example.com", 9)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"hello", ("sink.example.com", 9))
    assert drain.wait_for_datagram().data == b"hello"


# -- waiting for servers --------------------------------------------------------------------------


def test_waiting_ends_when_the_server_listens(internet: Internet, in_thread: InThread) -> None:
    waiting = threading.Event()

    def wait() -> None:
        waiting.set()
        internet.wait_until_listening("10.0.0.1", 3000)

    listening = in_thread(wait)
    assert waiting.wait(5)
    with socket.socket() as server:
        server.bind(("10.0.0.1", 3000))
        assert not listening.done()
        server.listen()
        listening.result(5)


def test_a_datagram_server_listens_once_it_has_bound(internet: Internet) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("10.0.0.1", 3000))
        internet.wait_until_listening("10.0.0.1", 3000)


def test_a_wait_in_vain_names_the_place_and_who_listens_where(internet: Internet) -> None:
    internet.host("shop.example.com", 80)
    with (
        socket.create_server(("10.0.0.1", 3000)),
        socket.create_server(("shop.example.com", 80)),
        pytest.raises(WaitTimeout) as caught,
    ):
        internet.wait_until_listening("10.0.0.1", 3001, timeout=0.01)
    assert str(caught.value) == (
        "nobody listens at 10.0.0.1:3001 within 0.01 s; the code under test listens at:"
        " 10.0.0.1:3000/tcp, shop.example.com:80/tcp"
    )


def test_a_wait_in_vain_says_when_nobody_listens_at_all(internet: Internet) -> None:
    with pytest.raises(WaitTimeout) as caught:
        internet.wait_until_listening("shop.example.com", 80, timeout=0.01)
    assert str(caught.value) == (
        "nobody listens at shop.example.com:80 within 0.01 s; the code under test listens nowhere"
    )


# -- the journal ----------------------------------------------------------------------------------


def test_one_journal_holds_what_all_mocks_were_told_in_order(internet: Internet) -> None:
    internet.tcp("a.example.com", 7, echo)
    internet.udp("b.example.com", 7, udp_echo)
    with (
        socket.create_connection(("a.example.com", 7), timeout=5) as stream,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        datagrams.settimeout(5)
        for number in range(3):
            stream.sendall(b"to a, %d" % number)
            stream.recv(100)
            datagrams.sendto(b"to b, %d" % number, ("b.example.com", 7))
            datagrams.recv(100)
    received = [entry for entry in internet.journal if entry.kind == "received"]
    assert [(entry.mock, entry.data) for entry in received] == [
        (f"{mock}.example.com:7", b"to %s, %d" % (mock.encode(), number))
        for number in range(3)
        for mock in "ab"
    ]
    numbers = [entry.number for entry in internet.journal]
    assert numbers == list(range(1, len(numbers) + 1))
    times = [entry.time for entry in internet.journal]
    assert times == sorted(times)


def test_the_journal_tells_what_the_internet_itself_did(internet: Internet, found: Found) -> None:
    with socket.create_server(("10.0.0.1", 3000)), pytest.raises(socket.gaierror):
        socket.gethostbyname("nobody.example.com")
    found()
    told = [str(entry.value) for entry in internet.journal.of("internet")]
    assert told[0] == "10.0.0.1:3000/tcp is open, by the code under test"
    assert told[1].startswith("refused: nobody has the name 'nobody.example.com'")


def test_two_mocks_of_one_host_have_names_and_journals_of_their_own():
    with Internet() as internet:
        web = internet.http("example.com")
        mail = internet.smtp("example.com")
        assert (web.name, mail.name) == ("example.com", "example.com (smtp)")
        with socket.create_connection(("example.com", 25)) as client:
            assert client.recv(4).startswith(b"220")
        mail.journal.wait_for(lambda entry: entry.kind == "closed")
        assert list(web.journal) == []
