"""Refusals: how the test learns that a sealed program tried a place that nobody serves.

The kernel refuses by itself; its answers, RST (RFC 9293 §3.10.7.1) and port unreachable (RFC 792,
RFC 4443 §3.1), are seen by a socket on the loopback interface, whose filter lets nothing else in.
"""

from __future__ import annotations

import _socket
import ctypes
import os

from netharness.sealed import bpf, kernel

TYPE_CHECKING = False  # the warden has no time for typing
if TYPE_CHECKING:
    from netharness.routing.table import Transport

# <linux/if_packet.h>, <linux/if_ether.h>, <asm-generic/socket.h>
AF_PACKET = 17
ETH_P_ALL = 3
SO_ATTACH_FILTER = 26

ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
RST = 0x04
IPV4_HEADER, IPV6_HEADER, ICMP_HEADER = 20, 40, 8

#: ICMP's type and code of an unreachable port.
UNREACHABLE = {ICMP: (3, 3), ICMPV6: (1, 4)}

#: Bytes of a packet that are looked at.
HEAD = 128


def watch() -> int:
    """Return the descriptor of a socket that receives the refusals of this network.

    Raises:
        OSError: the kernel refuses.
    """
    sock = _socket.socket(AF_PACKET, _socket.SOCK_DGRAM, _socket.htons(ETH_P_ALL))
    program = bpf.assemble(
        bpf.line("", bpf.LOAD_BYTE, 0),
        bpf.line("", bpf.AND, 0xF0),  # the version
        bpf.line("", bpf.EQUAL, 0x40, "4", "or 6"),
        bpf.line("or 6", bpf.EQUAL, 0x60, "6", "drop"),
        bpf.line("4", bpf.LOAD_BYTE, 9),  # the protocol
        bpf.line("", bpf.EQUAL, ICMP, "take", "or TCP"),
        bpf.line("or TCP", bpf.EQUAL, TCP, "flags", "drop"),
        bpf.line("flags", bpf.SKIP_IPV4_HEADER, 0),
        bpf.line("", bpf.LOAD_BYTE_BEHIND_HEADER, 13),
        bpf.line("", bpf.ANY_BIT, RST, "take", "drop"),
        bpf.line("6", bpf.LOAD_BYTE, 6),  # the next header
        bpf.line("", bpf.EQUAL, ICMPV6, "take", "or TCP in 6"),
        bpf.line("or TCP in 6", bpf.EQUAL, TCP, "flags in 6", "drop"),
        bpf.line("flags in 6", bpf.LOAD_BYTE, IPV6_HEADER + 13),
        bpf.line("", bpf.ANY_BIT, RST, "take", "drop"),
        bpf.line("take", bpf.RETURN, HEAD),
        bpf.line("drop", bpf.RETURN, 0),
    )
    kernel.call(
        "setsockopt",
        sock.fileno(),
        _socket.SOL_SOCKET,
        SO_ATTACH_FILTER,
        ctypes.byref(program),
        ctypes.sizeof(program),
    )
    sock.setblocking(False)
    return sock.detach()


def read(descriptor: int) -> list[tuple[Transport, str, int]]:
    """Return what was refused since the last time: transport, address and port."""
    found: list[tuple[Transport, str, int]] = []
    while True:
        try:
            packet = os.read(descriptor, HEAD)
        except BlockingIOError:
            return list(dict.fromkeys(found))  # loopback shows each packet twice
        if refused := of_packet(packet):
            found.append(refused)


def of_packet(packet: bytes) -> tuple[Transport, str, int] | None:
    """Return what a packet refuses; None if it is none that does, or is cut."""
    protocol, source, _, rest = _opened(packet)
    if protocol == TCP and len(rest) >= 20:
        # Only who answers a SYN that nobody expected has no sequence number of its own.
        is_refusal = rest[13] & RST and rest[4:8] == bytes(4)
        return ("tcp", source, int.from_bytes(rest[:2], "big")) if is_refusal else None
    if protocol in UNREACHABLE and tuple(rest[:2]) == UNREACHABLE[protocol]:
        inner, _, target, datagram = _opened(rest[ICMP_HEADER:])  # as it was sent
        if inner == UDP and len(datagram) >= 4:
            return ("udp", target, int.from_bytes(datagram[2:4], "big"))
    return None


def _opened(packet: bytes) -> tuple[int, str, str, bytes]:
    """Return a packet's protocol, source, destination and what it carries; 0 if it is cut."""
    version = packet[0] >> 4 if packet else 0
    if version == 4 and len(packet) >= IPV4_HEADER:
        header = 4 * (packet[0] & 0x0F)
        source, target = packet[12:16], packet[16:20]
        protocol = packet[9]
    elif version == 6 and len(packet) >= IPV6_HEADER:
        header = IPV6_HEADER
        source, target = packet[8:24], packet[24:40]
        protocol = packet[6]
    else:
        return 0, "", "", b""
    family = _socket.AF_INET if version == 4 else _socket.AF_INET6
    shown = [_socket.inet_ntop(family, address) for address in (source, target)]
    return protocol, shown[0], shown[1], packet[header:]
