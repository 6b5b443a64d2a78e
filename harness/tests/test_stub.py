"""Names of `internet.dns` in this process: its functions say what other resolvers are told."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from shutil import which
from typing import Any

import dns.resolver
import pytest

from netharness import Internet
from netmocks.dns import (
    EMPTY,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    SILENCE,
    Answer,
    DNSMock,
    garbage,
    late,
    truncated,
    wrong_id,
    wrong_question,
)
from netmocks.tcp import greet

Found = Callable[[], list[str]]

NODATA = getattr(socket, "EAI_NODATA", socket.EAI_NONAME)

ZONE = """
www      A      192.0.2.1
www      A      192.0.2.2
www      AAAA   2001:db8::1
v4       A      192.0.2.4
v6       AAAA   2001:db8::6
alias    CNAME  www
away     CNAME  real.example.org.
lost     CNAME  nowhere
circle   CNAME  circle
*.wild   A      192.0.2.9
text     TXT    "no address"
"""

#: What each name is to have; an error's number for those that have nothing.
NAMES: dict[str, Any] = {
    "www.example.com": ["192.0.2.1", "192.0.2.2", "2001:db8::1"],
    "WWW.Example.Com.": ["192.0.2.1", "192.0.2.2", "2001:db8::1"],
    "v4.example.com": ["192.0.2.4"],
    "v6.example.com": ["2001:db8::6"],
    "alias.example.com": ["192.0.2.1", "192.0.2.2", "2001:db8::1"],
    "away.example.com": ["198.18.0.1"],
    "any.wild.example.com": ["192.0.2.9"],
    "lost.example.com": socket.EAI_NONAME,
    "circle.example.com": NODATA,
    "gone.example.com": socket.EAI_NONAME,
    "text.example.com": NODATA,
    "mail.example": NODATA,
}


@pytest.fixture
def names(internet: Internet) -> DNSMock:
    """The name server of the test's internet, which has a zone."""
    internet.tcp("real.example.org", 7, greet(b"hello"))
    internet.mx("mail.example", "mx.mail.example")
    made = internet.dns("10.0.0.53")
    made.zone("example.com", ZONE)
    return made


def addresses(name: str, family: int = 0) -> Any:
    """Return what `getaddrinfo` says: addresses in their order, or the number of its error."""
    try:
        found = socket.getaddrinfo(name, 80, family, socket.SOCK_STREAM)
    except socket.gaierror as error:
        return error.errno
    assert all((entry[0] == socket.AF_INET6) == (":" in entry[4][0]) for entry in found)
    return [entry[4][0] for entry in found]


# -- they agree -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_getaddrinfo_says_what_the_zone_has(names: DNSMock, name: str) -> None:
    assert addresses(name) == NAMES[name]


@pytest.mark.parametrize("name", [n for n in NAMES if n != "circle.example.com"])
def test_the_resolver_of_dnspython_says_the_same(names: DNSMock, name: str) -> None:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["10.0.0.53"]
    said: Any = []
    for kind in ("A", "AAAA"):
        try:
            said += [data.to_text() for data in resolver.resolve(name, kind)]
        except dns.resolver.NXDOMAIN:
            said = socket.EAI_NONAME
            break
        except dns.resolver.NoAnswer:
            pass
    assert (said or NODATA) == NAMES[name]


