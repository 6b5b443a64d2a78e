import asyncio
import re
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from socket import getaddrinfo as imported_getaddrinfo
from typing import Any

import pytest

from netharness import Internet
from netharness.routing import resolver
from netmocks.tcp import echo

Found = Callable[[], list[str]]

#: Shapes in which code asks: what follows the host.
SHAPES: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "a port": ((443,), {}),
    "no port": ((None,), {}),
    "port 0": ((0,), {}),
    "digits": (("443",), {}),
    "a service": (("https",), {}),
    "a service in bytes": ((b"https",), {}),
    "a family": ((443, socket.AF_INET), {}),
    "streams": ((443, 0, socket.SOCK_STREAM), {}),
    "datagrams": ((53, 0, socket.SOCK_DGRAM), {}),
    "a protocol": ((443, 0, 0, socket.IPPROTO_TCP), {}),
    "flags": ((443, 0, 0, 0, socket.AI_PASSIVE), {}),
    "all": ((443, socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, 0), {}),
    "by keyword": (
        (443,),
        {"type": socket.SOCK_STREAM, "proto": 0, "flags": 0, "family": socket.AF_INET},
    ),
}

SPELLINGS = ["api.example.com", "API.Example.COM", "api.example.com.", b"api.example.com"]


@pytest.fixture
def address(internet: Internet) -> str:
    """The address of a name that lives in the test's internet."""
    internet.host("api.example.com", 443)
    return "198.18.0.1"


# -- known names ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_a_name_is_answered_as_its_address_would_be(address: str, shape: str) -> None:
    arguments, named = SHAPES[shape]
    expected = socket.getaddrinfo(address, *arguments, **named)
    assert expected
    assert socket.getaddrinfo("api.example.com", *arguments, **named) == expected


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_name_is_known_in_every_spelling(address: str, host: Any) -> None:
    expected = socket.getaddrinfo(address, 443)
    assert socket.getaddrinfo(host, 443) == expected
    assert socket.gethostbyname(host) == address


@pytest.mark.parametrize("asked", ["bücher.example.com", "xn--bcher-kva.example.com"])
@pytest.mark.parametrize("given", ["bücher.example.com", "xn--bcher-kva.example.com"])
def test_an_international_name_is_one_in_both_forms(
    internet: Internet, given: str, asked: str
) -> None:
    internet.host(given, 443)
    assert socket.gethostbyname(asked) == "198.18.0.1"


def test_the_canonical_name_stands_in_the_first_entry_only(address: str) -> None:
    found = socket.getaddrinfo("api.example.com", 443, flags=socket.AI_CANONNAME)
    assert [entry[3] for entry in found] == ["api.example.com", *[""] * (len(found) - 1)]
    assert len(found) > 1
    assert {entry[4] for entry in found} == {(address, 443)}


def test_the_canonical_name_of_a_name_in_bytes_is_text(address: str) -> None:
    found = socket.getaddrinfo(b"api.example.com", 443, flags=socket.AI_CANONNAME)
    assert found[0][3] == "api.example.com"


