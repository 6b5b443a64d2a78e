import pytest

from netmocks import MisuseError
from netmocks.udp import Datagram, echo, ignore
from netmocks.udp.behaviours import each


def test_echo_answers_what_came_and_ignore_nothing():
    datagram = Datagram(b"hello", ("127.0.0.1", 9))
    assert list(each(echo(datagram))) == [b"hello"]
    assert list(each(ignore(datagram))) == []


@pytest.mark.parametrize(
    ("answers", "sent"),
    [
        (None, []),
        (b"", [b""]),
        (b"one", [b"one"]),
        (bytearray(b"one"), [b"one"]),
        (memoryview(b"one"), [b"one"]),
        ([], []),
        ([b"one", bytearray(b"two")], [b"one", b"two"]),
        ((data for data in (b"one", b"two")), [b"one", b"two"]),
    ],
)
def test_one_answer_several_or_none(answers, sent):
    assert list(each(answers)) == sent


@pytest.mark.parametrize("answers", ["text", 7, [b"one", "two"], [7], {"a": 1}])
def test_what_is_not_of_bytes_is_refused_with_the_line_to_write(answers):
    with pytest.raises(MisuseError, match=r"a datagram is of bytes: b'\.\.\.' or 'text'.encode"):
        list(each(answers))
