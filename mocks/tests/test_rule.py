from types import SimpleNamespace

import pytest

from netmocks import Findings, MisuseError
from netmocks.record import Record
from netmocks.rule import Rule


class Said(Rule):
    """A rule of a protocol in which everything is a word."""

    noun = "word"

    def reply(self, word):
        self._answer_from_now_on(word)
        return self

    def then(self, word):
        self._answer_then(word)
        return self


@pytest.fixture
def mock():
    """A mock that only keeps what was withdrawn."""
    withdrawn = []
    return SimpleNamespace(
        name="words", findings=Findings(), remove=withdrawn.append, withdrawn=withdrawn
    )


@pytest.fixture
def rule(mock):
    return Said(mock, Record(limit=1000), "first", spelling="words.on()")


def test_it_answers_the_first_until_it_is_told(rule):
    assert [rule.next_answer() for _ in range(2)] == ["first"] * 2
    rule.reply("second")
    assert rule.next_answer() == "second"
    assert rule.count == 3
    assert repr(rule) == "<Rule words.on()>"


def test_the_last_answer_of_a_sequence_stays(rule):
    rule.reply("a").then("b")
    assert [rule.next_answer() for _ in range(4)] == ["a", "b", "b", "b"]


def test_a_sequence_can_go_round(rule):
    rule.reply("a").then("b").then("c").cycle()
    assert [rule.next_answer() for _ in range(7)] == list("abcabca")
    with pytest.raises(MisuseError, match=r"cycle\(\) ends a sequence"):
        rule.then("d")
    rule.reply("e")
    assert [rule.next_answer() for _ in range(2)] == ["e", "e"]


def test_it_is_spent_after_its_times(mock):
    rule = Said(mock, Record(limit=1000), "a", times=2, spelling="")
    spent = []
    for _ in range(2):
        spent.append(rule.is_spent)
        rule.next_answer()
    assert [*spent, rule.is_spent] == [False, False, True]


@pytest.mark.parametrize("times", [0, -1, 1.5, "2"])
def test_it_answers_at_least_once(mock, times):
    with pytest.raises(MisuseError, match="a rule answers at least once"):
        Said(mock, Record(limit=1000), "a", times=times, spelling="")


def test_its_block_withdraws_it_and_tells_that_it_was_never_used(mock, rule):
    with rule:
        pass
    assert mock.withdrawn == [rule]
    (finding,) = mock.findings.all
    assert (finding.kind, finding.culprit) == ("unused", "words")
    assert finding.text == (
        "no word came for words.on(); if that is no fault of the code under test, add"
        " required=False"
    )


def test_a_block_that_raised_is_the_news(mock, rule):
    with pytest.raises(ZeroDivisionError), rule:
        raise ZeroDivisionError
    assert mock.withdrawn == [rule]
    assert mock.findings.all == ()


@pytest.mark.parametrize("required", [True, False])
def test_a_used_rule_or_one_that_need_not_be_is_no_finding(mock, required):
    rule = Said(mock, Record(limit=1000), "a", required=required, spelling="")
    if required:
        rule.next_answer()
    rule.report_unused()
    assert mock.findings.all == ()
