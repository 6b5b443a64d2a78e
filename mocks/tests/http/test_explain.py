import re

import pytest

from netmocks.http import HTTPMock, when


@pytest.fixture
def web():
    """A mock that does not run: explanations need no wire."""
    return HTTPMock(name="shop", spelling="web")


@pytest.fixture
def explained(web, request_of):
    """The explanation for a request, as the client gets it."""

    def ask(*arguments, **request):
        answer = web.answer(request_of(*arguments, **request))
        assert answer.status == 501
        (finding,) = web.findings.all
        web.findings.clear()
        assert (finding.kind, finding.culprit) == ("unmatched", "shop")
        assert answer.body.decode() == finding.text + "\n"
        return finding.text

    return ask


def test_a_mock_without_rules_shows_the_line_to_write(explained):
    assert explained("GET", "/a?q=1", {"Host": "example.com"}) == (
        "GET http://example.com/a?q=1 matches no rule of shop.\n"
        "It has no rules yet.\n"
        "To answer it, write:\n"
        "    web.on('GET', '/a', query={'q': '1'}).reply(\"...\")"
    )


def test_the_nearest_rule_is_shown_field_by_field(web, explained):
    web.on("POST", "/elsewhere")
    web.on("POST", "/a", query={"q": "1", "page": None}, headers={"Accept": re.compile("^text")})
    web.on("GET", "/b")
    assert explained("GET", "/a?q=2", {"Host": "example.com", "Accept": "text/html"}) == (
        "GET http://example.com/a?q=2 matches no rule of shop.\n"
        "The nearest of its 3 rules is web.on('POST', '/a', query=…, headers=…):\n"
        "    field          expected  received\n"
        "  = path           /a        /a\n"
        "  ≠ method         POST      GET\n"
        "  ≠ query q        1         2\n"
        "  = query page     (absent)  (absent)\n"
        "  = header Accept  /^text/   text/html\n"
        "To answer it, write:\n"
        "    web.on('GET', '/a', query={'q': '2'}).reply(\"...\")"
    )


def test_a_rule_for_the_path_is_nearer_than_one_that_fits_otherwise(web, explained):
    web.on("POST", "/a", headers={"X": "1", "Y": "2", "Z": "3"})
    web.on("GET", "/b")
    assert "The nearest of its 2 rules is web.on('POST', '/a'" in explained("GET", "/a")


def test_among_rules_for_the_path_the_one_with_the_most_that_fits_is_nearer(web, explained):
    web.on("GET", "/a", query={"p": "1", "q": "1", "r": "1"})
    web.on("GET", "/a", query={"p": "9", "q": "9", "r": "9"})
    text = explained("GET", "/a?p=1&q=1&r=2")
    assert re.search(r"= query q +1 +1\n", text)
    assert re.search(r"≠ query r +1 +2\n", text)


def test_a_rule_that_has_answered_as_often_as_it_should_says_so(web, explained, request_of):
    web.on("GET", "/a", times=1)
    web.answer(request_of(target="/a"))
    assert re.search(r"≠ times +1 +already answered 1\n", explained("GET", "/a"))


@pytest.mark.parametrize(
    ("conditions", "row"),
    [
        ({"body": "abc"}, "≠ body 'abc' 'xyz'"),
        ({"body": b"abc"}, "≠ body b'abc' b'xyz'"),
        ({"body": re.compile("abc")}, "≠ body /'abc'/ 'xyz'"),
        ({"body": bytes.isdigit}, "≠ body isdigit b'xyz'"),
        ({"json": {"b": 1, "a": 2}}, '≠ json {"b": 1, "a": 2} xyz'),
        ({"query": [("q", "1")]}, "≠ query [('q', '1')] []"),
        ({"query": "q=1"}, "≠ query q=1"),
        ({"query": {"q": ["1", "2"]}}, "≠ query q ['1', '2'] []"),
        ({"headers": {"X": str.isdigit}}, "≠ header X isdigit (absent)"),
    ],
)
def test_each_kind_of_condition_shows_what_it_expected_and_received(
    web, explained, conditions, row
):
    web.on("*", "/a", **conditions)
    shown = [" ".join(line.split()) for line in explained("PUT", "/a", body="xyz").splitlines()]
    assert row in shown


