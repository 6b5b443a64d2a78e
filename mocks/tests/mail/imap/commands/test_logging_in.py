from base64 import b64encode

import pytest

GOOD = b64encode(b"\0me@example.com\0secret")


@pytest.mark.parametrize(
    "line",
    [
        "LOGIN me@example.com secret",
        'LOGIN "me@example.com" "secret"',
        b"LOGIN {14+}\r\nme@example.com {6+}\r\nsecret",
        b"LOGIN {14}\r\nme@example.com {6}\r\nsecret",
    ],
)
def test_login(stranger, line):
    client = stranger()
    assert client.end(line).startswith("OK [CAPABILITY IMAP4rev1 ")
    assert client.session.user == "me@example.com"
    assert "AUTH=PLAIN" not in client.session.capabilities


@pytest.mark.parametrize("line", ["LOGIN me@example.com wrong", "LOGIN you@example.com secret"])
def test_a_wrong_login(stranger, line):
    client = stranger()
    assert client.end(line) == "NO [AUTHENTICATIONFAILED] there is no such name and password"
    assert client.session.account is None


@pytest.mark.parametrize("line", ["LOGIN", "LOGIN me", "LOGIN me secret more", "LOGIN (me) secret"])
def test_half_a_login(stranger, line):
    assert stranger().end(line).startswith("BAD ")


def test_authenticate_when_asked(stranger):
    client = stranger()
    asked, ending = client.say("AUTHENTICATE PLAIN", GOOD)
    assert asked == "+ "
    assert ending.startswith("OK [CAPABILITY")
    assert client.session.user == "me@example.com"


def test_authenticate_at_once(stranger):
    assert stranger().end(b"AUTHENTICATE plain " + GOOD).startswith("OK ")
    identity = b64encode(b"me@example.com\0me@example.com\0secret")
    assert stranger().end(b"AUTHENTICATE PLAIN " + identity).startswith("OK ")


@pytest.mark.parametrize(
    ("response", "ending"),
    [
        (b"", "BAD that is no base64"),
        (b"!", "BAD that is no base64"),
        (b64encode(b"me\0secret"), "BAD that is no base64 of an identity, a name and a password"),
        (b64encode(b"\0me@example.com\0wrong"), "NO [AUTHENTICATIONFAILED]"),
        (b64encode(b"\0\xff\0\xff"), "NO [AUTHENTICATIONFAILED]"),
        (b64encode(b"you\0me@example.com\0secret"), "NO [AUTHORIZATIONFAILED]"),
    ],
)
def test_a_response_that_is_none_or_wrong(stranger, response, ending):
    client = stranger()
    assert client.end("AUTHENTICATE PLAIN", response).startswith(ending)
    assert client.end(b"AUTHENTICATE PLAIN " + (response or b"=")).startswith(ending)
    assert client.session.account is None


def test_a_client_may_give_up(stranger):
    assert stranger().end("AUTHENTICATE PLAIN", b"*") == "BAD the client gave up"


def test_a_mechanism_that_is_not_there(stranger):
    assert stranger().end("AUTHENTICATE GSSAPI").startswith("NO [CANNOT]")
    hidden = stranger(hidden=frozenset(["AUTH=PLAIN"]))
    assert hidden.end("AUTHENTICATE PLAIN").startswith("NO [CANNOT]")


def test_without_sasl_ir_the_response_has_to_wait(stranger):
    client = stranger(hidden=frozenset(["SASL-IR"]))
    assert client.end(b"AUTHENTICATE PLAIN " + GOOD) == (
        "BAD the response comes when it is asked for"
    )
    assert client.end("AUTHENTICATE PLAIN", GOOD).startswith("OK ")


def test_a_login_may_need_tls(stranger):
    client = stranger(tls_required=True)
    capabilities = client.session.capabilities.split()
    assert {"LOGINDISABLED", "STARTTLS"} <= set(capabilities)
    assert "AUTH=PLAIN" not in capabilities
    assert client.end("LOGIN me@example.com secret").startswith("NO [PRIVACYREQUIRED]")
    assert client.end("AUTHENTICATE PLAIN", GOOD).startswith("NO [PRIVACYREQUIRED]")
    encrypted = stranger(tls_required=True, encrypted=True)
    assert "LOGINDISABLED" not in encrypted.session.capabilities
    assert encrypted.end("LOGIN me@example.com secret").startswith("OK ")


def test_login_can_be_disabled_altogether(stranger):
    client = stranger(hidden=frozenset(["LOGIN"]), encrypted=True)
    assert "LOGINDISABLED" in client.session.capabilities.split()
    assert client.end("LOGIN me@example.com secret") == "NO LOGIN is disabled"
    assert client.end("AUTHENTICATE PLAIN", GOOD).startswith("OK ")


def test_starttls_is_for_the_connection_to_do(stranger):
    client = stranger()
    assert client.end("STARTTLS") == "OK begin TLS now"
    assert client.session.next == "tls"
    encrypted = stranger(encrypted=True)
    assert "STARTTLS" not in encrypted.session.capabilities
    assert encrypted.end("STARTTLS") == "BAD TLS is active already"
    assert stranger(hidden=frozenset(["STARTTLS"])).end("STARTTLS").startswith("BAD ")


def test_a_stranger_may_send_short_literals_only(stranger):
    client = stranger(size_limit=10**9)
    assert client.end("LOGIN {1000000}").startswith("NO [TOOBIG]")
