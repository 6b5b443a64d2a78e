"""Credentials from clients that nobody here wrote; each has its own idea of the schemes."""

import asyncio
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import aiohttp
import httpx
import pytest
import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

from netmocks.http import Basic, Bearer, Digest, HTTPMock, Nonces, Rule

#: Seconds until a client gives up: it bounds a failure, no test waits for it.
PATIENCE = 5.0

CURL = shutil.which("curl")


class Ask(NamedTuple):
    """What a client is to do: one session, as many requests as there are methods."""

    url: str
    user: str
    password: str
    methods: tuple[str, ...] = ("GET",)
    body: bytes = b""


Client = Callable[[Ask], list[int]]


def _with_requests(auth: Any) -> Client:
    def ask(what: Ask) -> list[int]:
        with requests.Session() as session:
            session.trust_env = False
            session.auth = auth(what.user, what.password)
            return [
                session.request(method, what.url, data=what.body, timeout=PATIENCE).status_code
                for method in what.methods
            ]

    return ask


def _with_httpx(auth: Any) -> Client:
    def ask(what: Ask) -> list[int]:
        credentials = auth(what.user, what.password)
        with httpx.Client(auth=credentials, trust_env=False, timeout=PATIENCE) as client:
            return [
                client.request(method, what.url, content=what.body).status_code
                for method in what.methods
            ]

    return ask


def _with_aiohttp(**auth: Any) -> Client:
    async def ask_all(what: Ask) -> list[int]:
        options: dict[str, Any] = {}
        if "middleware" in auth:
            options["middlewares"] = (auth["middleware"](what.user, what.password),)
        else:
            options["headers"] = {
                "Authorization": aiohttp.encode_basic_auth(what.user, what.password)
            }
        async with aiohttp.ClientSession(**options) as session:
            statuses = []
            for method in what.methods:
                async with session.request(method, what.url, data=what.body or None) as answer:
                    statuses.append(answer.status)
            return statuses

    return lambda what: asyncio.run(ask_all(what))


def _with_urllib(handler: Any) -> Client:
    def ask(what: Ask) -> list[int]:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, what.url, what.user, what.password)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), handler(passwords))
        statuses = []
        for method in what.methods:
            request = urllib.request.Request(what.url, what.body or None, method=method)
            try:
                with opener.open(request, timeout=PATIENCE) as answer:
                    statuses.append(answer.status)
            except urllib.error.HTTPError as error:
                with error:
                    statuses.append(error.code)
        return statuses

    return ask


def _with_curl(scheme: str) -> Client:
    def ask(what: Ask) -> list[int]:
        assert CURL is not None
        command = [CURL, "--silent", "--noproxy", "*", "--max-time", str(PATIENCE), f"--{scheme}"]
        command += ["--user", f"{what.user}:{what.password}", "--output", "/dev/null"]
        command += ["--write-out", "%{http_code} ", "--data-binary", what.body.decode()]
        statuses = []
        for method in what.methods:
            done = subprocess.run(
                [*command, "--request", method, what.url], capture_output=True, check=True
            )
            statuses.append(int(done.stdout))
        return statuses

    return ask


needs_curl = pytest.mark.skipif(CURL is None, reason="curl is not installed")

BASIC = [
    pytest.param(_with_requests(HTTPBasicAuth), id="requests"),
    pytest.param(_with_httpx(httpx.BasicAuth), id="httpx"),
    pytest.param(_with_aiohttp(), id="aiohttp"),
    pytest.param(_with_urllib(urllib.request.HTTPBasicAuthHandler), id="urllib"),
    pytest.param(_with_curl("basic"), id="curl", marks=needs_curl),
]

DIGEST = {
    "requests": pytest.param(_with_requests(HTTPDigestAuth), id="requests"),
    "httpx": pytest.param(_with_httpx(httpx.DigestAuth), id="httpx"),
    "aiohttp": pytest.param(
        _with_aiohttp(
            middleware=lambda user, password: aiohttp.DigestAuthMiddleware(user, password)
        ),
        id="aiohttp",
    ),
    "urllib": pytest.param(_with_urllib(urllib.request.HTTPDigestAuthHandler), id="urllib"),
    "curl": pytest.param(_with_curl("digest"), id="curl", marks=needs_curl),
}


@pytest.fixture
def web() -> Iterator[HTTPMock]:
    with HTTPMock() as mock:
        yield mock


def _guard(web: HTTPMock, auth: Any) -> Rule:
    return web.on(path="/secret", auth=auth).reply("welcome")


@pytest.mark.parametrize("ask", BASIC)
@pytest.mark.parametrize("password", ["secret", "pass:wörd"])
def test_basic_lets_in_with_the_right_password_alone(web, ask, password):
    rule = _guard(web, Basic("sam", password))
    assert ask(Ask(web.url("/secret"), "sam", password)) == [200]
    assert ask(Ask(web.url("/secret"), "sam", "other")) == [401]
    assert rule.count == 1
    assert rule.calls[0].credentials.password == password
    assert rule.refused.count >= 1


