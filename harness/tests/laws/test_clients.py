"""Clients: what they send is what `HTTPMock` sees, and what httpbin's `/anything` echoes.

urllib, http.client, requests, httpx, aiohttp and curl, over real sockets, to one running mock.
"""

import json
import re
from urllib.parse import unquote, urlencode

import pytest
import requests as requests_library
from hypothesis import assume, example, given
from hypothesis import strategies as st

from netharness.strategies import header_fields, paths, queries, query_pairs
from netmocks.http import HTTPMock

TARGETS = paths(min_size=1) | st.builds("{}?{}".format, paths(min_size=1), queries())
NAMES = ("urllib", "http.client", "requests", "httpx", "aiohttp")
each_client = pytest.mark.parametrize("name", NAMES)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abé", max_size=3), inner),
    max_leaves=8,
)


def has_dots(target):
    """Whether a segment of the path is dots, which clients take out (RFC 3986 §6.2.2.3)."""
    path = target.partition("?")[0].replace("%2E", ".").replace("%2e", ".")
    return bool({".", ".."} & set(path.split("/")))


@pytest.mark.law("A target arrives: path and query, decoded, are those of the URL.")
@each_client
@given(target=TARGETS)
@example(target="/a%2Fb?c=%26&d=+")
@example(target="//a/;b=c@d:e?f?/g")
def test_a_target_arrives(web, clients, name, target):
    """With all clients, for all targets without dots as segments."""
    assume(not has_dots(target))
    with web.on("GET") as rule:
        clients[name]("GET", target)
    (seen,) = rule.calls
    path, _, query = target.partition("?")
    assert seen.path == unquote(path)
    assert unquote(seen.query_string) == unquote(query)


@pytest.mark.law("urllib, http.client and httpx send a target as it stands.")
@pytest.mark.parametrize("name", ["urllib", "http.client", "httpx"])
@given(target=TARGETS)
@example(target="/%7e%2f?%41")
def test_a_target_is_sent_as_it_stands(web, clients, name, target):
    """requests and aiohttp normalise escapes; httpx takes out dots, as curl does."""
    assume(name != "httpx" or not has_dots(target))
    with web.on("GET") as rule:
        clients[name]("GET", target)
    assert rule.calls[0].target == target


@pytest.mark.law("curl sends a target as it stands, dots too if told `--path-as-is`.")
@given(targets=st.lists(TARGETS, min_size=1, max_size=30))
def test_curl_sends_targets_as_they_stand(web, curl, targets):
    with web.on("GET") as rule:
        curl(targets, "--path-as-is")
    assert [seen.target for seen in rule.calls] == targets


@pytest.mark.law("Pairs of a query arrive, in order, repeats and blanks too.")
@pytest.mark.parametrize("name", ["urllib", "http.client", "requests", "httpx", "aiohttp"])
@given(pairs=query_pairs())
@example(pairs=[("a&b", "c=d"), ("a&b", "+ %"), ("é", "")])
def test_pairs_of_a_query_arrive(web, clients, name, pairs):
    with web.on("GET", "/q") as rule:
        clients[name]("GET", f"/q?{urlencode(pairs)}" if pairs else "/q")
    assert list(rule.calls[0].query.raw) == pairs


@pytest.mark.law("Pairs of a form arrive, in order, repeats and blanks too.")
@each_client
@given(pairs=query_pairs())
@example(pairs=[("a&b", "c=d"), ("a&b", "+ %"), ("é", "\r\n")])
def test_pairs_of_a_form_arrive(web, clients, name, pairs):
    fields = [("Content-Type", "application/x-www-form-urlencoded")]
    body = urlencode(pairs).encode()
    with web.on("POST", "/form") as rule:
        clients[name]("POST", "/form", fields, body)
    assert list(rule.calls[0].form.raw) == pairs
    assert rule.calls[0].body == body


@pytest.mark.law("JSON arrives, and means the same.")
@each_client
@given(value=JSON)
@example(value={"é": [1, None, "\U0001f600"]})
def test_json_arrives(web, clients, name, value):
    with web.on("POST", "/json") as rule:
        clients[name](
            "POST", "/json", [("Content-Type", "application/json")], json.dumps(value).encode()
        )
    assert rule.calls[0].json() == value


@pytest.mark.law(
    "Pairs that a client encodes itself arrive in order: `params=`, and `data=` of a form."
)
@pytest.mark.parametrize("name", ["requests", "aiohttp"])
@given(pairs=query_pairs(), form=query_pairs())
@example(pairs=[("a", "1"), ("b", "+ %;é"), ("a", "")], form=[("é", "&=\r\n"), ("é", "")])
def test_pairs_that_a_client_encodes_itself_arrive(web, encoders, name, pairs, form):
    """requests and aiohttp, which may refuse controls in names; httpx has an order of its own."""
    assume(not any(re.search(r"[\x00-\x1f\x7f]", field) for field, _ in form))
    with web.on("POST", "/q") as rule:
        encoders[name]("/q", params=pairs, data=form)
    (seen,) = rule.calls
    assert list(seen.query.raw) == pairs
    assert list(seen.form.raw) == form


