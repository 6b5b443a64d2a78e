from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks.http import Credentials


def basic(octets):
    return "Basic " + b64encode(octets).decode()


@pytest.mark.parametrize(
    ("field", "user", "password"),
    [
        (basic(b"sam:secret"), "sam", "secret"),
        (basic(b"sam:a:b"), "sam", "a:b"),
        (basic(b":"), "", ""),
        (basic("jürgen:你好".encode()), "jürgen", "你好"),
        (basic("jürgen:é".encode("latin-1")), "jürgen", "é"),
        ("bASIC c2FtOnNlY3JldA==", "sam", "secret"),
        (basic(b"no colon"), None, None),
        ("Basic", None, None),
        ("Basic c2FtOnNlY3Jld", None, None),
        ("Basic \xe9\xe9\xe9\xe9", None, None),
    ],
)
def test_basic_says_user_and_password_unless_it_is_broken(field, user, password):
    read = Credentials.read(field)
    assert (read.scheme, read.user, read.password) == ("basic", user, password)


def test_bearer_says_a_token():
    read = Credentials.read("Bearer  a.b-c==")
    assert (read.scheme, read.token, read.user) == ("bearer", "a.b-c==", None)


@pytest.mark.parametrize(
    ("listed", "user", "parameters"),
    [
        (
            'username="sam", realm="a, b", nc=00000001,qop = auth',
            "sam",
            {"username": "sam", "realm": "a, b", "nc": "00000001", "qop": "auth"},
        ),
        (r'Username="say \"hi\"\\"', 'say "hi"\\', {"username": 'say "hi"\\'}),
        ("username*=UTF-8''J%C3%A4s%C3%B8n", "Jäsøn", {"username": "Jäsøn"}),
        ("username*=broken, nc=1", None, {"nc": "1"}),
        ('username="J\xc3\xa4s"', "Jäs", {"username": "Jäs"}),
        ('username="J\xe4s"', "Jäs", {"username": "Jäs"}),
        ('username=""', "", {"username": ""}),
        ("", None, {}),
        (",,=,\"'", None, {}),
    ],
)
def test_digest_says_a_user_and_parameters(listed, user, parameters):
    read = Credentials.read(f"Digest {listed}")
    assert (read.scheme, read.user, read.parameters) == ("digest", user, parameters)


def test_what_a_scheme_nobody_knows_says_is_kept():
    read = Credentials.read('AWS4-HMAC-SHA256 Credential="x/y", Signature=abc')
    assert read.scheme == "aws4-hmac-sha256"
    assert read.value == 'Credential="x/y", Signature=abc'
    assert read.parameters == {"credential": "x/y", "signature": "abc"}


def test_without_a_field_there_are_none():
    assert Credentials.read("") is None


@given(st.text(st.characters(max_codepoint=255)))
def test_whatever_comes_is_taken(text):
    for scheme in ("Basic", "Digest", "Bearer", ""):
        Credentials.read(f"{scheme} {text}")
