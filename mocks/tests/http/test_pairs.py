import pytest

from netmocks.http.pairs import Fields, Pairs

PAIRS = Pairs([("tag", "a"), ("page", "2"), ("tag", "b")])


def test_a_name_that_repeats_reads_as_its_first_value():
    assert PAIRS["tag"] == "a"


def test_every_value_of_a_name_is_kept_in_order():
    assert PAIRS.all("tag") == ["a", "b"]
    assert PAIRS.all("absent") == []


def test_the_pairs_are_kept_as_they_came():
    assert PAIRS.raw == (("tag", "a"), ("page", "2"), ("tag", "b"))


def test_as_a_mapping_they_have_each_name_once():
    assert list(PAIRS) == ["tag", "page"]
    assert dict(PAIRS) == {"tag": "a", "page": "2"}
    assert len(PAIRS) == 2


def test_an_absent_name_is_a_key_error_and_get_has_a_default():
    with pytest.raises(KeyError, match="absent"):
        PAIRS["absent"]
    assert PAIRS.get("absent", "x") == "x"
    assert "absent" not in PAIRS
    assert 5 not in PAIRS


def test_they_equal_a_dict_of_their_first_values_and_other_pairs_with_all_values():
    assert PAIRS == {"tag": "a", "page": "2"}
    assert Pairs([("page", "2"), ("tag", "a"), ("tag", "b")]) == PAIRS
    assert Pairs([("tag", "a"), ("page", "2")]) != PAIRS


def test_they_have_no_hash_as_they_equal_dicts():
    with pytest.raises(TypeError, match="unhashable"):
        hash(PAIRS)


def test_their_repr_shows_every_pair():
    assert repr(Pairs([("a", "1"), ("a", "2")])) == "Pairs([('a', '1'), ('a', '2')])"


def test_the_names_of_fields_have_no_letter_case():
    fields = Fields([("Content-Type", "text/html")])
    assert fields["content-type"] == fields["CONTENT-TYPE"] == "text/html"
    assert "Content-type" in fields
    assert fields.raw == (("Content-Type", "text/html"),)


def test_fields_that_repeat_read_as_one_list():
    fields = Fields([("Accept", "text/html"), ("accept", "text/plain")])
    assert fields["Accept"] == "text/html, text/plain"
    assert fields.all("ACCEPT") == ["text/html", "text/plain"]
