import dns.name
import pytest

from netmocks import MisuseError
from netmocks.dns import records
from netmocks.dns.zone import Zone

TEXT = """
@        SOA   ns admin 1 3600 600 86400 60
@        NS    ns
@        MX    10 mail
ns       A     192.0.2.53
mail     A     192.0.2.25
mail     AAAA  2001:db8::25
alias    CNAME mail
*.wild   TXT   "any"
here.wild A    192.0.2.7
a.b.c    A     192.0.2.8
sub      NS    ns.sub
ns.sub   A     192.0.2.54
_sip._tcp SRV  0 5 5060 mail
"""


@pytest.fixture
def zone():
    return Zone("example.com", TEXT)


@pytest.fixture
def look(zone):
    """Look a name up; return the rcode and, for each section, its names, types and data."""

    def look(name, kind):
        found = zone.lookup(records.name_of(name), records.type_of(kind))
        sections = (found.answer, found.authority, found.additional)
        return found.rcode.name, *(
            [f"{records.text_of(r.name)} {r.rdtype.name} {d}" for r in section for d in r]
            for section in sections
        )

    return look


SOA = ["example.com SOA ns.example.com. admin.example.com. 1 3600 600 86400 60"]
GLUE = ["mail.example.com A 192.0.2.25", "mail.example.com AAAA 2001:db8::25"]


def test_a_record_is_found_whatever_the_capitals(look):
    for name in ("mail.example.com", "MAIL.Example.com."):
        assert look(name, "A") == ("NOERROR", ["mail.example.com A 192.0.2.25"], [], [])


def test_a_name_without_that_type_has_an_empty_answer_with_the_soa(look):
    assert look("ns.example.com", "MX") == ("NOERROR", [], SOA, [])


def test_a_name_that_does_not_exist_is_nxdomain_with_the_soa(look):
    assert look("nobody.example.com", "A") == ("NXDOMAIN", [], SOA, [])


def test_a_name_above_an_existing_one_exists(look):
    assert look("b.c.example.com", "A") == ("NOERROR", [], SOA, [])
    assert look("c.example.com", "A") == ("NOERROR", [], SOA, [])
    assert look("x.c.example.com", "A") == ("NXDOMAIN", [], SOA, [])


def test_an_alias_answers_all_types(look):
    alias = ["alias.example.com CNAME mail.example.com."]
    assert look("alias.example.com", "A")[1] == alias
    assert look("alias.example.com", "CNAME")[1] == alias


def test_the_addresses_of_named_hosts_go_along(look):
    assert look("example.com", "MX")[1:] == (["example.com MX 10 mail.example.com."], [], GLUE)
    assert look("_sip._tcp.example.com", "SRV")[3] == GLUE


def test_any_asks_for_all_records_of_a_name(look):
    assert sorted(look("mail.example.com", "ANY")[1]) == GLUE


def test_a_wildcard_answers_for_what_does_not_exist_below_it(look):
    assert look("x.wild.example.com", "TXT")[1] == ['x.wild.example.com TXT "any"']
    assert look("y.x.wild.example.com", "TXT")[1] == ['y.x.wild.example.com TXT "any"']
    assert look("x.wild.example.com", "A") == ("NOERROR", [], SOA, [])


def test_a_wildcard_steps_back_from_names_that_exist(look):
    assert look("here.wild.example.com", "TXT") == ("NOERROR", [], SOA, [])
    assert look("x.here.wild.example.com", "TXT") == ("NXDOMAIN", [], SOA, [])
    assert look("wild.example.com", "TXT") == ("NOERROR", [], SOA, [])


def test_what_is_delegated_is_referred_to_its_own_servers(zone, look):
    referral = ("NOERROR", [], ["sub.example.com NS ns.sub.example.com."])
    glue = ["ns.sub.example.com A 192.0.2.54"]
    for name in ("sub.example.com", "www.sub.example.com", "ns.sub.example.com"):
        assert look(name, "A") == (*referral, glue)
    assert not zone.lookup(records.name_of("www.sub.example.com"), 1).authoritative
    assert look("sub.example.com", "DS") == ("NOERROR", [], SOA, [])


def test_a_zone_needs_no_soa(look):
    bare = Zone("example.org", "")
    found = bare.lookup(records.name_of("example.org"), records.type_of("A"))
    assert (found.rcode.name, found.authority) == ("NOERROR", ())


def test_the_root_can_be_a_zone():
    root = Zone(".", "com NS a.gtld.example.\nexample.org A 192.0.2.1")
    assert records.name_of("www.example.net") in root
    assert root.lookup(records.name_of("example.org"), 1).answer
    assert root.lookup(records.name_of("org"), 1).rcode == 0
    assert root.lookup(dns.name.root, 1).rcode == 0


def test_an_origin_that_is_no_name_is_refused():
    with pytest.raises(MisuseError, match="is no domain name"):
        Zone("a..b", "")
