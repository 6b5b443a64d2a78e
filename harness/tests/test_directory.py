"""Name servers of an internet: they say what the resolver functions of the process say."""

import smtplib
import socket
import subprocess
from collections.abc import Callable
from shutil import which

import dns.message
import dns.query
import dns.resolver
import dns.reversename
import pytest

from netharness import Internet
from netmocks import MisuseError
from netmocks.dns import NXDOMAIN, DNSMock

Found = Callable[[], list[str]]


@pytest.fixture
def server(internet: Internet) -> DNSMock:
    """The name server of the test's internet, which lives at 10.0.0.53."""
    return internet.dns("10.0.0.53")


@pytest.fixture
def resolve(server: DNSMock) -> Callable[..., list[str]]:
    """Ask the name server by dnspython's resolver, at its pretended address and port."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["10.0.0.53"]

    def resolve(name: str, kind: str = "A", *, tcp: bool = False) -> list[str]:
        return sorted(data.to_text() for data in resolver.resolve(name, kind, tcp=tcp))

    return resolve


@pytest.mark.parametrize("tcp", [False, True])
def test_a_name_of_the_internet_has_the_address_that_the_process_knows(
    internet: Internet, resolve: Callable[..., list[str]], tcp: bool
) -> None:
    internet.http("api.example.com")
    assert resolve("API.example.com", tcp=tcp) == [socket.gethostbyname("api.example.com")]


def test_dig_reads_the_same(internet: Internet, server: DNSMock) -> None:
    program = which("dig")
    if program is None:
        pytest.skip("dig is not installed (in Debian: the package bind9-dnsutils)")
    internet.http("api.example.com")
    command = [program, "-p", str(server.port), f"@{server.host}", "+short", "api.example.com"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    assert said.split() == [socket.gethostbyname("api.example.com")]


def test_an_address_leads_back_to_its_name(
    internet: Internet, resolve: Callable[..., list[str]]
) -> None:
    internet.http("api.example.com")
    address = socket.gethostbyname("api.example.com")
    assert resolve(dns.reversename.from_address(address).to_text(), "PTR") == ["api.example.com."]
    assert socket.gethostbyaddr(address)[0] == "api.example.com"


@pytest.mark.parametrize(
    "name",
    [
        "9.9.9.10.in-addr.arpa",
        "x.9.9.10.in-addr.arpa",
        ".".join("0" * 31) + ".1.ip6.arpa",
        ".".join("g" * 32) + ".ip6.arpa",
    ],
)
def test_an_address_where_no_name_lives_has_none(
    resolve: Callable[..., list[str]], found: Found, name: str
) -> None:
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolve(name, "PTR")
    found()


def test_a_name_has_no_other_records(internet: Internet, resolve: Callable[..., list[str]]) -> None:
    internet.http("api.example.com")
    for kind in ("AAAA", "MX", "TXT"):
        with pytest.raises(dns.resolver.NoAnswer):
            resolve("api.example.com", kind)
    response = dns.query.udp(dns.message.make_query("api.example.com", "ANY"), "10.0.0.53", 5)
    assert [rrset.to_text() for rrset in response.answer] == ["api.example.com. 60 IN A 198.18.0.1"]


def test_a_name_said_not_to_exist_does_not(
    internet: Internet, resolve: Callable[..., list[str]]
) -> None:
    internet.nxdomain("gone.example.com")
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolve("gone.example.com")


def test_a_name_that_nobody_has_is_a_finding(
    internet: Internet, resolve: Callable[..., list[str]], found: Found
) -> None:
    internet.http("api.example.com")
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolve("api.exmaple.com")
    (text,) = found()
    assert "nobody has the name 'api.exmaple.com'" in text
    assert "did you mean 'api.example.com'?" in text


def test_the_mail_of_a_domain_is_led_to_its_mock(
    internet: Internet, resolve: Callable[..., list[str]]
) -> None:
    internet.mx("example.com", "mail.example.com", "backup.example.com")
    mail = internet.smtp("mail.example.com")
    preferred, second = resolve("example.com", "MX")
    assert (preferred, second) == ("10 mail.example.com.", "20 backup.example.com.")
    host = preferred.split()[1]
    with smtplib.SMTP(host.rstrip("."), 25) as client:
        client.sendmail("me@example.org", ["you@example.com"], "Subject: hi\r\n\r\nhello\r\n")
    assert mail.wait_for_message(to="you@example.com").subject == "hi"


def test_the_mail_of_a_provider_s_domains_is_led_to_it(
    internet: Internet, resolve: Callable[..., list[str]]
) -> None:
    internet.mx("own.example", "mx.own.example")
    provider = internet.mail("example.com", domains=["example.com", "Other.example", "own.example"])
    assert resolve("example.com", "MX") == ["10 smtp.example.com."]
    assert resolve("other.example", "MX") == ["10 smtp.example.com."]
    assert resolve("own.example", "MX") == ["10 mx.own.example."]
    (host,) = (entry.split()[1].rstrip(".") for entry in resolve("other.example", "MX"))
    with smtplib.SMTP(host, 25) as client:
        client.sendmail("me@example.org", ["you@other.example"], "Subject: hi\r\n\r\nhello\r\n")
    assert provider.smtp.wait_for_message(to="you@other.example").subject == "hi"


def test_a_domain_that_only_takes_mail_has_no_address(
    internet: Internet, resolve: Callable[..., list[str]]
) -> None:
    internet.mx("example.com", "mail.example.com")
    with pytest.raises(dns.resolver.NoAnswer):
        resolve("example.com", "A")
    internet.http("example.com")
    assert resolve("example.com", "A") == [socket.gethostbyname("example.com")]
    assert resolve("example.com", "MX") == ["10 mail.example.com."]


def test_rules_and_zones_come_before_the_names_of_the_internet(
    internet: Internet, server: DNSMock, resolve: Callable[..., list[str]]
) -> None:
    internet.http("www.example.com")
    internet.http("api.example.com")
    server.zone("example.com", "www A 192.0.2.1\nshop CNAME real.example.org.")
    internet.http("real.example.org")
    server.on("A", "api.example.com").reply(NXDOMAIN)
    assert resolve("www.example.com") == ["192.0.2.1"]
    assert resolve("shop.example.com") == [socket.gethostbyname("real.example.org")]
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolve("api.example.com")


def test_the_same_call_again_returns_the_same_mock(internet: Internet, server: DNSMock) -> None:
    assert internet.dns("10.0.0.53") is server
    assert internet.dns("10.0.0.53", 5353) is not server


def test_both_transports_of_the_place_are_taken(internet: Internet, server: DNSMock) -> None:
    for put in (internet.tcp, internet.udp):
        with pytest.raises(MisuseError, match="is taken"):
            put("10.0.0.53", 53)


@pytest.mark.parametrize("hosts", [(), ("10.0.0.25",), ("mail.example.com", "::1")])
def test_mail_hosts_are_names(internet: Internet, hosts: tuple[str, ...]) -> None:
    with pytest.raises(MisuseError, match="takes a domain and the names of"):
        internet.mx("example.com", *hosts)
    with pytest.raises(MisuseError):
        internet.mx("no domain", "mail.example.com")
