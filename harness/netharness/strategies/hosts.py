"""Hosts: what stands in a URL where a server is named (RFC 3986 §3.2.2)."""

from ipaddress import IPv6Address
from string import ascii_lowercase, digits

from hypothesis import strategies as st

from netharness.strategies.alphabet import SUB_DELIMS, UNRESERVED, encoded

#: Letters that IDNA lets stand in any label (RFC 5892): Greek, Cyrillic, Han.
IDNA_LETTERS = "αβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюя例子路径名字中文测试网络"

_TOP_LEVEL = st.sampled_from(["com", "example", "test", "org", "co.uk"])


def domain_names() -> st.SearchStrategy[str]:
    """Names of hosts in lower case, such as "a.example" (RFC 1123 §2.1, RFC 1035 §2.3.1)."""
    drawn = st.text(ascii_lowercase + digits + "-.", min_size=1, max_size=16)
    return st.builds("{}.{}".format, drawn.map(_labels), _TOP_LEVEL)


def _labels(drawn: str) -> str:
    # No label begins or ends with a hyphen. Two of them, third and fourth, mark what is encoded
    # (RFC 5891 §4.2.3.1): here, nothing is.
    labels = (label.strip("-").replace("--", "") for label in drawn.split("."))
    return ".".join(filter(None, labels)) or "0"


def idna_hosts(*, encode: bool = True) -> st.SearchStrategy[str]:
    """Names with letters beyond ASCII (RFC 5890 §2.3.2.1).

    Arguments:
        encode: whether labels are written as A-labels ("xn--…"), as a DNS has them; else as
            U-labels, as people do.
    """
    labels = st.text(IDNA_LETTERS, min_size=1, max_size=12)
    if encode:
        labels = labels.map(lambda label: f"xn--{label.encode('punycode').decode('ascii')}")
    return st.builds("{}.{}".format, labels, _TOP_LEVEL)


def reg_names() -> st.SearchStrategy[str]:
    """Registered names by the letter of the grammar, with escapes and empty (RFC 3986 §3.2.2).

    Few of them can be looked up; `domain_names` has those that can.
    """
    return encoded(UNRESERVED + SUB_DELIMS, max_size=12)


def ipv4_addresses() -> st.SearchStrategy[str]:
    """IPv4 addresses in dotted decimal (RFC 3986 §3.2.2, IPv4address)."""
    return st.ip_addresses(v=4).map(str)


def ipv6_addresses(*, zones: bool = False) -> st.SearchStrategy[str]:
    """IPv6 addresses without brackets: short (RFC 5952), whole, or with an IPv4 tail (RFC 4291).

    Arguments:
        zones: whether a zone may follow, as URLs write it: "fe80::1%25eth0" (RFC 6874 §2).
    """
    written = st.builds(_spelt, st.ip_addresses(v=6), st.sampled_from(_SPELLINGS))
    if not zones:
        return written
    zone = st.just("") | encoded(UNRESERVED, min_size=1, max_size=6).map("%25{}".format)
    return st.builds("{}{}".format, written, zone)


def _tailed(address: IPv6Address) -> str:
    """Write the last four bytes as an IPv4 address (RFC 4291 §2.2)."""
    head = ":".join(address.exploded.split(":")[:6])
    return f"{head}:{'.'.join(map(str, address.packed[12:]))}"


_SPELLINGS = (str, lambda address: address.exploded, lambda a: str(a).upper(), _tailed)


def _spelt(address: IPv6Address, spelling: "type[str]") -> str:
    return spelling(address)


def _future() -> st.SearchStrategy[str]:
    """Addresses of a version to come (RFC 3986 §3.2.2, IPvFuture)."""
    number = st.sampled_from("0123456789abcdef")
    inner = st.text(UNRESERVED + SUB_DELIMS + ":", min_size=1, max_size=6)
    return st.builds("v{}.{}".format, number, inner)


def hosts(*, zones: bool = False, future: bool = False) -> st.SearchStrategy[str]:
    """Hosts as URLs have them, addresses of IPv6 in brackets (RFC 3986 §3.2.2).

    Names that can be looked up, in small and capital letters, A-labels and addresses. For names
    by the letter of the grammar alone, see `reg_names`.

    Arguments:
        zones: whether addresses of IPv6 may have a zone (RFC 6874).
        future: whether addresses of a version to come may occur, such as "[v1.a]".
    """
    literals = ipv6_addresses(zones=zones)
    if future:
        literals |= _future()
    return st.one_of(
        domain_names(),
        domain_names().map(str.upper),
        idna_hosts(),
        ipv4_addresses(),
        literals.map("[{}]".format),
    )
