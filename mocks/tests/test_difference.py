from hypothesis import given, settings
from hypothesis import strategies as st

from netmocks.difference import BEGINNING, beginning_of, of_bytes

#: Bytes that repr writes in every way it has: as they are, escaped, quoted.
TEXT = st.lists(st.sampled_from([*b"ab \"'\\\n\x00\xff"]), max_size=120).map(bytes)


def test_the_mark_stands_under_the_first_byte_that_differs():
    assert of_bytes(b"HELO example.com", b"HELP example.com").splitlines() == [
        "  expected  b'HELO example.com'",
        "  received  b'HELP example.com'",
        "                 ^ byte 3",
    ]


def test_what_is_far_from_the_difference_is_left_out():
    same = b"." * 100
    expected, received, mark = of_bytes(same + b"A" + same, same + b"B" + same).splitlines()
    assert expected == f"  expected  … b'{'.' * 32}A{'.' * 31}' …"
    assert received == f"  received  … b'{'.' * 32}B{'.' * 31}' …"
    assert mark == " " * expected.index("A") + "^ byte 100"


def test_where_one_is_the_beginning_of_the_other_the_lengths_tell():
    assert of_bytes(b"QUIT\r\n", b"QUIT").splitlines() == [
        "  expected  b'QUIT\\r\\n'",
        "  received  b'QUIT'",
        "                  ^ byte 4: 6 bytes expected, 4 received",
    ]
    assert of_bytes(b"", b"x").endswith("^ byte 0: 0 bytes expected, 1 received")


@settings(derandomize=True, deadline=None)  # the same examples always, and nothing kept on disk
@given(TEXT, TEXT)
def test_both_lines_are_alike_up_to_the_mark_and_part_there(one, other):
    if one == other:
        other += b"!"
    expected, received, mark = of_bytes(one, other).splitlines()
    column = mark.index("^")
    assert expected[12:column] == received[12:column]
    assert expected[column:] != received[column:]
    place = int(mark.split()[2].rstrip(":"))
    assert one[:place] == other[:place]
    assert one[place : place + 1] != other[place : place + 1]


def test_a_beginning_tells_how_much_there_is():
    assert beginning_of(b"short\r\n") == "b'short\\r\\n'"
    assert beginning_of(b"x" * BEGINNING) == f"b'{'x' * BEGINNING}'"
    assert beginning_of(b"x" * 100_000) == f"b'{'x' * BEGINNING}' … (100000 bytes)"
