import pytest

from netmocks.mail.imap.reply import Bad
from netmocks.mail.imap.selection import Selection
from netmocks.mail.imap.sequence import SequenceSet


@pytest.fixture
def inbox(account):
    for number in range(1, 4):
        account.add(b"%d" % number)
    return account.inbox


@pytest.fixture
def select(inbox):
    """Select the inbox; what is selected listens no more in the end."""
    made = []

    def select(*, read_only=False, wake=lambda: None):
        made.append(Selection(inbox, read_only=read_only, wake=wake))
        return made[-1]

    yield select
    for selection in made:
        selection.end()
    assert inbox._listeners == []


def _news(selection, *, may_expunge=True):
    return [reply.text.decode() for reply in selection.news(may_expunge=may_expunge)]


def test_what_happens_is_told_once(select, inbox):
    selection = select()
    inbox.set_flags(inbox[2], ["\\Seen"])
    inbox.expunge([inbox[0]])
    inbox.add(b"4")
    assert _news(selection) == [
        "1 EXPUNGE",
        "3 EXISTS",
        "3 RECENT",
        "2 FETCH (UID 3 FLAGS (\\Seen \\Recent))",
    ]
    assert _news(selection) == []
    assert selection.uids == [2, 3, 4]


def test_messages_keep_their_numbers_until_they_may_lose_them(select, inbox):
    selection = select()
    inbox.expunge([inbox[0], inbox[1]])
    inbox.add(b"4")
    assert _news(selection, may_expunge=False) == ["4 EXISTS", "4 RECENT"]
    assert [message.content for message in selection.messages] == [b"1", b"2", b"3", b"4"]
    assert _news(selection) == ["1 EXPUNGE", "1 EXPUNGE"]
    assert [message.content for message in selection.messages] == [b"3", b"4"]


def test_what_came_and_went_is_never_told(select, inbox):
    selection = select()
    inbox.expunge([inbox.add(b"4")])
    assert _news(selection) == []
    assert selection.uids == [1, 2, 3]


def test_flags_that_change_twice_are_told_as_they_are(select, inbox):
    selection = select()
    inbox.set_flags(inbox[0], ["\\Seen"])
    inbox.set_flags(inbox[0], ["\\Draft"])
    assert _news(selection) == ["1 FETCH (UID 1 FLAGS (\\Draft \\Recent))"]


def test_a_session_is_not_told_of_flags_that_it_changed_itself(select, inbox):
    one, other = select(), select()
    assert one.set_flags(inbox[0], ["\\Seen"])
    assert not one.set_flags(inbox[0], ["\\Seen"])
    assert _news(one) == []
    assert _news(other) == ["1 FETCH (UID 1 FLAGS (\\Seen))"]


def test_a_session_is_told_of_others_changes_even_where_it_made_one_itself(select, inbox):
    selection = select()
    inbox.set_flags(inbox[0], ["\\Draft"])
    selection.set_flags(inbox[0], ["\\Draft", "\\Seen"])
    assert _news(selection) == ["1 FETCH (UID 1 FLAGS (\\Draft \\Seen \\Recent))"]


def test_messages_are_recent_in_the_first_session_that_is_told_of_them(select, inbox):
    looking, first, second = select(read_only=True), select(), select()
    assert (looking.recent, first.recent, second.recent) == (3, 3, 0)
    inbox.add(b"4")
    assert _news(second) == ["4 EXISTS", "1 RECENT"]
    assert _news(first) == ["4 EXISTS", "3 RECENT"]
    assert second.flags_of(inbox[3]) == b"(\\Recent)"
    assert first.flags_of(inbox[3]) == b"()"
    inbox.expunge([inbox[3]])
    assert _news(second) == ["4 EXPUNGE"]
    assert second.recent == 0


def test_messages_are_chosen_by_number_or_by_uid(select, inbox):
    inbox.expunge([inbox[0]])
    selection = select()
    by_number = selection.chosen(SequenceSet(b"2:*"), by_uid=False)
    by_uid = selection.chosen(SequenceSet(b"1,3"), by_uid=True)
    assert by_number == by_uid == [(2, inbox[1])]
    with pytest.raises(Bad, match="there is no message 3, there are 2"):
        selection.chosen(SequenceSet(b"3"), by_uid=False)


def test_each_change_wakes(select, inbox):
    woken = []
    selection = select(wake=lambda: woken.append(True))
    inbox.add(b"4")
    inbox.set_flags(inbox[0], ["\\Seen"])
    inbox.set_flags(inbox[0], ["\\Seen"])  # which changes nothing
    assert len(woken) == 2
    selection.end()
    inbox.clear()
    assert len(woken) == 2


def test_a_message_that_is_read_piece_by_piece_is_taken_apart_once(select, inbox):
    selection = select()
    entity = selection.entity(inbox[0])
    assert selection.entity(inbox[0]) is entity
    assert selection.entity(inbox[1]).content == b"2"
    assert selection.entity(inbox[0]).content == b"1"
