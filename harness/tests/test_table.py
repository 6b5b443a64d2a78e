import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from netharness.routing.table import (
    Condition,
    Route,
    Table,
    canonical,
    is_address,
    is_loopback,
    normal_name,
)
from netmocks.errors import MisuseError


@pytest.fixture
def table() -> Table:
    return Table()


# -- names ----------------------------------------------------------------------------------------


def test_each_new_name_gets_the_next_address_of_the_benchmarking_range(table: Table) -> None:
    assert table.give_address("a.example.com") == "198.18.0.1"
    assert table.give_address("b.example.com") == "198.18.0.2"
    assert table.names == ["a.example.com", "b.example.com"]


def test_an_address_that_has_a_name_elsewhere_is_passed_over() -> None:
    elsewhere = {"198.18.0.1": "outer.example.com", "198.18.0.3": "other.example.com"}
    table = Table(elsewhere.get)
    assert table.give_address("a.example.com") == "198.18.0.2"
    assert table.give_address("b.example.com") == "198.18.0.4"


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("api.example.com", "API.Example.COM"),
        ("API.EXAMPLE.COM", "api.example.com"),
        ("api.example.com", "api.example.com."),
        ("api.example.com.", "api.example.com"),
        ("bücher.example.com", "xn--bcher-kva.example.com"),
        ("xn--bcher-kva.example.com", "BÜCHER.example.com."),
        ("intranet", "INTRANET"),
    ],
)
def test_spellings_of_one_name_are_one_name(table: Table, given: str, asked: str) -> None:
    address = table.give_address(given)
    assert table.give_address(asked) == address
    assert table.address_of(asked) == address
    assert table.name_of(address) == normal_name(given) == normal_name(asked)
    assert len(table.names) == 1


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("10.40.122.215", "10.40.122.215"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("::ffff:10.40.122.215", "10.40.122.215"),
        ("fe80::1%eth0", "fe80::1"),
        ("localhost", "127.0.0.1"),
        ("LOCALHOST.", "127.0.0.1"),
    ],
)
def test_an_address_is_its_own_address(table: Table, host: str, address: str) -> None:
    assert table.give_address(host) == address
    assert table.names == []


def test_an_unknown_name_has_no_address_and_an_unknown_address_no_name(table: Table) -> None:
    assert table.address_of("nobody.example.com") is None
    assert table.name_of("198.18.0.1") is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "..",
        "https://api.example.com",
        "api.example.com:443",
        "api.example.com/events",
        "me@example.com",
        "api example.com",
        "api.example.com\n",
        "[2001:db8::7]",
        "ü" * 64 + ".example.com",
        "ü..example.com",
    ],
)
def test_what_is_no_host_name_is_refused(table: Table, host: str) -> None:
    with pytest.raises(MisuseError) as caught:
        table.give_address(host)
    assert repr(host) in str(caught.value)
    assert table.names == []


def test_the_refusal_of_a_url_says_what_to_write(table: Table) -> None:
    with pytest.raises(MisuseError) as caught:
        table.give_address("https://api.example.com/")
    assert str(caught.value) == (
        "'https://api.example.com/' is no host name: write it without scheme, port and path,"
        " 'api.example.com'"
    )


def test_a_port_in_the_place_of_the_host_is_refused(table: Table) -> None:
    with pytest.raises(MisuseError, match="80 is no host name: write it as text"):
        table.give_address(80)  # type: ignore[arg-type]  # the mistake that is meant


def test_names_given_by_many_threads_at_once_have_addresses_of_their_own(
    table: Table, in_thread: Callable[..., "Future[Any]"]
) -> None:
    together = threading.Barrier(8)

    def give(number: int) -> list[str]:
        together.wait(5)
        return [table.give_address(f"{number}.{i}.example.com") for i in range(100)]

    futures = [in_thread(give, number) for number in range(8)]
    addresses = [address for future in futures for address in future.result(5)]
    assert len(set(addresses)) == 800


def test_a_missing_name_is_missing_in_any_spelling(table: Table) -> None:
    table.set_missing("Gone.Example.com.")
    assert table.is_missing("gone.example.COM")
    assert not table.is_missing("here.example.com")


def test_a_missing_name_can_t_be_served(table: Table) -> None:
    table.set_missing("gone.example.com")
    with pytest.raises(MisuseError, match=r"'gone\.example\.com' was said not to exist"):
        table.give_address("gone.example.com")


@pytest.mark.parametrize("host", ["here.example.com", "HERE.example.com", "10.0.0.1", "::1"])
def test_what_is_served_or_an_address_can_t_be_missing(table: Table, host: str) -> None:
    table.give_address("here.example.com")
    with pytest.raises(MisuseError, match=r"it is an address, or is served already"):
        table.set_missing(host)


# -- routes ---------------------------------------------------------------------------------------


