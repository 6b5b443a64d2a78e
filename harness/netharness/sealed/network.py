"""Network: in a new network namespace, make every address local.

One route for each family (`ip route add local 0.0.0.0/0 dev lo`), told by rtnetlink (rtnetlink(7)).
"""

import _socket
import fcntl
import struct

# <linux/sockios.h>, <linux/netlink.h>, <linux/rtnetlink.h>
SIOCSIFFLAGS = 0x8914
IFF_UP = 1
AF_NETLINK = 16
NETLINK_ROUTE = 0
RTM_NEWROUTE = 24
NLM_F_REQUEST, NLM_F_ACK, NLM_F_CREATE = 0x1, 0x4, 0x400
RT_TABLE_LOCAL = 255
RTPROT_BOOT = 3
RT_SCOPE_HOST = 254
RTN_LOCAL = 2
RTA_OIF = 4

#: What a server may do in here that it could not outside: any port, any address, and being pinged.
SETTINGS = {
    "ipv4/ip_unprivileged_port_start": "0",
    "ipv6/ip_nonlocal_bind": "1",
    "ipv4/ping_group_range": "0 2147483647",
}


def bring_up() -> None:
    """Bring the loopback interface up, and lead every address there.

    Raises:
        OSError: the kernel refuses.
    """
    with_loopback = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    request = struct.pack("16sH14x", b"lo", IFF_UP)
    fcntl.ioctl(with_loopback.fileno(), SIOCSIFFLAGS, request)
    with_loopback.close()
    for name, value in SETTINGS.items():
        try:
            with open(f"/proc/sys/net/{name}", "w") as file:  # noqa: PTH123  # as elsewhere here
                file.write(value)
        except OSError:
            pass  # a kernel without that family, or too old for the setting
    _lead_here(_socket.AF_INET)
    try:
        _lead_here(_socket.AF_INET6)
    except OSError:
        pass  # a kernel without IPv6


def _lead_here(family: int) -> None:
    index = _socket.if_nametoindex("lo")
    route = struct.pack(
        "=BBBBBBBBI",
        *(family, 0, 0, 0),
        *(RT_TABLE_LOCAL, RTPROT_BOOT, RT_SCOPE_HOST, RTN_LOCAL),
        0,
    )
    body = route + struct.pack("=HHI", 8, RTA_OIF, index)
    flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE
    line = _socket.socket(AF_NETLINK, _socket.SOCK_RAW, NETLINK_ROUTE)
    line.send(struct.pack("=IHHII", 16 + len(body), RTM_NEWROUTE, flags, 1, 0) + body)
    (number,) = struct.unpack("=i", line.recv(4096)[16:20])
    line.close()
    if number:
        raise OSError(-number, "the route of all addresses")