@pytest.mark.exception(
    "httpx brings pairs of one name together",
    "params=[('a', '1'), ('b', '2'), ('a', '3')] → ?a=1&a=3&b=2",
)
@given(pairs=query_pairs())
@example(pairs=[("a", "1"), ("b", "2"), ("a", "3")])
def test_httpx_brings_pairs_of_one_name_together(web, encoders, pairs):
    names = list(dict(pairs))
    with web.on("POST", "/q") as rule:
        form = {name: [text for other, text in pairs if other == name] for name in names}
        encoders["httpx"]("/q", params=pairs, data=form)
    together = sorted(pairs, key=lambda pair: names.index(pair[0]))
    assert list(rule.calls[0].query.raw) == together
    assert list(rule.calls[0].form.raw) == together


@pytest.mark.law("JSON that a client encodes itself means the same: `json=`.")
@pytest.mark.parametrize("name", ["requests", "httpx", "aiohttp"])
@given(value=JSON.filter(lambda value: value is not None))
@example(value={"é": [1, None, "\U0001f600"]})
@example(value=[])
def test_json_that_a_client_encodes_itself_arrives(web, encoders, name, value):
    with web.on("POST", "/json", headers={"Content-Type": "application/json"}) as rule:
        encoders[name]("/json", json=value)
    assert rule.calls[0].json() == value


@pytest.mark.exception("Clients take `json=None` for no content", "json=None → b''")
@pytest.mark.parametrize("name", ["requests", "httpx", "aiohttp"])
def test_clients_take_json_none_for_no_content(web, encoders, name):
    with web.on("POST", "/json") as rule:
        encoders[name]("/json", json=None)
    assert rule.calls[0].body == b""


@pytest.mark.law("Fields arrive: each name with its value.")
@each_client
@given(fields=header_fields(unique=True))
@example(fields=[("X-Empty", ""), ("X-Word", "a\tb, c")])
def test_fields_arrive(web, clients, name, fields):
    with web.on("GET", "/fields") as rule:
        clients[name]("GET", "/fields", fields)
    seen = rule.calls[0].headers
    assert {field.lower(): value for field, value in fields}.items() <= {
        field.lower(): value for field, value in seen.raw
    }.items()


@pytest.fixture(scope="module")
def httpbin():
    """A mock that answers as httpbin does."""
    with HTTPMock() as mock:
        mock.httpbin()
        yield mock


@pytest.mark.law("httpbin's `/anything` echoes what it was sent: pairs, form, JSON.")
@given(pairs=query_pairs(), form=query_pairs(), value=JSON)
def test_anything_is_echoed(httpbin, pairs, form, value):
    """Names that occur once have their value, others the list of theirs."""

    def flat(given_pairs):
        lists = {}
        for name, text in given_pairs:
            lists.setdefault(name, []).append(text)
        return {name: texts[0] if len(texts) == 1 else texts for name, texts in lists.items()}

    with requests_library.Session() as session:
        session.trust_env = False
        url = f"{httpbin.url('/anything')}?{urlencode(pairs)}"
        fields = {"Content-Type": "application/x-www-form-urlencoded"}
        echoed = session.post(url, data=urlencode(form), headers=fields).json()
        assert (echoed["args"], echoed["form"]) == (flat(pairs), flat(form))
        assert session.post(url, json=value).json()["json"] == value


@pytest.mark.exception(
    "requests and aiohttp write escapes in capitals, and unreserved characters without",
    "/%7e%2f → /~%2F",
)
@pytest.mark.parametrize("name", ["requests", "aiohttp"])
def test_some_clients_normalise_escapes(web, clients, name):
    with web.on("GET") as rule:
        clients[name]("GET", "/%7e%2f?%41")
    assert rule.calls[0].target == "/~%2F?A"


@pytest.mark.exception("requests, httpx, aiohttp and curl take out dots", "/a/../b → /b")
def test_some_clients_take_out_dots(web, clients, curl):
    with web.on("GET", "/b") as rule:
        for name in ("requests", "httpx", "aiohttp"):
            clients[name]("GET", "/a/../b")
        curl(["/a/../b"])
    assert rule.count == 4


@pytest.mark.exception("requests and aiohttp drop an empty query", "/? → /")
@pytest.mark.parametrize("name", ["requests", "aiohttp"])
def test_some_clients_drop_an_empty_query(web, clients, name):
    with web.on("GET") as rule:
        clients[name]("GET", "/?")
    assert rule.calls[0].target == "/"


@pytest.mark.exception("http.client sends a fragment", "/#a → /#a")
def test_one_client_sends_fragments(web, clients):
    with web.on("GET") as rule:
        for name in NAMES:
            clients[name]("GET", "/#a")
    assert [seen.target for seen in rule.calls] == ["/", "/#a", "/", "/", "/"]
