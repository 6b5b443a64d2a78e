import pytest

from netmocks.mail.pop3.reply import Refused, Reply, done


@pytest.mark.parametrize(
    ("lines", "wire"),
    [
        (None, b""),
        (b"", b".\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b".", b"..\r\n.\r\n"),
        (b".\r\n..\r\n", b"..\r\n...\r\n.\r\n"),
        (b"a\r\n.b\r\n\r\n", b"a\r\n..b\r\n\r\n.\r\n"),
        (b"a\n.\n..\r.\xff\0", b"a\n..\n...\r.\xff\0\r\n.\r\n"),
    ],
)
def test_dots_at_the_beginning_of_lines_are_hidden(lines, wire):
    assert done("text", lines).wire() == b"+OK text\r\n" + wire


def test_a_status_line_stands_alone():
    assert Refused("no").reply.wire() == b"-ERR no\r\n"
    assert Reply("+", "").wire() == b"+ \r\n"