def test_the_function_of_a_rule_for_other_requests_may_fail_on_this_one(web, explained):
    web.on("POST", "/json", where=lambda request: request.json()["a"] == 1)
    text = explained("GET", "/")
    assert "≠ where" in text
    assert "To answer it" in text


def test_a_value_is_shown_in_one_line_that_is_not_too_long(web, explained):
    web.on("POST", "/a", json={"a": 1})
    text = explained("POST", "/a", body='{\n"a":\t"' + "x" * 1000 + '\x1b"}')
    (row,) = [line for line in text.splitlines() if line.startswith("  ≠ json")]
    assert r'{\n"a":\t"xxx' in row
    assert row.endswith("…")
    assert len(row) < 100


def test_conditions_that_were_combined_are_shown_one_below_the_other(web, explained):
    either = when(form={"id": "7"}) | (when(json={"id": 7}) & ~when(headers={"X": None}))
    web.on("POST", "/a", where=either & ~when(query={"q": "1"}))
    text = explained("POST", "/a?q=1", {"Host": "example.com"}, body='{"id": 8}')
    assert (
        "    field             expected  received\n"
        "  = path              /a        /a\n"
        "  = method            POST      POST\n"
        "  ≠ any of\n"
        "  ≠   form id         7         (absent)\n"
        "  ≠   all of\n"
        "  ≠     json.id       7         8\n"
        "  ≠     not header X  (absent)  (absent)\n"
        "  ≠ not query q       1         1\n"
        "To answer it"
    ) in text


def test_conditions_that_were_negated_together_are_shown_below_their_heading(web, explained):
    web.on("GET", "/a", where=~(when(query={"q": "1"}) | when(query={"p": "1"})))
    rows = [" ".join(row.split()) for row in explained("GET", "/a?q=1").splitlines()]
    start = rows.index("≠ not")
    assert rows[start : start + 4] == ["≠ not", "= any of", "= query q 1 1", "≠ query p 1 (absent)"]


def test_json_is_shown_where_it_differs_and_not_where_it_does_not(web, explained):
    web.on("POST", "/a", json={"user": {"name": "Sam", "age": 9}, "tags": ["a", "b"]})
    text = explained("POST", "/a", body='{"user": {"name": "Tom", "age": 9}, "tags": ["a"]}')
    rows = [" ".join(row.split()) for row in text.splitlines()]
    assert '≠ json.user.name "Sam" "Tom"' in rows
    assert '≠ json.tags[1] "b" (absent)' in rows
    assert "age" not in text.partition("To answer it")[0]


def test_json_that_is_nested_too_deeply_does_not_hinder(web, explained):
    web.on("POST", "/a", json={"a": 1})
    texts = [
        explained("POST", "/a", body="[" * depth + "]" * depth)
        # What can just be read, but not be written any more, depends on Python's version.
        for depth in (*range(800, 1000), 10_000, 100_000)
    ]
    assert all("≠ json" in text for text in texts)


def test_of_many_differences_the_first_are_shown(web, explained):
    web.on("POST", "/a", json=list(range(20)))
    text = explained("POST", "/a", body="[]")
    assert text.count("≠ json[") == 8
    assert "… and 12 more differences" in text


def test_a_form_that_cannot_be_read_says_what_is_wrong_with_it(web, explained):
    web.on("POST", "/a", files={"cat": "cat.png"})
    text = explained(
        "POST", "/a", {"Content-Type": "multipart/form-data; boundary=B"}, body="--B\r\n"
    )
    assert re.search(r"≠ file cat +cat\.png +multipart: part 1 has no end", text)


def test_what_rules_captured_that_do_not_match_is_forgotten(web, explained, request_of):
    web.on("GET", "/{name}", headers={"X": "1"})
    request = request_of(target="/a")
    web.answer(request)
    web.findings.clear()
    assert request.params == {}
