"""Records: names, types and record data, from the text that people write (RFC 1035 §5)."""

import difflib
import functools
import re

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.tokenizer
import dns.transaction
import dns.zonefile

from netmocks.errors import MisuseError

#: Seconds that a record lives unless it is told otherwise.
TTL = 60

#: The types of addresses, which clients ask for in one breath.
ADDRESSES = ("A", "AAAA")

#: Bytes that one string of a TXT record holds (RFC 1035 §3.3).
STRING = 255

#: Data as it may look, for the lines that messages propose.
SAMPLES = {
    "A": "192.0.2.1",
    "AAAA": "2001:db8::1",
    "CAA": '0 issue "ca.example.com"',
    "CNAME": "www.example.com",
    "MX": "10 mail.example.com",
    "NS": "ns.example.com",
    "PTR": "www.example.com",
    "SOA": "ns.example.com admin.example.com 1 3600 600 86400 60",
    "SRV": "0 5 5060 sip.example.com",
    "TXT": "v=spf1 -all",
}


def name_of(text: str) -> dns.name.Name:
    """Return a domain name; that of the root is ".".

    Raises:
        MisuseError: no domain can have that name.
    """
    if not isinstance(text, str) or text in ("", "@"):
        raise MisuseError(f"{text!r} is no domain name: write it out, such as 'www.example.com'")
    try:
        return dns.name.from_text(text)
    except dns.exception.DNSException as error:
        raise MisuseError(f"{text!r} is no domain name: {error}") from None


def text_of(name: dns.name.Name) -> str:
    """Show a name as people write it: in lower case, without the final dot."""
    return name.canonicalize().to_text(omit_final_dot=True)


@functools.lru_cache
def type_of(text: str) -> dns.rdatatype.RdataType:
    """Return a record type: its mnemonic, or TYPE and a number (RFC 3597 §5).

    Raises:
        MisuseError: there is no such type.
    """
    try:
        return dns.rdatatype.from_text(text)
    except (dns.exception.DNSException, ValueError, TypeError, AttributeError):
        known = [kind.name for kind in dns.rdatatype.RdataType]
        close = difflib.get_close_matches(str(text).upper(), known, n=1)
        raise MisuseError(
            f"{text!r} is no record type{f', did you mean {close[0]!r}?' if close else ''};"
            " one without a name is written by its number, 'TYPE65280'"
        ) from None


def data_of(kind: dns.rdatatype.RdataType, text: str) -> dns.rdata.Rdata:
    """Return the data of a record, from zone text in which every name is absolute.

    The text of a TXT record needs no quotes.

    Raises:
        MisuseError: it is no data of that type.
    """
    shown = dns.rdatatype.to_text(kind)
    if not isinstance(text, str):
        raise MisuseError(f"{text!r} is no data of a record {shown}: it is text, as in a zone")
    if dns.rdatatype.is_metatype(kind):
        raise MisuseError(
            f"no record has the type {shown}, which only questions have: answer such a question"
            " with Answer(answer='www.example.com. 60 IN A 192.0.2.1')"
        )
    written = _quoted(text) if kind == dns.rdatatype.TXT and '"' not in text else text
    try:
        return dns.rdata.from_text(dns.rdataclass.IN, kind, written, dns.name.root, False)
    except (dns.exception.DNSException, ValueError) as error:
        sample = SAMPLES.get(shown)
        like = f", such as {sample!r}" if sample else ""
        raise MisuseError(f"{text!r} is no data of a record {shown}{like}: {error}") from None


def _quoted(text: str) -> str:
    """Write one text as the strings of a TXT record; a long one takes several."""
    data = text.encode()
    pieces = [data[start : start + STRING] for start in range(0, len(data), STRING)] or [b""]
    return " ".join(f'"{_escaped(piece)}"' for piece in pieces)


def _escaped(piece: bytes) -> str:
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}" for byte in piece
    )


def read(text: str, origin: dns.name.Name, *, what: str) -> list[dns.rrset.RRset]:
    """Read zone text (RFC 1035 §5.1), with $ORIGIN, $TTL and $GENERATE, without $INCLUDE.

    Arguments:
        text: the records, one a line.
        origin: what relative names are relative to, and where every name has to lie.
        what: how messages call the text.

    Raises:
        MisuseError: it is no such text; the message says in which line.
    """
    if not isinstance(text, str):
        raise MisuseError(f"{what} is text, not {text!r}")
    tokens = _Tokens(text)
    manager = dns.zonefile.RRSetsReaderManager(origin)
    try:
        with manager.writer(True) as transaction:
            reader = dns.zonefile.Reader(tokens, dns.rdataclass.IN, transaction, default_ttl=TTL)
            # From a smaller zone it would leave others' names out in silence.
            reader.zone_origin = dns.name.root
            transaction.check_put_rdataset(_must_be_within)
            reader.read()
    except (dns.exception.DNSException, ValueError) as error:
        shown = text.splitlines()[tokens.line - 1].strip()
        why = re.sub(r"^<text>:\d+: ", "", str(error))
        raise MisuseError(f"{what}, line {tokens.line}: {shown!r}: {why}") from None
    return list(manager.rrsets)


def _must_be_within(
    transaction: dns.transaction.Transaction, name: dns.name.Name, rdataset: object
) -> None:
    origin, _, _ = transaction.manager.origin_information()
    assert origin is not None
    if not name.is_subdomain(origin):
        raise dns.exception.SyntaxError(f"{text_of(name)} is not in {text_of(origin)}")


class _Tokens(dns.tokenizer.Tokenizer):
    """Knows the line in which the record that is being read begins."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "<text>")
        self.line = 1

    def get(self, want_leading: bool = False, want_comment: bool = False) -> dns.tokenizer.Token:
        if want_leading and want_comment:  # so the reader asks at the beginning of a line only
            self.line = self.where()[1]
        return super().get(want_leading, want_comment)