def test_a_machine_without_a_network_still_knows_the_names(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_network(host: Any, port: Any, *rest: int) -> list[Any]:
        if rest and rest[-1] & socket.AI_ADDRCONFIG:  # no address is configured there
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return with_network(host, port, *rest)

    with_network = resolver._getaddrinfo
    monkeypatch.setattr(resolver, "_getaddrinfo", without_network)
    found = socket.getaddrinfo("api.example.com", 443, socket.AF_INET, flags=socket.AI_ADDRCONFIG)
    assert {entry[4] for entry in found} == {(address, 443)}


def test_a_pretended_name_has_no_ipv6_address(address: str, found: Found) -> None:
    with pytest.raises(socket.gaierror) as caught:
        socket.getaddrinfo("api.example.com", 443, socket.AF_INET6)
    assert caught.value.errno == socket.EAI_NONAME
    assert found() == []


@pytest.mark.skipif(not hasattr(socket, "AI_V4MAPPED"), reason="this system maps no addresses")
def test_an_ipv4_address_is_mapped_for_who_asks_for_that(address: str) -> None:
    entries = socket.getaddrinfo(
        "api.example.com", 443, socket.AF_INET6, socket.SOCK_STREAM, 0, socket.AI_V4MAPPED
    )
    assert [entry[0] for entry in entries] == [socket.AF_INET6]
    assert [entry[4] for entry in entries] == [(f"::ffff:{address}", 443, 0, 0)]


@pytest.mark.parametrize("host", [None, "127.0.0.1", "10.40.122.215", "2001:db8::7"])
def test_what_needs_no_lookup_is_answered_by_the_system(
    internet: Internet, found: Found, host: str | None
) -> None:
    real = resolver._getaddrinfo(host, 80, 0, socket.SOCK_STREAM)
    assert socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM) == real
    assert found() == []


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", socket.gethostname()])
def test_the_machine_s_own_names_are_loopback(internet: Internet, found: Found, host: str) -> None:
    assert socket.gethostbyname(host) == "127.0.0.1"
    assert {entry[4] for entry in socket.getaddrinfo(host, 80)} == {("127.0.0.1", 80)}
    assert found() == []


@pytest.mark.parametrize("host", ["api.example.com", "nobody.example.com"])
def test_asking_whether_a_name_is_an_address_looks_nothing_up(
    address: str, found: Found, host: str
) -> None:
    with pytest.raises(socket.gaierror) as caught:
        socket.getaddrinfo(host, 443, flags=socket.AI_NUMERICHOST)
    assert caught.value.errno == socket.EAI_NONAME
    assert found() == []


def test_an_unknown_service_is_refused_as_the_system_does(address: str, found: Found) -> None:
    with pytest.raises(socket.gaierror) as real:
        socket.getaddrinfo(address, "no-such-service")
    with pytest.raises(socket.gaierror) as caught:
        socket.getaddrinfo("api.example.com", "no-such-service")
    assert caught.value.args == real.value.args
    assert found() == []


def test_gethostbyname_takes_an_address_for_itself(internet: Internet) -> None:
    assert socket.gethostbyname("10.40.122.215") == "10.40.122.215"


def test_gethostbyname_ex_tells_name_aliases_and_addresses(address: str) -> None:
    assert socket.gethostbyname_ex("api.example.com") == ("api.example.com", [], [address])


@pytest.mark.parametrize("host", ["api.example.com", "198.18.0.1"])
def test_gethostbyaddr_tells_who_lives_there(address: str, host: str) -> None:
    assert socket.gethostbyaddr(host) == ("api.example.com", [], [address])


def test_gethostbyaddr_knows_loopback(internet: Internet) -> None:
    assert socket.gethostbyaddr("127.0.0.1") == ("localhost", [], ["127.0.0.1"])


def test_gethostbyaddr_of_a_nameless_address_fails_without_a_finding(
    internet: Internet, found: Found
) -> None:
    with pytest.raises(socket.herror, match=r"no name lives at 10\.40\.122\.215"):
        socket.gethostbyaddr("10.40.122.215")
    assert found() == []


@pytest.mark.parametrize(
    ("place", "flags", "expected"),
    [
        (("198.18.0.1", 443), 0, ("api.example.com", "https")),
        (("198.18.0.1", 443), socket.NI_NUMERICSERV, ("api.example.com", "443")),
        (("198.18.0.1", 443), socket.NI_NUMERICHOST, ("198.18.0.1", "https")),
        (("10.0.0.1", 443), 0, ("10.0.0.1", "https")),
        (("127.0.0.1", 443), socket.NI_NUMERICSERV, ("localhost", "443")),
        (("2001:db8::7", 80, 0, 0), socket.NI_NUMERICSERV, ("2001:db8::7", "80")),
    ],
)
def test_getnameinfo_tells_name_and_service(
    address: str, place: Any, flags: int, expected: tuple[str, str]
) -> None:
    assert socket.getnameinfo(place, flags) == expected


