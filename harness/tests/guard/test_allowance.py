import ipaddress

import pytest

from netharness.guard.allowance import Allowance


@pytest.mark.parametrize(
    ("entry", "address", "port", "allowed"),
    [
        ("10.0.0.7", "10.0.0.7", 80, True),
        ("10.0.0.7", "10.0.0.8", 80, False),
        ("10.0.0.7:5432", "10.0.0.7", 5432, True),
        ("10.0.0.7:5432", "10.0.0.7", 80, False),
        ("10.0.0.0/8", "10.255.0.1", 1, True),
        ("10.0.0.0/8", "11.0.0.1", 1, False),
        ("10.0.0.0/8:53", "10.1.1.1", 53, True),
        ("10.0.0.0/8:53", "10.1.1.1", 54, False),
        ("fd00::/8", "fd12::1", 80, True),
        ("fd00::/8", "10.0.0.1", 80, False),
        ("[fd00::/8]:80", "fd12::1", 80, True),
        ("[fd00::1]:80", "fd00::1", 81, False),
        ("[fd00::1]", "fd00::1", 81, True),
        ("2001:db8::1", "2001:db8::1", 80, True),
        ("*", "192.0.2.1", 80, True),
        ("*:53", "192.0.2.1", 53, True),
        ("*:53", "192.0.2.1", 80, False),
        ("db.example.com", "192.0.2.1", 80, False),
    ],
)
def test_an_entry_allows_addresses_and_ports(
    entry: str, address: str, port: int, allowed: bool
) -> None:
    assert Allowance([entry]).has_address(ipaddress.ip_address(address), port) is allowed


@pytest.mark.parametrize(
    ("entry", "name", "port", "allowed"),
    [
        ("db.example.com", "db.example.com", 80, True),
        ("DB.Example.com.", "db.example.com", 80, True),
        ("db.example.com", "example.com", 80, False),
        ("db.example.com", "xdb.example.com", 80, False),
        ("db.example.com:5432", "db.example.com", 5432, True),
        ("db.example.com:5432", "db.example.com", 80, False),
        ("db.example.com:5432", "db.example.com", 0, True),
        ("*.example.com", "a.b.example.com", 80, True),
        ("*.example.com", "example.com", 80, False),
        ("*:53", "anybody.example", 53, True),
        ("10.0.0.7", "10.0.0.7.example.com", 80, False),
    ],
)
def test_an_entry_allows_names(entry: str, name: str, port: int, allowed: bool) -> None:
    assert Allowance([entry]).has_name(name, port) is allowed


def test_every_unix_socket_is_allowed_until_one_is_named() -> None:
    assert Allowance(["db.example.com"]).has_path("/run/any.sock")
    named = Allowance(["unix:/run/db/*.sock", "unix:@abstract"])
    assert named.has_path("/run/db/main.sock")
    assert named.has_path("@abstract")
    assert not named.has_path("/run/docker.sock")


def test_the_names_written_out_are_known() -> None:
    assert Allowance(["a.example", "*.b.example", "10.0.0.1", "c.example:1"]).names == (
        "a.example",
        "c.example",
    )


@pytest.mark.parametrize(
    "entry",
    [
        "",
        ":80",
        "host:",
        "host:http",
        "host:0",
        "host:65536",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "http://example.com",
        "a b",
        "user@host",
        "[::1",
        "[::1]80x",
    ],
)
def test_what_allows_nothing_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="allows nothing"):
        Allowance([entry])
