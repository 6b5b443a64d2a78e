import tracemalloc

import pytest

from netmocks.mail.imap.reader import (
    LITERALS_LIMIT,
    TEXT_LIMIT,
    Announcement,
    CommandReader,
    RawCommand,
)

TEN_GB = 10 * 1024**3


@pytest.fixture
def reader():
    return CommandReader(100)


def _commands(reader, data=b""):
    reader.feed(data)
    found = []
    while (read := reader.command()) is not None:
        found.append(read)
    return found


def test_commands_are_cut_at_line_ends(reader):
    assert _commands(reader, b"a NOOP\r\nb LOGOUT\r\nc") == [
        RawCommand(b"a NOOP\r\n"),
        RawCommand(b"b LOGOUT\r\n"),
    ]
    assert reader.is_within
    assert _commands(reader, b" NOOP\r\n") == [RawCommand(b"c NOOP\r\n")]
    assert not reader.is_within


def test_a_literal_is_announced_and_then_taken_whatever_it_holds(reader):
    assert _commands(reader, b"a LOGIN {4}\r\n") == [Announcement(4)]
    assert _commands(reader, b"\r\n{9") == []
    [announced, command] = _commands(reader, b" {1}\r\nx\r\n")
    assert announced == Announcement(1)
    assert command == RawCommand(b"a LOGIN {4}\r\n {1}\r\n\r\n", (b"\r\n{9", b"x"))


def test_literals_that_wait_for_nothing_are_taken_at_once(reader):
    [command] = _commands(reader, b"a LOGIN {2+}\r\nme {6+}\r\nsecret\r\n")
    assert command == RawCommand(b"a LOGIN {2+}\r\n {6+}\r\n\r\n", (b"me", b"secret"))


def test_an_empty_literal_is_one(reader):
    assert _commands(reader, b"a X {0}\r\n\r\n") == [
        Announcement(0),
        RawCommand(b"a X {0}\r\n\r\n", (b"",)),
    ]


def test_a_literal_that_is_too_big_is_refused_before_it_is_sent(reader):
    [command] = _commands(reader, b"a APPEND x {%d}\r\n" % TEN_GB)
    assert str(command.refusal).startswith(f"[TOOBIG] a literal of {TEN_GB} bytes")
    assert command.tag == b"a"
    assert _commands(reader, b"b NOOP\r\n") == [RawCommand(b"b NOOP\r\n")]


def test_a_literal_that_comes_all_the_same_is_dropped_not_kept(reader):
    reader.feed(b"a APPEND x {%d+}\r\n" % TEN_GB)
    piece = bytes(1024 * 1024)
    assert reader.command() is None
    tracemalloc.start()
    try:
        for _ in range(20):
            reader.feed(piece)
            assert reader.command() is None
        assert tracemalloc.get_traced_memory()[1] < 3 * len(piece)
    finally:
        tracemalloc.stop()


def test_behind_a_dropped_literal_the_next_command_is_read(reader):
    [refused, following] = _commands(reader, b"a X {101+}\r\n" + b"\n" * 101 + b" y\r\nb NOOP\r\n")
    assert str(refused.refusal).startswith("[TOOBIG]")
    assert refused.literals == ()
    assert following == RawCommand(b"b NOOP\r\n")


def test_all_literals_of_a_command_count_together(reader):
    [refused] = _commands(
        reader, b"a X {60+}\r\n" + b"x" * 60 + b" {60+}\r\n" + b"y" * 60 + b"\r\n"
    )
    assert "a literal of 60 bytes is more than the 100" in str(refused.refusal)


def test_even_empty_literals_can_be_too_many(reader):
    [refused] = _commands(reader, b"a X" + b" {0+}\r\n" * (LITERALS_LIMIT + 1) + b"\r\n")
    assert refused.refusal is not None
    [fine] = _commands(reader, b"a X" + b" {0+}\r\n" * LITERALS_LIMIT + b"\r\n")
    assert fine.refusal is None


def test_where_literals_have_to_wait_those_that_do_not_are_refused(reader):
    reader.takes_unasked = False
    [refused, following] = _commands(reader, b"a X {2+}\r\nme\r\nb NOOP\r\n")
    assert str(refused.refusal) == "a literal waits for the go-ahead"
    assert following == RawCommand(b"b NOOP\r\n")


@pytest.mark.parametrize("line", [b"a NOOP\n", b"a X {2}\n"])
def test_a_line_that_ends_in_lf_alone_is_refused(reader, line):
    [refused] = _commands(reader, line)
    assert str(refused.refusal) == "a line ends with CRLF, not with LF alone"
    assert refused.tag == b"a"


@pytest.mark.parametrize("pieces", [1, 7])
def test_an_endless_line_is_not_kept(reader, pieces):
    for _ in range(pieces):
        assert _commands(reader, b"a " + b"x" * TEXT_LIMIT) == []
        assert len(reader._buffer) <= TEXT_LIMIT + 1
    [refused, following] = _commands(reader, b"\r\nb NOOP\r\n")
    assert str(refused.refusal) == "the command is too long"
    assert refused.tag == b"a"
    assert len(refused.text) <= 200
    assert following == RawCommand(b"b NOOP\r\n")


def test_the_lines_of_a_command_count_together(reader):
    line = b"x" * (TEXT_LIMIT // 2) + b"{0+}\r\n"
    [refused] = _commands(reader, b"a " + line * 3 + b"\r\n")
    assert str(refused.refusal) == "the command is too long"


def test_lines_are_read_where_an_exchange_goes_on(reader):
    reader.feed(b"DO")
    assert reader.line() is None
    reader.feed(b"NE\r\na {3}\r\nx")
    assert reader.line() == b"DONE"
    assert reader.line() == b"a {3}"
    assert reader.line() is None
    reader.forget()
    assert not reader.is_within


def test_a_line_that_is_too_long_does_not_spoil_the_next_command(reader):
    reader.feed(b"x" * TEXT_LIMIT * 2)
    assert reader.line() is None
    reader.feed(b"\r\na NOOP\r\n")
    assert len(reader.line()) <= TEXT_LIMIT + 1
    assert reader.command() == RawCommand(b"a NOOP\r\n")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        *((b"a1 NOOP\r\n", b"a1"), (b"a1\r\n", b"a1"), (b"\r\n", b"*"), (b"+ NOOP\r\n", b"*")),
        *((b"* NOOP\r\n", b"*"), (b"\xff NOOP\r\n", b"*"), (b'"a" NOOP\r\n', b"*")),
    ],
)
def test_a_tag_that_could_not_be_answered_is_told_of_untagged(text, tag):
    assert RawCommand(text).tag == tag
