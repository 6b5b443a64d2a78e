"""Pairs are text of any kind, and bodies of forms what a parser that others wrote reads so."""

import yarl
from hypothesis import given

from netharness.strategies import form_bodies, query_pairs


@given(query_pairs())
def test_pairs_are_text_that_utf_8_can_say(pairs):
    assert all(text.encode() or text == "" for pair in pairs for text in pair)


@given(query_pairs(blanks=False))
def test_pairs_without_blanks_have_none(pairs):
    assert all(name and value for name, value in pairs)


@given(form_bodies())
def test_the_body_of_a_form_says_its_pairs(form):
    query = yarl.URL.build(query_string=form.body.decode("ascii"), encoded=True).query
    assert list(query.items()) == form.pairs


def test_pairs_shrink_to_what_it_takes(smallest):
    assert smallest(query_pairs()) == []
    assert smallest(query_pairs(), lambda pairs: pairs) == [("a", "")]
    assert smallest(query_pairs(), lambda pairs: len(dict(pairs)) < len(pairs)) == [
        ("a", ""),
        ("a", ""),
    ]
    assert smallest(query_pairs(), lambda pairs: any("&" in v for _, v in pairs)) == [("a", "&")]
