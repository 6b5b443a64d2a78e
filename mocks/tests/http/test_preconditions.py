import pytest

from netmocks.http.preconditions import Tag, Validators, http_date, seconds, tags

THEN = 1_000_000_000
BEFORE, EXACTLY, AFTER = (http_date(THEN + delta) for delta in (-1, 0, 1))
OWN, OTHER = '"own"', '"other"'


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ('"a"', [Tag("a", False)]),
        ('W/"a", "b c,d" , W/"" ', [Tag("a", True), Tag("b c,d", False), Tag("", True)]),
        ("a, W/b", [Tag("a", False), Tag("b", True)]),
        ("*", [Tag("*", False)]),
        ("", []),
        (",,", []),
        ('"a', [Tag("a", False)]),
        ('"a" "b"', [Tag("b", False)]),
    ],
)
def test_entity_tags_are_read_as_far_as_they_make_sense(field, found):
    assert tags(field) == found


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Sun, 09 Sep 2001 01:46:40 GMT", THEN),
        ("Sunday, 09-Sep-01 01:46:40 GMT", THEN),
        ("", None),
        ("yesterday", None),
        ("Sun, 09 Sep 20010 01:46:40 GMT", None),
        ("Sun, 99 Sep 2001 01:46:40 GMT", None),
        ("0" * 5000, None),
        ("Sun, 09 Sep 2001 01:46:40 +99999999", None),
        (None, None),
    ],
)
def test_a_date_that_can_not_be_read_is_none(date, moment):
    assert seconds(date) == moment


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, None),
        # one by one
        ({"If-Match": OWN}, None),
        ({"If-Match": "*"}, None),
        ({"If-Match": f"{OTHER}, {OWN}"}, None),
        ({"If-Match": OTHER}, 412),
        ({"If-Match": f"W/{OWN}"}, 412),
        ({"If-Match": ""}, 412),
        ({"If-None-Match": OTHER}, None),
        ({"If-None-Match": OWN}, 304),
        ({"If-None-Match": f"W/{OWN}"}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-Unmodified-Since": BEFORE}, 412),
        ({"If-Unmodified-Since": EXACTLY}, None),
        ({"If-Unmodified-Since": "nonsense"}, None),
        ({"If-Modified-Since": BEFORE}, None),
        ({"If-Modified-Since": EXACTLY}, 304),
        ({"If-Modified-Since": AFTER}, 304),
        ({"If-Modified-Since": "nonsense"}, None),
        # what comes first
        ({"If-Match": OWN, "If-Unmodified-Since": BEFORE}, None),
        ({"If-Match": OTHER, "If-None-Match": OWN}, 412),
        ({"If-Match": OWN, "If-None-Match": OWN}, 304),
        ({"If-Unmodified-Since": BEFORE, "If-None-Match": OWN}, 412),
        ({"If-None-Match": OTHER, "If-Modified-Since": EXACTLY}, None),
        ({"If-None-Match": OWN, "If-Modified-Since": BEFORE}, 304),
    ],
)
def test_preconditions_are_held_in_their_order(request_of, fields, status):
    assert Validators(OWN, THEN).objection(request_of(headers=fields)) == status


@pytest.mark.parametrize("field", ["If-Modified-Since", "If-Unmodified-Since"])
def test_who_knows_no_date_ignores_dates(request_of, field):
    assert Validators(OWN).objection(request_of(headers={field: EXACTLY})) is None


@pytest.mark.parametrize("field", [f"W/{OWN}", OWN])
def test_an_own_tag_that_is_weak_matches_weakly_alone(request_of, field):
    own = Validators(f"W/{OWN}")
    assert own.objection(request_of(headers={"If-None-Match": field})) == 304
    assert own.objection(request_of(headers={"If-Match": field})) == 412


@pytest.mark.parametrize(
    ("field", "allowed"),
    [
        (OWN, True),
        (OTHER, False),
        (f"W/{OWN}", False),
        (EXACTLY, True),
        (BEFORE, False),
        (AFTER, False),
        ("nonsense", False),
        ("", False),
    ],
)
def test_a_range_is_for_those_who_have_the_rest(request_of, field, allowed):
    request = request_of(headers={"If-Range": field})
    assert Validators(OWN, THEN).allow_range(request) is allowed


def test_a_range_without_condition_is_allowed(request_of):
    assert Validators(OWN).allow_range(request_of())