@pytest.mark.parametrize("ask", DIGEST.values())
def test_digest_lets_in_with_the_right_password_alone(web, ask):
    rule = _guard(web, Digest("sam", "secret"))
    assert ask(Ask(web.url("/secret?a=b%20c&d"), "sam", "secret")) == [200]
    assert rule.refused.count == 1
    assert ask(Ask(web.url("/secret"), "sam", "other")) == [401]
    assert rule.count == 1
    assert rule.calls[0].credentials.user == "sam"


@pytest.mark.parametrize("ask", [DIGEST[name] for name in ("requests", "httpx", "aiohttp")])
def test_a_session_uses_a_nonce_again_with_the_next_count(web, ask):
    rule = _guard(web, Digest("sam", "secret"))
    methods = ("GET", "POST", "GET")
    assert ask(Ask(web.url("/secret"), "sam", "secret", methods, b"x")) == [200] * 3
    counts = [request.credentials.parameters["nc"] for request in rule.calls]
    assert counts == ["00000001", "00000002", "00000003"]
    assert rule.refused.count == 1


@pytest.mark.parametrize("ask", [DIGEST[name] for name in ("requests", "httpx", "aiohttp")])
def test_a_session_takes_a_new_nonce_when_its_own_is_stale(web, ask):
    rule = _guard(web, Digest("sam", "secret", nonces=Nonces(uses=2)))
    assert ask(Ask(web.url("/secret"), "sam", "secret", ("GET",) * 3)) == [200] * 3
    stale = rule.refused.calls[1]
    assert rule.refused.count == 2
    assert stale.credentials.parameters["nc"] == "00000003"


# urllib knows MD5 alone until Python 3.14.
@pytest.mark.parametrize("ask", [DIGEST[name] for name in ("requests", "httpx", "aiohttp", "curl")])
def test_digest_by_sha_256(web, ask):
    _guard(web, Digest("sam", "secret", algorithm="SHA-256"))
    assert ask(Ask(web.url("/secret"), "sam", "secret")) == [200]
    assert ask(Ask(web.url("/secret"), "sam", "other")) == [401]


@pytest.mark.parametrize("ask", [DIGEST[name] for name in ("curl", "aiohttp", "httpx")])
@pytest.mark.parametrize("algorithm", ["MD5-sess", "SHA-256-sess"])
def test_digest_of_a_session(web, ask, algorithm):
    _guard(web, Digest("sam", "secret", algorithm=algorithm))
    assert ask(Ask(web.url("/secret"), "sam", "secret")) == [200]
    assert ask(Ask(web.url("/secret"), "sam", "other")) == [401]


@pytest.mark.parametrize("ask", [DIGEST["aiohttp"]])
@pytest.mark.parametrize("qop", ["auth-int", "auth, auth-int"])
def test_digest_of_the_content(web, ask, qop):
    rule = _guard(web, Digest("sam", "secret", qop=qop))
    assert ask(Ask(web.url("/secret"), "sam", "secret", ("POST",), b"content")) == [200]
    assert rule.calls[0].credentials.parameters["qop"] in qop


@pytest.mark.parametrize("ask", DIGEST.values())
def test_digest_without_a_quality_as_rfc_2069_had_it(web, ask):
    _guard(web, Digest("sam", "secret", qop=None))
    assert ask(Ask(web.url("/secret"), "sam", "secret")) == [200]
    assert ask(Ask(web.url("/secret"), "sam", "other")) == [401]


# httpx sends names in ASCII only.
@pytest.mark.parametrize("ask", [DIGEST[name] for name in ("requests", "aiohttp", "curl")])
def test_digest_of_a_name_that_is_not_ascii(web, ask):
    rule = _guard(web, Digest("jürgen", "wörd"))
    assert ask(Ask(web.url("/secret"), "jürgen", "wörd")) == [200]
    assert rule.calls[0].credentials.user == "jürgen"


def test_a_bearer_is_let_in_and_is_told_of_a_token_that_is_none(web):
    rule = _guard(web, Bearer("t0ken"))
    url = web.url("/secret")
    assert httpx.get(url, headers={"Authorization": "Bearer t0ken"}, trust_env=False).is_success
    refused = httpx.get(url, headers={"Authorization": "Bearer other"}, trust_env=False)
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="netmocks", error="invalid_token"'
    assert (rule.count, rule.refused.count) == (1, 1)


@needs_curl
def test_a_client_chooses_the_strongest_scheme_of_a_place_that_takes_several(web):
    basic = web.on(path="/secret", auth=Basic("sam", "secret"), required=False)
    digest = _guard(web, Digest("sam", "secret"))
    assert _with_curl("anyauth")(Ask(web.url("/secret"), "sam", "secret")) == [200]
    assert (basic.count, digest.count) == (0, 1)


@pytest.mark.parametrize("ask", DIGEST.values())
def test_each_user_of_a_place_gets_an_answer_of_its_own(web, ask):
    nonces = Nonces()
    sam = _guard(web, Digest("sam", "secret", nonces=nonces))
    tom = _guard(web, Digest("tom", "secret", nonces=nonces))
    for user in ("sam", "tom"):
        assert ask(Ask(web.url("/secret"), user, "secret")) == [200]
    assert (sam.count, tom.count) == (1, 1)
