"""B7: pages behind HTTP Basic and Digest authentication, by urllib."""

import base64
import json
from urllib.error import HTTPError
from urllib.request import HTTPBasicAuthHandler, HTTPDigestAuthHandler

import pytest

BASIC = ("http://httpbin.org/basic-auth/Harry/secret", HTTPBasicAuthHandler)
DIGEST = ("http://httpbin.org/digest-auth/auth/Harry/secret", HTTPDigestAuthHandler)

each_scheme = pytest.mark.parametrize("page", [BASIC, DIGEST], ids=["Basic", "Digest"])


def answers(mock):
    """Return the answers as they went over the wire, in order."""
    return [entry.data for entry in mock.journal if entry.kind == "sent"]


def statuses(mock):
    """Return the status codes of the answers, in order."""
    return [int(answer.split()[1]) for answer in answers(mock)]


def logins(mock):
    """Return what each request said to be let in, None where it said nothing."""
    return [request.headers.get("Authorization") for request in mock.requests]


def error_of(program, **parameters):
    """Run a program that ends in HTTPError; return the status code."""
    try:
        program.run(**parameters)
    except HTTPError as error:
        # Unlike pytest.raises, this lets go of the traceback, and so of the challenge in it, which
        # urllib leaves open. An error of Digest has, in Python 3.11, nothing to close.
        if error.fp is not None:
            error.close()
        return error.code
    raise AssertionError(f"{program.path.name} raised no HTTPError")


@pytest.mark.example("B7")
def test_both_pages_are_read_once_a_challenge_is_met(program, httpbin):
    console = program("protected_resource.py").run()

    assert console.text.count('"authenticated": true') == 2
    assert statuses(httpbin) == [401, 200, 401, 200]
    pages = [BASIC[0], BASIC[0], DIGEST[0], DIGEST[0]]
    assert [request.url for request in httpbin.requests] == pages


@pytest.mark.example("B7")
@each_scheme
def test_the_page_knows_who_reads_it(program, httpbin, page):
    console = program("protected_resource.py").run(pages=[page])

    assert json.loads(console.text) == {"authenticated": True, "user": "Harry"}


@pytest.mark.example("B7")
def test_basic_tells_the_password_once_it_is_challenged(program, httpbin):
    program("protected_resource.py").run(pages=[BASIC])

    challenge, _ = answers(httpbin)
    assert b'\r\nWWW-Authenticate: Basic realm="Fake Realm"\r\n' in challenge
    first, second = logins(httpbin)
    assert first is None
    assert base64.b64decode(second.removeprefix("Basic ")) == b"Harry:secret"


@pytest.mark.example("B7")
def test_digest_proves_to_know_the_password_and_keeps_it(program, httpbin):
    program("protected_resource.py").run(pages=[DIGEST])

    challenge, _ = answers(httpbin)
    assert b'\r\nWWW-Authenticate: Digest realm="netmocks", nonce="' in challenge
    first, second = logins(httpbin)
    assert first is None
    assert second.startswith('Digest username="Harry", realm="netmocks", nonce="')
    assert "secret" not in second.replace('uri="/digest-auth/auth/Harry/secret"', "")


@pytest.mark.example("B7")
@each_scheme
def test_a_wrong_password_ends_in_401(program, httpbin, page):
    ended = error_of(program("protected_resource.py"), pages=[page], password="guess")

    assert ended == 401
    assert set(statuses(httpbin)) == {401}
    first, *later = logins(httpbin)
    assert first is None
    assert later
    assert all(later)


@pytest.mark.example("B7")
@each_scheme
def test_a_password_for_another_realm_is_not_told(program, httpbin, page):
    ended = error_of(program("protected_resource.py"), pages=[page], realm="another")

    assert ended == 401
    assert logins(httpbin) == [None]


@pytest.mark.example("B7")
@pytest.mark.parametrize(
    ("challenge", "handler"),
    [
        ('Basic realm="Fake Realm"', HTTPBasicAuthHandler),
        ('Digest realm="netmocks", nonce="n", qop="auth"', HTTPDigestAuthHandler),
    ],
    ids=["Basic", "Digest"],
)
def test_another_site_is_told_no_password(program, internet, challenge, handler):
    other = internet.http("www.example.com")
    asking = other.on("GET", "/")
    asking.reply("who are you?", status=401, headers={"WWW-Authenticate": challenge})

    pages = [("http://www.example.com/", handler)]
    ended = error_of(program("protected_resource.py"), pages=pages)

    assert ended == 401
    assert logins(other) == [None]
