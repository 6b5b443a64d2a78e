"""What all endpoints have in common."""

import asyncio
import math
import re
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmocks.http import Response
from netmocks.http.httpbin import app, pace
from netmocks.http.httpbin.routes import ROUTES

#: What parameters and fields may have in them: something, or nearly what is meant.
TEXTS = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"])),
    st.sampled_from(["0", "1", "-1", "7.5", "1e400", "nan", "9" * 5000, "true", "\r\n", "a,b:c"]),
)

PARAMETERS = st.dictionaries(
    st.sampled_from(
        ["url", "status_code", "seed", "chunk_size", "duration", "numbytes", "code", "X-A", "a"]
    ),
    TEXTS,
)

VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF))

FIELDS = st.fixed_dictionaries(
    {"Host": VALUES},
    optional={
        "Accept": VALUES,
        "Authorization": VALUES.map("Digest {}".format) | VALUES.map("Basic {}".format),
        "Content-Type": st.sampled_from(
            ["multipart/form-data; boundary=B", "application/x-www-form-urlencoded"]
        ),
        "Cookie": VALUES,
        "If-Match": VALUES,
        "Origin": VALUES,
        "Range": VALUES.map("bytes={}".format),
        "X-Forwarded-Proto": VALUES,
    },
)


def test_an_unknown_path_is_named(client):
    answer = client.get("/no%3Cb%3Ething")
    assert answer.status == 404
    assert "Nothing is at /no&lt;b&gt;thing; the list of all there is is at /" in answer.text


def test_a_wrong_method_is_named_with_those_that_would_do(client):
    answer = client.ask("PUT", "/response-headers")
    assert answer.status == 405
    assert answer.all("Allow") == ["GET, POST, HEAD, OPTIONS"]
    assert "/response-headers takes no PUT; it takes GET, POST, HEAD, OPTIONS" in answer.text


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("/redirect/0", "there are no 0 redirects; the least is 1\n"),
        ("/redirect-to", "url is missing: where to redirect to, such as /redirect-to?url=/get\n"),
        ("/delay/soon", "delay='soon' is no number of seconds\n"),
        ("/delay/inf", "delay='inf' is no number of seconds\n"),
        ("/drip?numbytes=-1", "numbytes=-1: a drip has one byte at least\n"),
        ("/bytes/3?seed=s", "seed='s' is no whole number\n"),
        ("/status/700,99", "99 is no status of a final answer: those are 200 to 999\n"),
        ("/status/200:x", "'200:x' is no status code with a weight, such as 200:3\n"),
        ("/status/200:0", "'200:0': weights are numbers from 0, at least one of them more\n"),
        ("/status/200:nan", "'200:nan': weights are numbers from 0, at least one of them more\n"),
        ("/status/200:2,201:-1", "'200:2,201:-1': weights are numbers from 0, at least"),
        ("/etag/%E2%82%AC", "header ETag: '€' has characters beyond latin-1\n"),
        ("/redirect-to?url=//%C3%A4..b", "redirect='//ä..b' has no host that IDNA can encode: "),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(client, target, text):
    answer = client.get(target)
    assert answer.status == 400
    assert answer.text.startswith(text)
    assert answer.all("Access-Control-Allow-Origin") == ["*"]


def test_a_refusal_of_an_endpoint_that_takes_its_time_is_told_as_well(client):
    answer = client.get("/drip?code=1000")
    assert answer.status == 400
    assert "status=1000" in answer.text


def test_several_slashes_are_merged_by_a_redirect(client):
    answer = client.get("//anything///a%20b?c=//")
    assert answer.status == 308
    assert answer.all("Location") == ["http://example.com/anything/a%20b?c=//"]


def test_a_target_in_absolute_form_is_found(client):
    assert '"url": "http://example.org/get?a=b"' in client.get("http://example.org/get?a=b").text


@pytest.mark.parametrize("target", ["*", "example.com:80"])
def test_a_target_that_is_no_path_is_nowhere(client, target):
    method = "OPTIONS" if target == "*" else "CONNECT"
    assert client.ask(method, target).status == 404


def test_the_index_lists_every_endpoint(client):
    text = client.get("/").text
    for route in ROUTES:
        assert f"<b>{route.path}</b>" in text


def test_head_gives_the_fields_of_get(client):
    get, head = client.get("/json"), client.ask("HEAD", "/json")
    assert head.fields == get.fields
    assert not head.body


def test_a_preflight_allows_what_is_asked_for(client):
    answer = client.ask(
        "OPTIONS", "/post", "Origin: http://a.example", "Access-Control-Request-Headers: X-A"
    )
    assert answer.all("Access-Control-Allow-Origin") == ["http://a.example"]
    assert answer.all("Access-Control-Allow-Headers") == ["X-A"]
    assert "PATCH" in answer.all("Access-Control-Allow-Methods")[0]


@pytest.fixture
def no_sleep(monkeypatch):
    """Let endpoints that take their time take none."""

    async def sleep(seconds):
        assert 0 <= seconds < math.inf

    monkeypatch.setattr(pace, "asyncio", SimpleNamespace(sleep=sleep))


@settings(
    max_examples=500,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # it has no state
)
@given(
    st.sampled_from(ROUTES),
    st.lists(TEXTS.filter(bool), min_size=5, max_size=5),
    PARAMETERS,
    FIELDS,
    st.binary(),
)
def test_whatever_is_asked_for_there_is_an_answer(
    request_of, no_sleep, route, texts, parameters, fields, body
):
    path = re.sub(r"{.*?}", lambda _: quote(texts.pop(), safe=""), route.path)
    request = request_of(route.methods[0], f"{path}?{urlencode(parameters)}", fields, body)
    answer = app.answer(request)
    if not isinstance(answer, Response):
        answer = asyncio.run(answer)
    assert b"\r\n\r\n" not in answer.head(())[:-4]


def test_a_field_that_is_folded_can_not_break_an_answer(client):
    answer = client.get("/get", "Origin: a\r\n X-Evil: b")
    assert not answer.all("X-Evil")
