import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks import PeerError
from netmocks.dns.framing import Frames, framed


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=8), st.integers(1, 50))
def test_messages_come_out_however_the_stream_is_cut(messages, size):
    stream = b"".join(map(framed, messages))
    frames = Frames()
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert [message for piece in pieces for message in frames.feed(piece)] == messages
    assert frames.is_between


def test_an_incomplete_message_waits():
    frames = Frames()
    assert list(frames.feed(b"\x00\x05hell")) == []
    assert not frames.is_between


def test_a_message_of_no_bytes_breaks_the_protocol():
    with pytest.raises(PeerError):
        list(Frames().feed(b"\x00\x00"))