@pytest.mark.skipif(which("dig") is None, reason="dig is not installed (Debian: bind9-dnsutils)")
@pytest.mark.parametrize("name", [n for n in NAMES if n != "circle.example.com"])
def test_dig_says_the_same(names: DNSMock, name: str) -> None:
    place = ["-p", str(names.port), f"@{names.host}"]
    command = ["dig", *place, "+short", name, "A", name, "AAAA"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    expected = NAMES[name] if isinstance(NAMES[name], list) else []
    # Lines that end in a dot are the aliases on the way, which are told with each answer.
    assert [line for line in said.splitlines() if not line.endswith(".")] == expected


def test_a_python_child_is_told_the_same(names: DNSMock, names_in_a_child: Any) -> None:
    assert names_in_a_child(list(NAMES)) == NAMES


@pytest.fixture
def names_in_a_child() -> Callable[[list[str]], dict[str, Any]]:
    """Look names up in a Python process of its own."""
    code = """
import socket, sys
def addresses(name):
    try:
        return [entry[4][0] for entry in socket.getaddrinfo(name, 80, 0, socket.SOCK_STREAM)]
    except socket.gaierror as error:
        return error.errno
print({name: addresses(name) for name in sys.argv[1:]})
"""

    def look_up(names: list[str]) -> Any:
        command = [sys.executable, "-c", code, *names]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
        return eval(done.stdout)

    return look_up


def test_a_family_gets_its_own(names: DNSMock) -> None:
    assert addresses("www.example.com", socket.AF_INET) == ["192.0.2.1", "192.0.2.2"]
    assert addresses("www.example.com", socket.AF_INET6) == ["2001:db8::1"]
    assert addresses("v4.example.com", socket.AF_INET6) == NODATA
    assert addresses("v6.example.com", socket.AF_INET) == NODATA
    assert [query.type for query in names.queries] == ["A", "AAAA", "AAAA", "A"]


@pytest.mark.skipif(not hasattr(socket, "AI_V4MAPPED"), reason="this system maps no addresses")
@pytest.mark.parametrize(
    ("name", "expected"),
    [("www.example.com", {"2001:db8::1"}), ("v4.example.com", {"::ffff:192.0.2.4"})],
)
def test_ipv4_is_mapped_where_there_is_no_ipv6(
    names: DNSMock, name: str, expected: set[str]
) -> None:
    found = socket.getaddrinfo(name, 80, socket.AF_INET6, flags=socket.AI_V4MAPPED)
    assert {entry[4][0] for entry in found} == expected


def test_the_other_functions_say_it_too(names: DNSMock) -> None:
    names.zone("2.0.192.in-addr.arpa", "1 PTR www.example.com.\n4 CNAME gone")
    assert socket.gethostbyname("www.example.com") == "192.0.2.1"
    assert socket.gethostbyname_ex("www.example.com") == (
        "www.example.com",
        [],
        ["192.0.2.1", "192.0.2.2"],
    )
    assert socket.gethostbyaddr("192.0.2.1") == ("www.example.com", [], ["192.0.2.1"])
    assert socket.getnameinfo(("192.0.2.1", 80), 0)[0] == "www.example.com"
    assert socket.getfqdn("192.0.2.1") == "www.example.com"
    for address in ("192.0.2.2", "192.0.2.4"):
        with pytest.raises(socket.herror):
            socket.gethostbyaddr(address)
    assert socket.gethostbyaddr("198.18.0.1")[0] == "real.example.org"


def test_who_connects_by_a_name_of_a_zone_gets_where_it_leads(names: DNSMock) -> None:
    with socket.create_connection(("away.example.com", 7), timeout=5) as client:
        assert client.recv(100) == b"hello"
    with socket.socket() as client:
        client.connect(("away.example.com", 7))
        assert client.recv(100) == b"hello"


def test_rules_come_before_who_lives_there(internet: Internet, names: DNSMock) -> None:
    internet.tcp("api.example.net", 7)
    assert addresses("api.example.net") == ["198.18.0.2"]
    with names.on("A", "api.example.net").reply("192.0.2.7"):
        assert addresses("api.example.net") == ["192.0.2.7"]
    assert addresses("api.example.net") == ["198.18.0.2"]


def test_a_rule_for_the_one_family_leaves_the_other_to_who_lives_there(
    internet: Internet, names: DNSMock
) -> None:
    internet.tcp("api.example.net", 7)
    names.on("AAAA", "api.example.net").reply("2001:db8::7")
    assert addresses("api.example.net") == ["198.18.0.2", "2001:db8::7"]


def test_a_rule_for_once_answers_one_lookup_of_both_families(names: DNSMock, found: Found) -> None:
    names.on("A", "x.example.net", times=1).reply("192.0.2.7")
    assert addresses("x.example.net") == ["192.0.2.7"]
    assert found() == []
    assert addresses("x.example.net") == socket.EAI_NONAME
    assert len(found()) == 1


def test_the_innermost_internet_is_asked_first(names: DNSMock) -> None:
    with Internet() as inner:
        inner.tcp("v4.example.com", 7)
        assert addresses("v4.example.com") == ["198.18.0.2"]
        inner.dns("10.0.0.54").on("A", "v4.example.com").reply("192.0.2.99")
        assert addresses("v4.example.com") == ["192.0.2.99"]
    assert addresses("v4.example.com") == ["192.0.2.4"]


def test_of_several_servers_the_first_that_knows_answers(
    internet: Internet, names: DNSMock
) -> None:
    other = internet.dns("10.0.0.54")
    other.zone("example.net", "www A 192.0.2.50")
    other.zone("example.com", "www A 192.0.2.51")
    assert addresses("www.example.net") == ["192.0.2.50"]
    assert addresses("v4.example.com") == ["192.0.2.4"]
    names.stop()
    assert addresses("www.example.com") == ["192.0.2.51"]


def test_an_event_loop_is_told_the_same_and_runs_on_meanwhile(names: DNSMock) -> None:
    release = threading.Event()

    def answer(query: Any) -> str:
        assert release.wait(5)
        return "192.0.2.77"

    names.on("A", "slow.example.net").reply(answer)

    async def main() -> Any:
        looking = asyncio.ensure_future(
            asyncio.get_running_loop().getaddrinfo("slow.example.net", 80, type=socket.SOCK_STREAM)
        )
        await asyncio.sleep(0)
        release.set()  # which the loop would never get to, if the lookup held it up
        return [entry[4] for entry in await looking]

    assert asyncio.run(main()) == [("192.0.2.77", 80)]


# -- what goes wrong ------------------------------------------------------------------------------

FAULTS: dict[str, tuple[Answer, int, str]] = {
    "NXDOMAIN": (NXDOMAIN, socket.EAI_NONAME, "does not exist (NXDOMAIN)"),
    "SERVFAIL": (SERVFAIL, socket.EAI_AGAIN, "could not answer A x.example.net (SERVFAIL)"),
    "REFUSED": (REFUSED, socket.EAI_AGAIN, "could not answer A x.example.net (REFUSED)"),
    "an empty answer": (EMPTY, NODATA, "x.example.net has no record A"),
    "no answer": (SILENCE, socket.EAI_AGAIN, "gave no answer to A x.example.net"),
    "a wrong id": (wrong_id("192.0.2.1"), socket.EAI_AGAIN, "that could be believed"),
    "a wrong question": (wrong_question("192.0.2.1"), socket.EAI_AGAIN, "could be believed"),
    "garbage": (garbage(), socket.EAI_AGAIN, "that could be believed"),
    "other garbage": (garbage(b"\x00" * 12), socket.EAI_AGAIN, "that could be believed"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_the_error_of_a_resolver(names: DNSMock, found: Found, fault: str) -> None:
    answer, number, text = FAULTS[fault]
    names.on("A", "x.example.net").reply(answer)
    with pytest.raises(socket.gaierror) as caught:
        socket.gethostbyname("x.example.net")
    assert caught.value.errno == number
    assert "the name server 10.0.0.53" in str(caught.value)
    assert text in str(caught.value)
    assert addresses("x.example.net") == number
    assert found() == []


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_a_function_answers(names: DNSMock, kind: str) -> None:
    def plain(query: Any) -> str:
        return "192.0.2.8"

    async def coroutine(query: Any) -> str:
        return "192.0.2.8"

    names.on("A", "x.example.net").reply(plain if kind == "plain" else coroutine)
    assert addresses("x.example.net") == ["192.0.2.8"]


def test_what_is_truncated_is_asked_for_again_by_tcp(names: DNSMock) -> None:
    names.on("A", "x.example.net").reply(truncated("192.0.2.8"))
    assert addresses("x.example.net", socket.AF_INET) == ["192.0.2.8"]
    assert [query.transport for query in names.queries] == ["udp", "tcp"]


def test_what_is_too_large_for_a_datagram_arrives_whole(names: DNSMock) -> None:
    many = [f"192.0.2.{number}" for number in range(1, 100)]
    names.on("A", "x.example.net").reply(*many)
    assert addresses("x.example.net", socket.AF_INET) == many


def test_a_late_answer_comes_late(names: DNSMock) -> None:
    names.on("A", "x.example.net").reply(late(0.05, "192.0.2.8"))
    assert addresses("x.example.net") == ["192.0.2.8"]
    names.journal.wait_for(lambda entry: "late by 0.05 s" in str(entry.value), timeout=0)


def test_the_end_of_its_server_ends_the_wait_for_a_late_answer(
    names: DNSMock, in_thread: Callable[..., Any]
) -> None:
    names.on("A", "x.example.net").reply(late(3600, "192.0.2.8"))
    waiting = in_thread(addresses, "x.example.net", socket.AF_INET)
    names.wait_for_query()
    names.stop()
    assert waiting.result(5) == socket.EAI_AGAIN


def test_an_alias_that_leads_out_of_a_rule_is_followed(names: DNSMock) -> None:
    names.on("A", "x.example.net").reply(Answer(answer="x.example.net. CNAME v4.example.com."))
    assert addresses("x.example.net", socket.AF_INET) == ["192.0.2.4"]


def test_a_flaky_server_is_asked_anew_each_time(names: DNSMock) -> None:
    rule = names.on("A", "x.example.net").reply(SERVFAIL).then("192.0.2.8")
    assert addresses("x.example.net", socket.AF_INET) == socket.EAI_AGAIN
    assert addresses("x.example.net", socket.AF_INET) == ["192.0.2.8"]
    assert [str(query) for query in rule.calls] == ["A x.example.net over UDP"] * 2
    assert repr(rule.calls[0]) == "<Query A x.example.net over UDP from this process>"


def test_code_on_the_mocks_own_loop_is_told_what_it_can_not_wait_for(
    internet: Internet, names: DNSMock
) -> None:
    names.on("A", "slow.example.net").reply(late(3600))
    said: list[Any] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.append(addresses("v4.example.com"))
        try:
            socket.gethostbyname("slow.example.net")
        except socket.gaierror as error:
            said.append(str(error))
        writer.close()

    internet.tcp("handler.example.org", 7, handler)
    with socket.create_connection(("handler.example.org", 7), timeout=5) as client:
        assert client.recv(1) == b""
    assert said[0] == ["192.0.2.4"]
    assert "the mocks' own loop can't wait: look names up in a plain function" in said[1]


# -- who knows nothing ----------------------------------------------------------------------------


def test_a_name_that_nobody_has_is_a_finding_as_ever(names: DNSMock, found: Found) -> None:
    assert addresses("nobody.example.net") == socket.EAI_NONAME
    (text,) = found()
    assert "nobody has the name 'nobody.example.net'" in text
    assert "test_stub.py:" in text
    assert len(names.queries) == 0


def test_a_rule_for_ipv4_is_no_finding_for_who_asks_for_ipv6_as_well(
    names: DNSMock, found: Found
) -> None:
    names.on("A", "x.example.net").reply("192.0.2.8")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["10.0.0.53"]
    assert [data.to_text() for data in resolver.resolve("x.example.net", "A")] == ["192.0.2.8"]
    with pytest.raises(dns.resolver.NoAnswer):
        resolver.resolve("x.example.net", "AAAA")
    assert addresses("x.example.net", socket.AF_INET6) == NODATA
    assert found() == []


@pytest.mark.parametrize("name", ["a b", "x" * 64 + ".example.com", "a..b"])
def test_what_is_no_name_is_an_error(names: DNSMock, found: Found, name: str) -> None:
    assert addresses(name) == socket.EAI_NONAME
    found()
