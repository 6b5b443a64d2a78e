import pytest

from netmocks import MisuseError
from netmocks.dns import EMPTY, NXDOMAIN, REFUSED, SERVFAIL, SILENCE, Answer, late, records


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"ttl": -1}, "ttl=-1: it is a number of seconds"),
        ({"ttl": "60"}, "ttl='60'"),
        ({"ttl": 2**31}, "RFC 2181"),
        ({"rcode": "NXDOMAINE"}, "rcode='NXDOMAINE': there is no such response code"),
        ({"rcode": 3}, "rcode=3"),
        ({"answer": "www A"}, "answer=, line 1: 'www A'"),
        ({"authority": "a. A 192.0.2.1\nb. A b"}, "authority=, line 2: 'b. A b'"),
        ({"additional": b"www"}, "additional= is text, not b'www'"),
    ],
)
def test_what_can_not_be_said_is_refused_at_once(options, said):
    with pytest.raises(MisuseError) as caught:
        Answer(**options)
    assert said in str(caught.value)


def test_values_are_text():
    with pytest.raises(MisuseError, match="1 is no record data"):
        Answer(1)


@pytest.mark.parametrize(
    ("answer", "rcode"),
    [(NXDOMAIN, "NXDOMAIN"), (SERVFAIL, "SERVFAIL"), (REFUSED, "REFUSED"), (EMPTY, "NOERROR")],
)
def test_the_ready_answers_have_a_code_and_no_record(answer, rcode):
    content = answer.content(records.name_of("www.example.com"), records.type_of("A"))
    assert content.rcode.name == rcode
    assert not content.answer + content.authority + content.additional


def test_a_fault_leaves_the_answer_it_was_made_of_alone():
    struck = late(2, NXDOMAIN)
    assert [fault.name for fault in struck.faults] == ["late by 2 s"]
    assert NXDOMAIN.faults == ()


def test_an_answer_shows_what_it_is():
    assert repr(Answer("192.0.2.1", "192.0.2.2")) == "<Answer 192.0.2.1, 192.0.2.2>"
    assert repr(NXDOMAIN) == "<Answer NXDOMAIN>"
    assert repr(SILENCE) == "<Answer NOERROR, no answer>"
    assert repr(late(0.5)) == "<Answer the zones, late by 0.5 s>"
