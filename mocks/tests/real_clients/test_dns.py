"""Name servers, met by dig, by dnspython's resolvers and by those who must not believe them."""

import asyncio
import shutil
import subprocess

import dns.asyncresolver
import dns.exception
import dns.query
import dns.resolver
import pytest

from netmocks.dns import (
    SERVFAIL,
    SILENCE,
    DNSMock,
    garbage,
    late,
    truncated,
    wrong_id,
    wrong_question,
)
from netmocks.record import PATIENCE

ZONE = """
@       SOA   ns admin 7 3600 600 86400 60
@       NS    ns
@       MX    10 mail
@       TXT   "v=spf1 -all"
@       CAA   0 issue "ca.example.com"
ns      A     192.0.2.53
mail    A     192.0.2.25
mail    AAAA  2001:db8::25
www     CNAME mail
_sip._tcp SRV 0 5 5060 mail
ptr     PTR   mail
*.wild  A     192.0.2.99
"""

QUESTIONS = {
    ("mail", "A"): ["192.0.2.25"],
    ("mail", "AAAA"): ["2001:db8::25"],
    ("www", "CNAME"): ["mail.example.com."],
    ("", "MX"): ["10 mail.example.com."],
    ("", "TXT"): ['"v=spf1 -all"'],
    ("", "NS"): ["ns.example.com."],
    ("", "CAA"): ['0 issue "ca.example.com"'],
    ("", "SOA"): ["ns.example.com. admin.example.com. 7 3600 600 86400 60"],
    ("_sip._tcp", "SRV"): ["0 5 5060 mail.example.com."],
    ("ptr", "PTR"): ["mail.example.com."],
    ("any.wild", "A"): ["192.0.2.99"],
}


@pytest.fixture
def server():
    with DNSMock(tolerate=["unused"]) as server:
        server.zone("example.com", ZONE)
        yield server


@pytest.fixture
def dig(server):
    """Run dig against the mock; return what it prints."""
    program = shutil.which("dig")
    if program is None:
        pytest.skip("dig is not installed (in Debian: the package bind9-dnsutils)")

    def dig(*arguments):
        command = [program, "-p", str(server.port), "@127.0.0.1", "+tries=1", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=30).stdout

    return dig


@pytest.fixture
def resolver(server):
    """dnspython's resolver, which asks the mock alone."""
    return _at(server, dns.resolver.Resolver(configure=False))


def _at(server, resolver):
    resolver.nameservers = [server.host]
    resolver.port = server.port
    resolver.lifetime = PATIENCE
    return resolver


def full(name):
    return f"{name}.example.com" if name else "example.com"


@pytest.mark.parametrize(("name", "kind"), QUESTIONS)
def test_dig_and_dnspython_read_the_same(dig, resolver, name, kind):
    expected = QUESTIONS[name, kind]
    assert dig("+short", full(name), kind).splitlines() == expected
    assert dig("+short", "+tcp", full(name), kind).splitlines() == expected
    assert [data.to_text() for data in resolver.resolve(full(name), kind)] == expected


def test_an_asyncio_resolver_reads_the_same(server):
    async def main():
        resolver = _at(server, dns.asyncresolver.Resolver(configure=False))
        found = await asyncio.gather(
            *(resolver.resolve(full(name), kind) for name, kind in QUESTIONS)
        )
        return [[data.to_text() for data in answer] for answer in found]

    assert asyncio.run(main()) == list(QUESTIONS.values())


def test_a_resolver_follows_an_alias(resolver):
    answer = resolver.resolve("www.example.com", "A")
    assert (answer.canonical_name.to_text(), answer[0].to_text()) == (
        "mail.example.com.",
        "192.0.2.25",
    )


def test_a_resolver_tells_what_is_missing(resolver):
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver.resolve("gone.example.com", "A")
    with pytest.raises(dns.resolver.NoAnswer):
        resolver.resolve("mail.example.com", "MX")


def test_dig_asks_again_by_tcp_when_truncated(server, dig):
    server.on("A", "big.example.com").reply(truncated("192.0.2.1"))
    said = dig("big.example.com", "A")
    assert "Truncated, retrying in TCP mode" in said
    assert "192.0.2.1" in said
    assert [query.transport for query in server.queries] == ["udp", "tcp"]


def test_dig_is_content_with_the_edns_it_gets(dig):
    said = dig("+bufsize=4000", "mail.example.com", "A")
    assert "EDNS: version: 0" in said
    assert "BADVERS" in dig("+edns=1", "+noednsnegotiation", "mail.example.com", "A")


def test_dig_reads_a_type_without_a_name(server, dig):
    server.on("TYPE65280", "www.example.com").reply(r"\# 2 0a0b")
    assert dig("+short", "www.example.com", "TYPE65280").strip() == r"\# 2 0A0B"


@pytest.mark.parametrize("fault", [wrong_id("192.0.2.66"), wrong_question("192.0.2.66")])
def test_a_resolver_does_not_believe_what_it_did_not_ask_for(server, resolver, dig, fault):
    server.on("A", "www.example.com", times=1).reply(fault)
    resolver.timeout = resolver.lifetime = 0.05  # the client's own, which a forged answer runs into
    with pytest.raises(dns.exception.DNSException):
        resolver.resolve("www.example.com", "A")
    server.on("A", "www.example.com", times=1).reply(fault)
    assert "192.0.2.66" not in dig("+short", "+timeout=1", "www.example.com", "A")


@pytest.mark.parametrize("fault", [SERVFAIL, garbage(), SILENCE])
def test_a_resolver_asks_the_next_time_what_failed_the_first(server, resolver, fault):
    rule = server.on("A", "www.example.com").reply(fault).then("192.0.2.1")
    resolver.retry_servfail = True
    resolver.timeout = 1  # for one try, which an answer must not miss; the lifetime grants more
    assert resolver.resolve("www.example.com", "A")[0].to_text() == "192.0.2.1"
    assert rule.count == 2


def test_a_late_answer_is_too_late_for_a_client_of_less_patience(server, resolver):
    server.on("A", "www.example.com").reply(late(3600))
    resolver.lifetime = 0.05
    with pytest.raises(dns.resolver.LifetimeTimeout):
        resolver.resolve("www.example.com", "A")
