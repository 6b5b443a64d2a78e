"""Faults that all protocols of mail have."""

import pytest

from netmocks.errors import MisuseError
from netmocks.mail.faults import Garbled


def test_a_line_is_garbled_and_the_others_pass(struck):
    said, told, _ = struck(Garbled(), b"+OK 2 messages\r\n1 10\r\n.\r\n")
    assert said == b"%$#!\r\n1 10\r\n.\r\n"
    assert told == ["b'%$#!' instead of b'+OK 2 messages\\r\\n'"]
    said, _, _ = struck(Garbled(2, b"one ten"), b"+OK 2 messages\r\n1 10\r\n.\r\n")
    assert said == b"+OK 2 messages\r\none ten\r\n.\r\n"


def test_a_line_that_never_comes_is_not_garbled(struck):
    assert struck(Garbled(3), b"250 OK\r\nrest") == (b"250 OK\r\nrest", [], False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((0,), "line=0: the first line is 1"), ((1, b""), "one line"), ((1, b"a\nb"), "one line")],
)
def test_what_is_no_line_is_refused(arguments, message):
    with pytest.raises(MisuseError, match=message):
        Garbled(*arguments)
