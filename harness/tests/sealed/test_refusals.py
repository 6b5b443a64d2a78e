"""Which packets refuse, and what."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netharness.sealed.refusals import of_packet

SYN, RST, ACK = 0x02, 0x04, 0x10


def ipv4(protocol: int, source: str, target: str, carried: bytes) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(carried), 1, 0, 64, protocol, 0)
    return head + socket.inet_aton(source) + socket.inet_aton(target) + carried


def ipv6(protocol: int, source: str, target: str, carried: bytes) -> bytes:
    head = struct.pack("!IHBB", 6 << 28, len(carried), protocol, 64)
    addresses = (socket.inet_pton(socket.AF_INET6, address) for address in (source, target))
    return head + b"".join(addresses) + carried


def tcp(source: int, target: int, flags: int, sequence: int = 0) -> bytes:
    return struct.pack("!HHIIBBHHH", source, target, sequence, 7, 5 << 4, flags, 0, 0, 0)


def udp(source: int, target: int) -> bytes:
    return struct.pack("!HHHH", source, target, 8, 0)


def test_a_reset_without_a_sequence_number_refuses():
    packet = ipv4(6, "10.1.2.3", "10.1.2.3", tcp(80, 50000, RST | ACK))
    assert of_packet(packet) == ("tcp", "10.1.2.3", 80)


def test_a_reset_over_ipv6_refuses_too():
    packet = ipv6(6, "2001:db8::1", "::1", tcp(80, 50000, RST | ACK))
    assert of_packet(packet) == ("tcp", "2001:db8::1", 80)


def test_a_reset_of_a_connection_refuses_nothing():
    assert of_packet(ipv4(6, "10.1.2.3", "10.1.2.3", tcp(80, 50000, RST, sequence=99))) is None


def test_a_connection_refuses_nothing():
    assert of_packet(ipv4(6, "10.1.2.3", "10.1.2.3", tcp(50000, 80, SYN))) is None


def test_an_unreachable_port_refuses_what_was_sent_there():
    sent = ipv4(17, "10.1.2.3", "10.9.9.9", udp(50000, 53))
    packet = ipv4(1, "10.9.9.9", "10.1.2.3", bytes([3, 3]) + bytes(6) + sent)
    assert of_packet(packet) == ("udp", "10.9.9.9", 53)


def test_an_unreachable_port_over_ipv6_refuses_too():
    sent = ipv6(17, "::1", "2001:db8::9", udp(50000, 53))
    packet = ipv6(58, "2001:db8::9", "::1", bytes([1, 4]) + bytes(6) + sent)
    assert of_packet(packet) == ("udp", "2001:db8::9", 53)


@pytest.mark.parametrize("kind", [(8, 0), (3, 1), (0, 0)])
def test_other_messages_of_icmp_refuse_nothing(kind):
    sent = ipv4(17, "10.1.2.3", "10.9.9.9", udp(50000, 53))
    packet = ipv4(1, "10.9.9.9", "10.1.2.3", bytes(kind) + bytes(6) + sent)
    assert of_packet(packet) is None


@pytest.mark.parametrize("size", range(40))
def test_a_packet_that_is_cut_refuses_nothing(size):
    packet = ipv4(6, "10.1.2.3", "10.1.2.3", tcp(80, 50000, RST | ACK))
    assert of_packet(packet[:size]) is None


@given(st.binary(max_size=128))
def test_garbage_is_no_defect(data):
    of_packet(data)
