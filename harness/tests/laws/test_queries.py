"""Queries: `urlencode`, `parse_qsl` and `parse_qs`, with all their options."""

from urllib.parse import parse_qs, parse_qsl, quote, urlencode

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from netharness.strategies import form_bodies, queries, query_pairs

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LISTS = st.dictionaries(TEXTS, st.lists(TEXTS, min_size=1, max_size=3), max_size=4)
ENCODINGS = ("latin-1", "gbk", "gb18030", "shift_jis", "utf-16", "koi8-r", "utf-7")


def grouped(pairs):
    """Pairs as a dict of lists."""
    lists = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


@pytest.mark.law("Pairs come back: `parse_qsl(urlencode(pairs), keep_blank_values=True) == pairs`.")
@given(query_pairs())
@example([("a&b", "c=d"), ("", ""), ("a&b", "1 + 1 = 100%")])
@example([("名", "值\r\n\0")])
def test_pairs_come_back(pairs):
    """In order, repeats and blanks too; strict parsing has nothing to complain of."""
    query = urlencode(pairs)
    assert query.isascii()
    assert parse_qsl(query, keep_blank_values=True) == pairs
    assert parse_qsl(query, keep_blank_values=True, strict_parsing=True) == pairs


@pytest.mark.law(
    "A dict of lists comes back: `parse_qs(urlencode(lists, doseq=True), …) == lists`."
)
@given(LISTS)
@example({"a": ["", "b"]})
def test_a_dict_of_lists_comes_back(lists):
    assert parse_qs(urlencode(lists, doseq=True), keep_blank_values=True) == lists


@pytest.mark.law("The dict of lists and the list of pairs say the same.")
@given(queries(), st.booleans())
@example("a=1&b=2&a=3&c", True)
def test_lists_and_pairs_agree(query, blanks):
    """`parse_qs` has what `parse_qsl` has, name by name, in order, whatever the query."""
    assert parse_qs(query, blanks) == grouped(parse_qsl(query, blanks))


@pytest.mark.law("What was encoded once stays: a query of pairs is a query of its pairs.")
@given(queries())
def test_what_was_encoded_stays(query):
    """Escapes that are no UTF-8 are told apart by `errors="surrogateescape"`."""

    def again(text):
        pairs = parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
        return urlencode(pairs, errors="surrogateescape")

    assert again(again(query)) == again(query)


@pytest.mark.law("Blanks change nothing on the way, whether by `quote` or by `quote_plus`.")
@given(query_pairs())
def test_either_way_of_quoting_comes_back(pairs):
    assert parse_qsl(urlencode(pairs, quote_via=quote), keep_blank_values=True) == pairs


@pytest.mark.law("Pairs come back in any encoding that can say them.")
@given(query_pairs(), st.sampled_from(ENCODINGS))
@example([("名", "值")], "gbk")
def test_pairs_come_back_in_any_encoding(pairs, encoding):
    try:
        assume(all(t.encode(encoding).decode(encoding) == t for pair in pairs for t in pair))
    except UnicodeError:
        assume(False)
    query = urlencode(pairs, encoding=encoding)
    assert parse_qsl(query, keep_blank_values=True, encoding=encoding) == pairs


@pytest.mark.law("Another separator does what `&` does.")
@given(query_pairs(), st.sampled_from([";", ",", "&&", "|"]))
def test_another_separator_does_the_same(pairs, separator):
    """`urlencode` writes no other, but no other occurs in what it writes."""
    query = urlencode(pairs).replace("&", separator)
    assert parse_qsl(query, keep_blank_values=True, separator=separator) == pairs


@pytest.mark.law("`max_num_fields` refuses a query of more pairs, and no other.")
@given(query_pairs(), st.integers(1, 6))
def test_more_fields_than_allowed_are_refused(pairs, most):
    query = urlencode(pairs)
    if len(pairs) > most:
        with pytest.raises(ValueError, match="Max number of fields exceeded"):
            parse_qsl(query, keep_blank_values=True, max_num_fields=most)
    else:
        assert parse_qsl(query, keep_blank_values=True, max_num_fields=most) == pairs


@pytest.mark.law("A form's body says its pairs.")
@given(form_bodies())
def test_the_body_of_a_form_says_its_pairs(form):
    assert urlencode(form.pairs).encode() == form.body
    assert parse_qsl(form.body.decode(), keep_blank_values=True) == form.pairs


