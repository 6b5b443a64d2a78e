"""Hosts are what parsers of addresses and names take, and shrink to short ones."""

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import unquote

import idna
from hypothesis import given

from netharness.strategies import (
    domain_names,
    hosts,
    idna_hosts,
    ipv4_addresses,
    ipv6_addresses,
    reg_names,
)

#: One label (RFC 1123 §2.1).
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@given(domain_names())
def test_a_domain_name_is_made_of_labels(name):
    assert len(name) <= 253
    assert all(LABEL.fullmatch(label) for label in name.split("."))
    assert idna.encode(name).decode() == name


@given(idna_hosts())
def test_an_a_label_decodes_to_what_encodes_to_it(name):
    assert all(LABEL.fullmatch(label) for label in name.split("."))
    assert idna.encode(idna.decode(name)).decode() == name


@given(idna_hosts(encode=False))
def test_a_u_label_can_be_encoded(name):
    assert idna.decode(idna.encode(name)) == name
    assert not name.isascii()


@given(reg_names())
def test_a_registered_name_has_the_grammar_s_characters_only(name):
    assert re.fullmatch(r"([A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*", name)
    assert unquote(name, "latin-1").count("%") <= name.count("%25")


@given(ipv4_addresses())
def test_an_ipv4_address_is_one(address):
    assert str(IPv4Address(address)) == address


@given(ipv6_addresses())
def test_an_ipv6_address_is_one_however_it_is_spelt(address):
    assert IPv6Address(address)


@given(ipv6_addresses(zones=True))
def test_a_zone_follows_an_address(address):
    address, mark, zone = address.partition("%25")
    assert IPv6Address(address).scope_id is None
    assert bool(mark) == bool(zone)


@given(hosts())
def test_a_host_has_no_delimiter_outside_of_brackets(host):
    literal = host.startswith("[") and host.endswith("]")
    assert re.search(r"[/?#@:\[\]]", host.strip("[]") if not literal else "") is None
    assert host


def test_hosts_shrink_to_short_ones(smallest):
    assert smallest(hosts()) == "0.com"
    assert smallest(hosts(), lambda host: host.startswith("[")) == "[::]"
    assert smallest(hosts(future=True), lambda host: host.startswith("[v")) == "[v0.0]"
    assert "%25" in smallest(hosts(zones=True), lambda host: "%25" in host)
    assert smallest(idna_hosts(encode=False)) == "α.com"
