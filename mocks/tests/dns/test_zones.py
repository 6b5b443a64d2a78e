import pytest

from netmocks import MisuseError
from netmocks.dns import NXDOMAIN, Answer, records
from netmocks.dns.zone import Zone
from netmocks.dns.zones import CHAIN, Zones


@pytest.fixture
def answer():
    """Ask zones; return the data of the answer as text, or None where nothing is known."""

    def answer(zones, name, kind="A"):
        content = zones.answer(records.name_of(name), records.type_of(kind))
        return content and [data.to_text() for rrset in content.answer for data in rrset]

    return answer


def test_the_longest_origin_is_in_charge(answer):
    zones = Zones()
    zones.add(Zone("example.com", "www.sub A 192.0.2.1"))
    zones.add(Zone("sub.example.com", "www A 192.0.2.2"))
    zones.add(Zone("com", "www.sub.example A 192.0.2.3"))
    assert answer(zones, "www.sub.example.com") == ["192.0.2.2"]
    assert answer(zones, "www.example.org") is None


def test_a_second_zone_with_the_same_origin_is_refused():
    zones = Zones()
    zones.add(Zone("example.com", ""))
    with pytest.raises(MisuseError, match=r"the zone example\.com is here already"):
        zones.add(Zone("EXAMPLE.com.", ""))


def test_aliases_are_followed_from_zone_to_zone_and_into_the_directory(answer):
    asked = []

    def directory(name, kind):
        asked.append((name, kind))
        return Answer("192.0.2.9")

    zones = Zones(directory)
    zones.add(Zone("example.com", "www CNAME web.example.org."))
    zones.add(Zone("example.org", "web CNAME cdn.example.net."))
    assert answer(zones, "www.example.com") == ["web.example.org.", "cdn.example.net.", "192.0.2.9"]
    assert asked == [("cdn.example.net", "A")]
    assert answer(zones, "www.example.com", "CNAME") == ["web.example.org."]


def test_an_alias_of_a_name_that_does_not_exist_is_nxdomain(answer):
    zones = Zones(lambda *_: NXDOMAIN)
    zones.add(Zone("example.com", "www CNAME gone.example.org."))
    content = zones.answer(records.name_of("www.example.com"), records.type_of("A"))
    assert (content.rcode.name, len(content.answer)) == ("NXDOMAIN", 1)


def test_an_alias_of_what_nobody_knows_is_all_of_the_answer(answer):
    zones = Zones()
    zones.add(Zone("example.com", "www CNAME gone.example.org."))
    assert answer(zones, "www.example.com") == ["gone.example.org."]


def test_aliases_that_go_round_end(answer):
    zones = Zones()
    zones.add(Zone("example.com", "a CNAME b\nb CNAME a\nself CNAME self"))
    assert answer(zones, "a.example.com") == ["b.example.com.", "a.example.com."]
    assert answer(zones, "self.example.com") == ["self.example.com."]


def test_a_chain_without_end_ends(answer):
    zones = Zones(lambda name, _: Answer(answer=f"{name}. CNAME x.{name}."))
    assert len(answer(zones, "a.example")) == CHAIN + 1