@pytest.mark.exception("A blank value is dropped unless it is asked for", "parse_qsl('a=&b') → []")
@given(query_pairs())
@example([("a", ""), ("b", "c")])
def test_a_blank_value_is_dropped(pairs):
    assert parse_qsl(urlencode(pairs)) == [(name, value) for name, value in pairs if value]


@pytest.mark.exception("A name without `=` has a blank value", "parse_qsl('a', True) → [('a', '')]")
@given(st.text("abc", min_size=1))
def test_a_name_alone_has_a_blank_value(name):
    assert parse_qsl(name, keep_blank_values=True) == [(name, "")]
    with pytest.raises(ValueError, match="bad query field"):
        parse_qsl(name, strict_parsing=True)


@pytest.mark.exception(
    "Nothing between two separators is dropped", "parse_qsl('a=1&&b=2&') → two pairs"
)
@given(query_pairs(), st.integers(0), st.integers(1, 3))
@example([("a", "1"), ("b", "2")], 1, 1)
def test_nothing_between_separators_is_dropped(pairs, place, more):
    fields = urlencode(pairs).split("&") if pairs else []
    place %= len(fields) + 1
    query = "&".join([*fields[:place], *[""] * more, *fields[place:]])
    assert parse_qsl(query, keep_blank_values=True) == pairs


@pytest.mark.exception(
    "Yet it counts as a field", "parse_qsl('a=1&&b=2', max_num_fields=2) → ValueError"
)
def test_nothing_between_separators_counts():
    with pytest.raises(ValueError, match="Max number of fields exceeded"):
        parse_qsl("a=1&&b=2", max_num_fields=2)


@pytest.mark.exception("An empty list says nothing", "urlencode({'a': []}, doseq=True) → ''")
@given(LISTS)
@example({"a": ["b"]})
def test_an_empty_list_says_nothing(lists):
    emptied = {**{f"{name}!": [] for name in lists}, **lists}
    assume(len(emptied) == 2 * len(lists))
    assert urlencode(emptied, doseq=True) == urlencode(lists, doseq=True)


@pytest.mark.exception("Without `doseq`, a list is its text", "urlencode({'a': [1]}) → 'a=%5B1%5D'")
@given(st.lists(st.integers(), max_size=3))
def test_without_doseq_a_list_is_its_text(numbers):
    assert parse_qsl(urlencode({"a": numbers})) == [("a", str(numbers))]


@pytest.mark.exception("What is no text becomes its text", "urlencode({'a': None}) → 'a=None'")
@given(st.none() | st.booleans() | st.integers() | st.floats())
@example(None)
def test_what_is_no_text_becomes_its_text(value):
    assert parse_qsl(urlencode({"a": value})) == [("a", str(value))]


@pytest.mark.exception(
    "Escapes that are no UTF-8 are replaced", "parse_qsl('a=%FF') → [('a', '\ufffd')]"
)
@given(st.sampled_from(["strict", "ignore", "replace", "surrogateescape"]))
def test_what_is_no_utf_8_follows_errors(errors):
    """Unless `errors` says otherwise."""
    expected = b"\xff".decode("utf-8", errors) if errors != "strict" else None
    if expected is None:
        with pytest.raises(UnicodeDecodeError):
            parse_qsl("a=%FF", errors=errors)
    else:
        assert parse_qsl("a=%FF", True, errors=errors) == [("a", expected)]
        assert parse_qsl("a=%FF", True) == [("a", "\ufffd")]


@pytest.mark.exception(
    "Lone surrogates can't be encoded", r"urlencode({'a': '\ud800'}) → UnicodeEncodeError"
)
@given(st.characters(categories=["Cs"]))
@example("\ud800")
def test_lone_surrogates_can_t_be_encoded(character):
    with pytest.raises(UnicodeEncodeError):
        urlencode({"a": character})


@pytest.mark.exception(
    "A name that a dict has twice keeps its last value", "{'a': 1, 'a': 2} → 'a=2'"
)
@given(query_pairs())
@example([("a", "1"), ("a", "2")])
def test_a_dict_keeps_the_last_value(pairs):
    assert parse_qsl(urlencode(dict(pairs)), keep_blank_values=True) == list(dict(pairs).items())
