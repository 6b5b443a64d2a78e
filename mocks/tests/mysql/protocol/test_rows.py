"""Rows: values as text and as binary."""

import pytest

from netmocks.mysql.protocol.rows import binary_encoder, binary_row, text_encoder, text_row
from netmocks.mysql.type import Type

TEXTS = {
    ("bigint", -5): b"-5",
    ("varchar", "é"): "é".encode(),
    ("blob", b"\x00\xff"): b"\x00\xff",
    ("double", 1.0): b"1",
    ("double", 0.1): b"0.1",
    ("double", 1e300): b"1e300",
    ("double", 1.5e-7): b"1.5e-7",
    ("double", 3): b"3",
    ("float", 0.1): b"0.1",
    ("decimal", "1.50"): b"1.50",
}


@pytest.mark.parametrize(("name", "value"), TEXTS)
def test_a_value_is_written_as_mysql_writes_it(name, value):
    assert text_encoder(Type(name))(value) == TEXTS[name, value]


BINARIES = {
    ("tinyint", -1): b"\xff",
    ("smallint", 258): b"\x02\x01",
    ("int", -2): b"\xfe\xff\xff\xff",
    ("bigint", 1): b"\x01" + bytes(7),
    ("double", 1.0): b"\x00\x00\x00\x00\x00\x00\xf0\x3f",
    ("varchar", "ab"): b"\x02ab",
    ("date", "2020-01-02"): b"\x04\xe4\x07\x01\x02",
    ("datetime", "2020-01-02 00:00:00"): b"\x04\xe4\x07\x01\x02",
    ("datetime", "2020-01-02 03:04:05"): b"\x07\xe4\x07\x01\x02\x03\x04\x05",
    ("datetime", "2020-01-02 03:04:05.000006"): b"\x0b\xe4\x07\x01\x02\x03\x04\x05\x06\0\0\0",
    ("time", "00:00:00"): b"\x00",
    ("time", "-30:00:01"): b"\x08\x01\x01\x00\x00\x00\x06\x00\x01",
}


@pytest.mark.parametrize(("name", "value"), BINARIES)
def test_a_value_is_encoded_as_its_type_asks(name, value):
    assert binary_encoder(Type(name))(value) == BINARIES[name, value]


def test_null_has_its_own_sign_in_text_and_a_bit_in_binary():
    kinds = [Type("int")] * 9
    values = [None, *range(7), None]

    assert text_row([None, 1], [text_encoder(kind) for kind in kinds[:2]]) == b"\xfb\x011"
    row = binary_row(values, [binary_encoder(kind) for kind in kinds])
    assert row[:3] == b"\x00\x04\x04"
    assert len(row) == 1 + 2 + 7 * 4
