import dns.name
import dns.rdatatype
import pytest

from netmocks import MisuseError
from netmocks.dns import records

EXAMPLE = dns.name.from_text("example.com.")


@pytest.mark.parametrize("kind", records.SAMPLES)
def test_every_sample_is_data_of_its_type(kind):
    assert records.data_of(records.type_of(kind), records.SAMPLES[kind]).rdtype.name == kind


def test_a_name_is_known_in_every_spelling():
    for text in ("www.example.com", "WWW.Example.COM.", "bücher.example"):
        name = records.name_of(text)
        assert name.is_absolute()
    assert records.text_of(records.name_of("WWW.Example.COM.")) == "www.example.com"
    assert records.text_of(records.name_of("bücher.example")) == "xn--bcher-kva.example"


@pytest.mark.parametrize("text", ["a..b", "x" * 64, ".".join(["abc"] * 90), "", "@", None, 7])
def test_what_no_domain_can_be_called_is_refused(text):
    with pytest.raises(MisuseError, match="is no domain name"):
        records.name_of(text)


def test_a_type_is_named_or_numbered():
    assert records.type_of("mx") == dns.rdatatype.MX
    assert records.type_of("TYPE65280") == 65280


@pytest.mark.parametrize(
    ("text", "said"),
    [("AAA", "did you mean 'AAAA'"), ("", "TYPE65280"), ("TYPE65536", "TYPE"), (None, "no record")],
)
def test_an_unknown_type_is_refused_with_the_nearest(text, said):
    with pytest.raises(MisuseError, match="is no record type") as caught:
        records.type_of(text)
    assert said in str(caught.value)


def test_an_unknown_type_takes_generic_data():
    assert records.data_of(records.type_of("TYPE65280"), r"\# 2 0a0b").to_wire() == b"\n\x0b"


@pytest.mark.parametrize("text", ["v=spf1 -all", "", "x" * 600, "back\\slash; (semi)", "grüße"])
def test_the_text_of_a_txt_record_needs_no_quotes(text):
    data = records.data_of(dns.rdatatype.TXT, text)
    assert b"".join(data.strings) == text.encode()
    assert all(len(string) <= records.STRING for string in data.strings)


def test_a_quoted_txt_record_is_read_as_written():
    data = records.data_of(dns.rdatatype.TXT, '"one" "two"')
    assert data.strings == (b"one", b"two")


def test_data_of_another_type_is_refused_with_a_sample():
    with pytest.raises(MisuseError) as caught:
        records.data_of(dns.rdatatype.A, "banana")
    assert str(caught.value).startswith("'banana' is no data of a record A, such as '192.0.2.1': ")


def test_what_only_questions_have_is_no_type_of_a_record():
    with pytest.raises(MisuseError, match="which only questions have"):
        records.data_of(dns.rdatatype.ANY, "192.0.2.1")


# -- zone text ------------------------------------------------------------------------------------


def test_zone_text_is_read_with_its_directives():
    found = records.read(
        "$TTL 5\n@ IN SOA ns admin 1 2 3 4 5\nwww A 192.0.2.1\n  A 192.0.2.2 ; second\n"
        "$ORIGIN sub.example.com.\nhost 9 AAAA 2001:db8::1\n$GENERATE 1-2 n$ A 192.0.2.$\n",
        EXAMPLE,
        what="the zone",
    )
    assert {(records.text_of(r.name), r.rdtype.name, r.ttl, len(r)) for r in found} == {
        ("example.com", "SOA", 5, 1),
        ("www.example.com", "A", 5, 2),
        ("host.sub.example.com", "AAAA", 9, 1),
        ("n1.sub.example.com", "A", 5, 1),
        ("n2.sub.example.com", "A", 5, 1),
    }


WRONG = {
    "www A banana": "malformed",
    "www FOO 192.0.2.1": "unknown rdatatype 'FOO'",
    "www.example.org. A 192.0.2.1": "www.example.org is not in example.com",
    "first CNAME other": "CNAME",
    "a..b A 192.0.2.1": "label is empty",
    "www CH A 192.0.2.1": "class",
    "www MX ten mail": "expecting an integer",
    'www TXT "never closed': "",
    "www A ( 192.0.2": "malformed",
    "$INCLUDE /etc/hosts": "not allowed",
    "$TTL soon": "TTL",
    "$ORIGIN": "",
    "www": "",
    "www A": "",
    "@ SOA ns admin": "",
}


@pytest.mark.parametrize("line", WRONG)
@pytest.mark.parametrize("end", ["\n", "", "\nlast A 192.0.2.9\n"])
def test_an_error_names_the_line(line, end):
    text = f"first A 192.0.2.1\n\n; a comment\nsecond A ( 192.0.2.2\n ; inside\n )\n{line}{end}"
    with pytest.raises(MisuseError) as caught:
        records.read(text, EXAMPLE, what="the zone example.com")
    assert str(caught.value).startswith(f"the zone example.com, line 7: {line!r}: ")
    assert WRONG[line] in str(caught.value)


def test_text_that_is_none_is_refused():
    with pytest.raises(MisuseError, match="the zone is text, not b'www'"):
        records.read(b"www", EXAMPLE, what="the zone")