def test_a_route_is_found_by_transport_address_and_port(table: Table) -> None:
    route = table.add("tcp", "api.example.com", 443, ("127.0.0.1", 50443))
    assert vars(route) == vars(
        Route("tcp", "api.example.com", "198.18.0.1", 443, ("127.0.0.1", 50443))
    )
    assert table.find("tcp", "198.18.0.1", 443) is route
    assert table.find("udp", "198.18.0.1", 443) is None
    assert table.find("tcp", "198.18.0.1", 80) is None
    assert table.find("tcp", "198.18.0.2", 443) is None


def test_a_route_shows_itself_as_the_test_wrote_it(table: Table) -> None:
    assert str(table.add("udp", "DNS.example.com", 53)) == "DNS.example.com:53/udp"


def test_routes_are_listed_in_their_order(table: Table) -> None:
    routes = [table.add("tcp", host, 80) for host in ("b.example.com", "a.example.com", "10.0.0.1")]
    assert table.routes == routes


def test_tcp_and_udp_of_one_port_are_two_places(table: Table) -> None:
    tcp = table.add("tcp", "dns.example.com", 53)
    udp = table.add("udp", "dns.example.com", 53)
    assert table.routes == [tcp, udp]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("api.example.com", "API.example.com."),
        ("api.example.com", "198.18.0.1"),
        ("10.0.0.1", "::ffff:10.0.0.1"),
        ("2001:db8::7", "2001:db8:0::7"),
        ("localhost", "127.0.0.1"),
    ],
)
def test_a_place_is_taken_once(table: Table, first: str, second: str) -> None:
    route = table.add("tcp", first, 80)
    with pytest.raises(MisuseError) as caught:
        table.add("tcp", second, 80)
    assert f"{first}:80/tcp" in str(caught.value)
    assert table.routes == [route]


@pytest.mark.parametrize("port", [0, -1, 65536, 443.5, "443", None])
def test_what_is_no_port_is_refused(table: Table, port: Any) -> None:
    with pytest.raises(MisuseError) as caught:
        table.add("tcp", "api.example.com", port)
    assert str(caught.value) == (
        f"port {port!r} of 'api.example.com': a port is a number from 1 to 65535"
    )
    assert table.routes == []


@pytest.mark.parametrize("port", [1, 65535])
def test_the_first_and_the_last_port_are_ports(table: Table, port: int) -> None:
    assert table.add("tcp", "api.example.com", port).port == port


def test_a_real_address_pretends_to_be_its_route_s(table: Table) -> None:
    route = table.add("tcp", "api.example.com", 443)
    assert table.pretended("tcp", "127.0.0.1", 50443) is None
    table.settle(route, ("127.0.0.1", 50443))
    assert route.target == ("127.0.0.1", 50443)
    assert table.pretended("tcp", "127.0.0.1", 50443) == ("198.18.0.1", 443)
    assert table.pretended("udp", "127.0.0.1", 50443) is None


def test_a_route_that_settles_anew_leaves_its_old_address(table: Table) -> None:
    route = table.add("tcp", "10.0.0.1", 3000, ("127.0.0.1", 50001))
    table.settle(route, ("127.0.0.1", 50002))
    assert route.target == ("127.0.0.1", 50002)
    assert table.pretended("tcp", "127.0.0.1", 50001) is None
    assert table.pretended("tcp", "127.0.0.1", 50002) == ("10.0.0.1", 3000)


def test_a_refusing_host_is_known_by_its_address(table: Table) -> None:
    table.set_condition(Condition(text="refuses"), "Down.example.com")
    address = table.address_of("down.example.com")
    assert address is not None
    assert table.condition(address, 80) == Condition(text="refuses")
    assert table.condition("198.18.0.2", 80) is None
    assert table.routes == []


# -- spellings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("fe80::1%eth0", True),
        ("::ffff:10.0.0.1", True),
        ("api.example.com", False),
        ("10.0.0", False),
        ("10.0.0.256", False),
        ("", False),
    ],
)
def test_an_address_is_told_from_a_name(host: str, expected: bool) -> None:
    assert is_address(host) is expected


@pytest.mark.parametrize(
    ("address", "spelled"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::FFFF:10.0.0.1", "10.0.0.1"),
        ("::ffff:0a00:0001", "10.0.0.1"),
        ("2001:0db8::0007", "2001:db8::7"),
        ("fe80::1%lo", "fe80::1"),
    ],
)
def test_an_address_has_one_spelling(address: str, spelled: str) -> None:
    assert canonical(address) == spelled


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("0.0.0.0", True),
        ("::", True),
        ("10.0.0.1", False),
        ("198.18.0.1", False),
        ("2001:db8::1", False),
        ("255.255.255.255", False),
    ],
)
def test_loopback_and_wildcards_are_this_machine(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected
