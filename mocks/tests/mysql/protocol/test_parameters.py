"""Parameters: what clients bind to prepared statements."""

import pytest

from netmocks.errors import PeerError
from netmocks.mysql.protocol.parameters import execution

HEAD = (7).to_bytes(4, "little") + b"\0" + (1).to_bytes(4, "little")

VALUES = {
    (1, 0, b"\xff"): -1,
    (1, 0x80, b"\xff"): 255,
    (8, 0, b"\xfe" + b"\xff" * 7): -2,
    (4, 0, b"\0\0\xc0\x3f"): 1.5,
    (5, 0, b"\0\0\0\0\0\0\xf8\x3f"): 1.5,
    (253, 0, b"\x02\xc3\xa9"): "é",
    (253, 0, b"\x01\xff"): b"\xff",
    (252, 0, b"\x01a"): b"a",
    (246, 0, b"\x041.50"): "1.50",
    (6, 0, b""): None,
    (10, 0, b"\x04\xe4\x07\x01\x02"): "2020-01-02",
    (12, 0, b"\x04\xe4\x07\x01\x02"): "2020-01-02 00:00:00",
    (12, 0, b"\x07\xe4\x07\x01\x02\x03\x04\x05"): "2020-01-02 03:04:05",
    (7, 0, b"\x0b\xe4\x07\x01\x02\x03\x04\x05\x06\0\0\0"): "2020-01-02 03:04:05.000006",
    (11, 0, b"\x00"): "00:00:00",
    (11, 0, b"\x08\x01\x01\0\0\0\x06\x00\x01"): "-30:00:01",
}


@pytest.mark.parametrize(("kind", "flags", "data"), VALUES)
def test_a_parameter_is_read_by_its_type(kind, flags, data):
    payload = HEAD + b"\0\x01" + bytes((kind, flags)) + data

    found = execution(payload, 1, [], {})

    assert (found.statement, found.parameters) == (7, [VALUES[kind, flags, data]])


def test_types_are_remembered_and_long_data_come_before():
    first = execution(HEAD + b"\x02\x01\xfd\0\xfd\0\x01a", 2, [], {})
    again = execution(HEAD + b"\x00\x00\x01b", 2, first.types, {1: b"long"})

    assert first.parameters == ["a", None]
    assert again.parameters == ["b", "long"]


@pytest.mark.parametrize(
    "rest", [b"", b"\0", b"\0\x01\xfd", b"\0\x01\xfd\0\x05ab", b"\0\x01\x77\0\x01a", b"\0\0\x01a"]
)
def test_what_is_cut_short_or_unknown_is_the_peers_error(rest):
    with pytest.raises(PeerError):
        execution(HEAD + rest, 1, [], {})
