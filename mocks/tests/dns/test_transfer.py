import shutil
import subprocess

import dns.message
import dns.query
import dns.rdatatype
import dns.xfr
import dns.zone
import pytest

from netmocks.dns import REFUSED, DNSMock
from netmocks.dns.framing import framed
from netmocks.record import PATIENCE

ZONE = """
@       SOA   ns admin 7 3600 600 86400 60
@       NS    ns
ns      A     192.0.2.53
www     CNAME ns
*.wild  TXT   "any"
sub     NS    ns.sub
ns.sub  A     192.0.2.54
"""

NAMES = ["@", "ns", "www", "*.wild", "sub", "ns.sub"]


@pytest.fixture
def server():
    with DNSMock() as server:
        server.zone("example.com", ZONE)
        yield server


@pytest.fixture
def transfer(server):
    """Transfer a zone by dnspython, into one that may be there already."""

    def transfer(zone, query=None, udp_mode=dns.query.UDPMode.NEVER):
        dns.query.inbound_xfr(
            server.host, zone, query, server.port, PATIENCE, PATIENCE, udp_mode=udp_mode
        )
        return zone

    return transfer


@pytest.fixture
def copy():
    """An empty zone to transfer into."""
    return dns.zone.Zone("example.com")


def test_dnspython_transfers_a_zone(transfer, copy):
    zone = transfer(copy)
    assert sorted(map(str, zone.nodes)) == sorted(NAMES)
    assert zone.get_soa().serial == 7
    assert zone.get_rdataset("ns", "A")[0].to_text() == "192.0.2.53"
    assert zone.get_rdataset("sub", "NS")[0].to_text() == "ns.sub"


@pytest.mark.skipif(
    shutil.which("dig") is None, reason="dig is not installed (in Debian: bind9-dnsutils)"
)
@pytest.mark.parametrize("kind", ["AXFR", "IXFR=6"])
def test_dig_transfers_a_zone(server, kind):
    command = [
        "dig",
        "-p",
        str(server.port),
        "@127.0.0.1",
        "+noall",
        "+answer",
        "example.com",
        kind,
    ]
    said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    lines = [line.split() for line in said.splitlines() if line and not line.startswith(";")]
    assert (lines[0][3], lines[-1][3]) == ("SOA", "SOA")
    assert [line[0] for line in lines[1:-1]] == [
        "example.com.",
        *(f"{name}.example.com." for name in NAMES[1:]),
    ]


def ixfr(serial):
    query = dns.message.make_query("example.com", "IXFR")
    query.find_rrset(
        query.authority, query.question[0].name, 1, dns.rdatatype.SOA, create=True
    ).add(dns.rdata.from_text("IN", "SOA", f". . {serial} 0 0 0 0"))
    return query


def test_who_asks_for_changes_gets_the_whole_zone(transfer, copy):
    zone = transfer(copy)
    with zone.writer() as writer:
        writer.update_serial(6, relative=False)
        writer.delete("www")
    query, _ = dns.xfr.make_query(zone)
    assert zone.get_rdataset("www", "CNAME") is None
    assert transfer(zone, query).get_rdataset("www", "CNAME")
    assert zone.get_soa().serial == 7


def test_who_has_that_version_gets_the_soa_alone(server):
    response = dns.query.tcp(ixfr(7), server.host, PATIENCE, server.port)
    assert [rrset.rdtype for rrset in response.answer] == [dns.rdatatype.SOA]
    response = dns.query.tcp(ixfr(6), server.host, PATIENCE, server.port)
    assert dns.rdatatype.CNAME in [rrset.rdtype for rrset in response.answer]


def test_changes_asked_for_by_udp_are_the_soa_alone_which_says_ask_by_tcp(server, transfer, copy):
    response = dns.query.udp(ixfr(6), server.host, PATIENCE, server.port)
    assert [rrset.rdtype for rrset in response.answer] == [dns.rdatatype.SOA]


@pytest.mark.parametrize(
    ("name", "send", "rcode"),
    [
        ("example.com", dns.query.udp, "NOTIMP"),
        ("www.example.com", dns.query.tcp, "NOTAUTH"),
        ("www.example.com", dns.query.udp, "NOTAUTH"),
    ],
)
def test_what_can_not_be_transferred_is_told(server, name, send, rcode):
    response = send(dns.message.make_query(name, "AXFR"), server.host, PATIENCE, server.port)
    assert (response.rcode().name, response.answer) == (rcode, [])


def test_a_rule_comes_before_the_zone(server):
    server.on("AXFR", "example.com").reply(REFUSED)
    query = dns.message.make_query("example.com", "AXFR")
    assert dns.query.tcp(query, server.host, PATIENCE, server.port).rcode().name == "REFUSED"


def test_a_zone_without_an_soa_is_told_to_the_test(server):
    server.zone("example.org", "www A 192.0.2.1")
    query = dns.message.make_query("example.org", "AXFR")
    assert dns.query.tcp(query, server.host, PATIENCE, server.port).rcode().name == "SERVFAIL"
    (finding,) = server.findings.all
    server.findings.clear()
    assert "the zone example.org can't be transferred: that begins and ends with its SOA" in (
        finding.text
    )
    assert finding.text.endswith("    @ SOA ns admin 1 3600 600 86400 60")


def test_a_zone_that_nobody_has_is_a_finding(server):
    query = dns.message.make_query("example.net", "AXFR")
    assert dns.query.tcp(query, server.host, PATIENCE, server.port).rcode().name == "REFUSED"
    (finding,) = server.findings.all
    server.findings.clear()
    assert "AXFR example.net over TCP is answered neither by a rule nor by a zone" in finding.text
    assert "    mock.zone('example.net', " in finding.text


def test_a_zone_too_large_for_one_message_is_told_to_the_test(server, tcp):
    many = "\n".join(f"host{number} TXT {'x' * 200}" for number in range(400))
    server.zone("example.org", f"@ SOA ns admin 1 2 3 4 5\n{many}")
    client = tcp(server)
    client.sendall(framed(dns.message.make_query("example.org", "AXFR").to_wire()))
    with client.makefile("rb") as stream:
        response = dns.message.from_wire(stream.read(int.from_bytes(stream.read(2))))
    assert response.rcode().name == "SERVFAIL"
    assert "is larger than the 65535 bytes of any message" in server.findings.all[0].text
    server.findings.clear()