def test_getnameinfo_fails_where_a_name_is_a_must(internet: Internet, found: Found) -> None:
    with pytest.raises(socket.gaierror, match=r"no name lives at 10\.0\.0\.1"):
        socket.getnameinfo(("10.0.0.1", 443), socket.NI_NAMEREQD)
    assert found() == []


def test_getfqdn_finds_the_full_name(address: str) -> None:
    assert socket.getfqdn(address) == "api.example.com"
    assert socket.getfqdn("api.example.com") == "api.example.com"
    assert socket.getfqdn("10.0.0.1") == "10.0.0.1"


@pytest.mark.asyncio
async def test_an_event_loop_s_lookup_gives_the_same(address: str) -> None:
    loop = asyncio.get_running_loop()
    expected = socket.getaddrinfo(address, 443, type=socket.SOCK_STREAM)
    assert await loop.getaddrinfo("api.example.com", 443, type=socket.SOCK_STREAM) == expected
    assert await loop.getnameinfo((address, 443)) == ("api.example.com", "https")


def test_a_lookup_is_written_into_the_journal(address: str, internet: Internet) -> None:
    socket.gethostbyname("api.example.com")
    entry = internet.journal.wait_for(lambda entry: "looked up" in str(entry.value))
    assert (entry.mock, entry.kind) == ("internet", "route")
    assert entry.value == "api.example.com looked up: 198.18.0.1"


# -- names that do not exist ----------------------------------------------------------------------


def test_nxdomain_is_no_finding(internet: Internet, found: Found) -> None:
    internet.nxdomain("gone.example.com")
    for host in ("gone.example.com", "GONE.example.com.", b"gone.example.com"):
        with pytest.raises(socket.gaierror, match=r"does not exist \(nxdomain\)") as caught:
            socket.getaddrinfo(host, 443)
        assert caught.value.errno == socket.EAI_NONAME
    assert found() == []


def _ask_the_loop(host: str) -> None:
    async def ask() -> None:
        await asyncio.get_running_loop().getaddrinfo(host, 443)

    asyncio.run(ask())


def _open_a_connection(host: str) -> None:
    asyncio.run(asyncio.open_connection(host, 443))


def _call(method: str, *before: Any) -> Callable[[str], None]:
    """Make a call of a socket's method with a host, as its address."""

    def call(host: str) -> None:
        kind = socket.SOCK_DGRAM if method.startswith("send") else socket.SOCK_STREAM
        with socket.socket(socket.AF_INET, kind) as sock:
            getattr(sock, method)(*before, (host, 443))

    return call


# Attributes of `socket` when they are called: C functions that were imported before stay what they
# were.
ASKING: dict[str, Callable[[str], Any]] = {
    "getaddrinfo": lambda host: socket.getaddrinfo(host, 443),
    "getaddrinfo imported before": lambda host: imported_getaddrinfo(host, 443),
    "gethostbyname": lambda host: socket.gethostbyname(host),
    "gethostbyname_ex": lambda host: socket.gethostbyname_ex(host),
    "gethostbyaddr": lambda host: socket.gethostbyaddr(host),
    "create_connection": lambda host: socket.create_connection((host, 443)),
    "connect": _call("connect"),
    "connect_ex": _call("connect_ex"),
    "bind": _call("bind"),
    "sendto": _call("sendto", b"hello"),
    "sendmsg": _call("sendmsg", [b"hello"], (), 0),
    "loop.getaddrinfo": _ask_the_loop,
    "open_connection": _open_a_connection,
}


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_a_name_that_nobody_has_is_an_error_and_a_finding(
    internet: Internet, found: Found, ask: Callable[[str], Any]
) -> None:
    with pytest.raises(socket.gaierror) as caught:
        ask("nobody.example.com")
    assert caught.value.errno == socket.EAI_NONAME
    (text,) = found()
    assert str(caught.value) == f"[Errno {socket.EAI_NONAME}] {text}"
    assert text.startswith("nobody has the name 'nobody.example.com'")
    assert f"{Path(__file__).name}:" in text


def test_a_lookup_whose_error_is_swallowed_is_found_too(internet: Internet, found: Found) -> None:
    assert socket.getfqdn("nobody.example.com") == "nobody.example.com"
    assert len(found()) == 1


