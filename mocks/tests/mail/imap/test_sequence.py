import pytest

from netmocks.mail.imap.reply import Bad
from netmocks.mail.imap.sequence import SequenceSet, compact


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *((b"1", [1]), (b"2:4", [2, 3, 4]), (b"4:2", [2, 3, 4]), (b"*", [9]), (b"*:8", [8, 9])),
        *((b"8:*", [8, 9]), (b"20:*", [9]), (b"*:*", [9]), (b"3,1,2,3", [1, 2, 3])),
        (b"1:4294967295", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_ranges_are_read_in_any_order(text, found):
    numbers = range(1, 10)
    assert [numbers[place] for place in SequenceSet(text).places(numbers)] == found


def test_uids_have_gaps():
    assert SequenceSet(b"2:7,*").places([1, 5, 7, 90]) == [1, 2, 3]
    assert SequenceSet(b"100:*").places([1, 5]) == [1]
    assert SequenceSet(b"1:*").places([]) == []


@pytest.mark.parametrize(
    "text", [b"", b"0", b"1,", b",1", b"1:", b":1", b"1:2:3", b"01", b"-1", b"a", b"1;2", b"*1"]
)
def test_what_is_no_sequence_set_is_refused(text):
    with pytest.raises(Bad, match="is no number or range"):
        SequenceSet(text)


def test_a_number_has_32_bits():
    with pytest.raises(Bad, match="the greatest number is 4294967295"):
        SequenceSet(b"1:4294967296")


@pytest.mark.parametrize(
    ("text", "last", "beyond"),
    [
        *((b"1:3", 3, None), (b"1:4", 3, 4), (b"*", 3, None), (b"7:*", 3, 7), (b"1:*", 0, None)),
        *((b"1", 0, 1), (b"*", 0, None), (b"1,*", 0, 1)),
    ],
)
def test_a_number_that_no_message_has_is_found(text, last, beyond):
    assert SequenceSet(text).beyond(last) == beyond


def test_many_ranges_of_all_cost_no_more_than_one():
    # Each of them walked by itself would be a thousand million numbers.
    assert len(SequenceSet(b",".join([b"1:*"] * 10_000)).places(range(1, 100_001))) == 100_000


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([], b""), ([1], b"1"), ([1, 2, 3], b"1:3"), ([1, 3, 4, 9], b"1,3:4,9")],
)
def test_numbers_are_told_as_ranges(numbers, text):
    assert compact(numbers) == text
