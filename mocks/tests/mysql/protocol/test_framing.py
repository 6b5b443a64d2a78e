"""Framing: packets of any size, in pieces of any size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks.errors import PeerError
from netmocks.mysql.protocol.framing import MOST, OversizeError, PacketReader, PacketWriter


@given(st.lists(st.binary(max_size=50), max_size=5), st.integers(1, 20))
def test_packets_arrive_whole_however_their_bytes_come(payloads, size):
    writer, reader, found = PacketWriter(), PacketReader(), []
    data = b"".join(map(writer.frame, payloads))
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])
        while (payload := reader.next()) is not None:
            found.append(payload)

    assert found == payloads
    assert reader.is_empty
    assert reader.expected == writer.number


@pytest.mark.parametrize("size", [MOST - 1, MOST, MOST + 1, 2 * MOST])
def test_a_large_packet_is_cut_and_put_together(size):
    writer, reader = PacketWriter(), PacketReader()
    data = writer.frame(b"x" * size)
    reader.feed(data)

    assert len(data) == size + 4 * (size // MOST + 1)
    payload = reader.next()
    assert payload is not None
    assert len(payload) == size
    assert writer.number == size // MOST + 1


def test_a_packet_beyond_the_limit_is_refused_before_it_has_come():
    reader = PacketReader(limit=10)
    reader.feed(b"\x0b\x00\x00\x00")

    with pytest.raises(OversizeError, match="larger than 10 bytes"):
        reader.next()


def test_a_sequence_number_that_is_not_next_is_refused():
    reader = PacketReader()
    reader.feed(b"\x01\x00\x00\x03x")

    with pytest.raises(PeerError, match="sequence number 3, not 0"):
        reader.next()


def test_sequence_numbers_begin_again_after_255():
    writer = PacketWriter()
    numbers = [writer.frame(b"")[3] for _ in range(258)]

    assert numbers[254:] == [254, 255, 0, 1]