def test_the_finding_names_the_name_the_port_the_place_and_the_line_to_add(
    address: str, found: Found
) -> None:
    with pytest.raises(socket.gaierror) as caught:
        socket.create_connection(("api.exmaple.com", 443))
    line = caught.traceback[0].lineno + 1
    (text,) = found()
    shown = re.search(r"looked up at (\S+):(\d+) in (\w+)", text)
    assert shown
    assert Path(shown[1]).resolve() == Path(__file__)
    assert int(shown[2]) == line
    assert shown[3] == "test_the_finding_names_the_name_the_port_the_place_and_the_line_to_add"
    assert text == (
        f"nobody has the name 'api.exmaple.com' (asked for port 443), {shown[0]}; did you mean"
        " 'api.example.com'?\n"
        "To let somebody live there, write:\n"
        "    internet.http('api.exmaple.com')\n"
        "or, if it is not meant to exist:\n"
        "    internet.nxdomain('api.exmaple.com')"
    )


def test_where_no_name_is_near_all_are_listed(internet: Internet, found: Found) -> None:
    internet.host("api.example.com", 443)
    internet.host("mail.example.com", 25)
    with pytest.raises(socket.gaierror):
        socket.gethostbyname("zzz.test")
    assert "; the names here: api.example.com, mail.example.com\n" in found()[0]


def test_where_no_name_lives_the_finding_says_so(internet: Internet, found: Found) -> None:
    with pytest.raises(socket.gaierror):
        socket.gethostbyname("zzz.test")
    assert "; no name lives here\n" in found()[0]


PROPOSED = {
    80: "internet.http('nobody.example.com')",
    443: "internet.http('nobody.example.com')",
    25: "internet.smtp('nobody.example.com')",
    465: "internet.smtp('nobody.example.com')",
    587: "internet.smtp('nobody.example.com')",
    6379: "internet.tcp('nobody.example.com', 6379, behaviour)",
    "443": "internet.http('nobody.example.com')",
    "6379": "internet.tcp('nobody.example.com', 6379, behaviour)",
    "smtp": "internet.smtp('nobody.example.com')",
    b"https": "internet.http('nobody.example.com')",
    None: "internet.http('nobody.example.com')",
    0: "internet.http('nobody.example.com')",
}


@pytest.mark.parametrize(("port", "line"), PROPOSED.items())
def test_the_proposed_line_makes_the_lookup_work(
    internet: Internet, found: Found, port: Any, line: str
) -> None:
    look_up = partial(socket.getaddrinfo, "nobody.example.com", port, type=socket.SOCK_STREAM)
    with pytest.raises(socket.gaierror):
        look_up()
    (text,) = found()
    put_somebody, put_nobody = re.findall(r"^    (.*)$", text, re.MULTILINE)
    assert put_somebody == line
    with Internet() as other:
        eval(put_somebody, {"internet": other, "behaviour": echo})
        place = look_up()[0][4]
        if place[1]:
            with socket.create_connection(place, timeout=5):
                pass
    with Internet() as other:
        eval(put_nobody, {"internet": other})
        with pytest.raises(socket.gaierror):
            look_up()


def test_a_client_that_tries_again_tells_nothing_new(internet: Internet, found: Found) -> None:
    for _ in range(3):
        with pytest.raises(socket.gaierror):
            socket.gethostbyname("nobody.example.com")
    assert len(found()) == 1


def test_two_places_in_the_code_are_two_findings(internet: Internet, found: Found) -> None:
    with pytest.raises(socket.gaierror):
        socket.gethostbyname("nobody.example.com")
    with pytest.raises(socket.gaierror):
        socket.gethostbyname("nobody.example.com")
    assert len(set(found())) == 2


@pytest.mark.parametrize(
    "host", ["", "https://api.example.com", "api.example.com:443", "me@example.com", "a b"]
)
def test_what_is_no_name_can_t_be_looked_up(internet: Internet, host: str) -> None:
    with pytest.raises(socket.gaierror, match="is no host name: write it without scheme"):
        socket.getaddrinfo(host, 443)
