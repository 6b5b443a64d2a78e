"""Messages with descriptors, between processes."""

import os
import socket

import pytest

from netharness.children import control


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_message_arrives_with_its_descriptors(pair):
    ours, theirs = pair
    read, write = os.pipe()
    control.send(ours, ("start", 1, ["echo"], {"A": "b"}), [write])
    os.close(write)

    message, [received] = control.receive(theirs)

    assert message == ("start", 1, ["echo"], {"A": "b"})
    assert not os.get_inheritable(received)
    os.write(received, b"through")
    os.close(received)
    assert os.read(read, 100) == b"through"
    os.close(read)


def test_messages_do_not_run_into_each_other(pair):
    ours, theirs = pair
    for number in range(3):
        control.send(ours, number)
    assert [control.receive(theirs) for _ in range(3)] == [(0, []), (1, []), (2, [])]


def test_a_message_larger_than_a_buffer_arrives(pair, in_thread):
    ours, theirs = pair
    in_thread(control.send, ours, "x" * 3_000_000)
    assert control.receive(theirs) == ("x" * 3_000_000, [])


@pytest.mark.parametrize("sent", [b"", b"\0\0", b"\0\0\0\x05ab"])
def test_an_end_within_a_message_is_an_end(pair, sent):
    ours, theirs = pair
    ours.sendall(sent)
    ours.close()
    with pytest.raises(EOFError):
        control.receive(theirs)


def test_events_are_taken_as_they_are_whole():
    read, write = os.pipe()
    for event in ((1, 0), ("opened", "tcp", "10.1.1.1", 80)):
        control.tell(write, event)
    data = os.read(read, 100)
    os.close(read)
    os.close(write)
    buffer = bytearray()
    taken = []
    for byte in data:
        buffer.append(byte)
        taken += control.events(buffer)
    assert taken == [(1, 0), ("opened", "tcp", "10.1.1.1", 80)]
    assert not buffer
