import hashlib
from base64 import b64encode

import pytest

from netmocks.mail import Mailboxes
from netmocks.mail.pop3.session import HIDEABLE, Session

STAMP = "<1.netmocks@pop3>"


@pytest.fixture
def session(mailboxes):
    return Session(mailboxes, STAMP)


@pytest.fixture
def say(session):
    """Say one line; the status line of the reply."""
    return lambda line: _say(session, line)


def _say(session, line):
    verb, _, argument = line.partition(" ")
    if session.verb:
        verb, argument = session.verb, line
    return str(session.take(verb, argument))


def _digest(password, stamp=STAMP):
    return hashlib.md5((stamp + password).encode()).hexdigest()


def _plain(*parts):
    return b64encode("\0".join(parts).encode()).decode()


LOGINS = [
    ["USER me@example.com", "PASS secret"],
    ["USER ME@EXAMPLE.COM", "PASS secret"],
    ["USER somebody", "USER me@example.com", "PASS secret"],
    [f"APOP me@example.com {_digest('secret')}"],
    [f"APOP me@example.com {_digest('secret').upper()}"],
    [f"AUTH PLAIN {_plain('', 'me@example.com', 'secret')}"],
    ["AUTH plain", _plain("", "me@example.com", "secret")],
    ["AUTH PLAIN", _plain("me@example.com", "me@example.com", "secret")],
]


@pytest.mark.parametrize("login", LOGINS)
def test_a_client_logs_in(say, session, login):
    *before, last = map(say, login)
    assert all(not reply.startswith("-ERR") for reply in before)
    assert last == "+OK welcome, 0 0"
    assert session.user == "me@example.com"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["USER me@example.com", "PASS wrong"], "[AUTH] no such user, or another password"),
        (["USER me@example.com", "PASS secret "], "[AUTH]"),
        (["USER you@example.com", "PASS secret"], "[AUTH] no such user, or another password"),
        (["USER me@example.com", "PASS wrong", "PASS secret"], "PASS comes after USER"),
        (["PASS secret"], "PASS comes after USER"),
        (["USER"], "USER takes a name"),
        ([f"APOP me@example.com {_digest('wrong')}"], "[AUTH]"),
        ([f"APOP me@example.com {_digest('secret', '<2@x>')}"], "[AUTH]"),
        (["APOP me@example.com"], "APOP takes a name and a digest"),
        (["APOP"], "APOP takes"),
        (["AUTH"], "the only mechanism is PLAIN"),
        (["AUTH CRAM-MD5"], "the only mechanism is PLAIN"),
        (["AUTH PLAIN ="], "that is no response for PLAIN"),
        (["AUTH PLAIN ====x"], "that is no response for PLAIN"),
        (["AUTH PLAIN é"], "that is no response for PLAIN"),
        (["AUTH PLAIN", ""], "that is no response for PLAIN"),
        (["AUTH PLAIN", "*"], "the login is cancelled"),
        (["AUTH PLAIN", _plain("", "me@example.com")], "that is no response"),
        (["AUTH PLAIN", _plain("", "a", "b", "c")], "that is no response"),
        (["AUTH PLAIN", _plain("you", "me@example.com", "secret")], "[AUTH] nobody may act"),
        (["AUTH PLAIN", _plain("", "me@example.com", "wrong")], "[AUTH]"),
        (["STAT"], "STAT needs a login first"),
        (["RETR 1"], "RETR needs a login first"),
        (["NOOP"], "NOOP needs a login first"),
        (["STLS now"], "STLS takes no argument"),
        (["CAPA all"], "CAPA takes no argument"),
        (["QUIT now"], "QUIT takes no argument"),
        (["HELO example.com"], "unknown command"),
        ([""], "unknown command"),
    ],
)
def test_what_is_no_login_is_refused_and_the_next_one_is_taken(say, session, lines, text):
    *_, last = map(say, lines)
    assert last.startswith(f"-ERR {text}")
    assert session.user == ""
    assert [say(line) for line in LOGINS[0]][1].startswith("+OK")


def test_a_password_may_have_blanks():
    session = Session(Mailboxes({"me": " two words "}), STAMP)
    assert _say(session, "USER me") == "+OK and the password?"
    assert _say(session, "PASS  two words ").startswith("+OK")


def test_where_there_are_no_accounts_any_login_will_do():
    for login in LOGINS:
        session = Session(Mailboxes(), STAMP)
        *_, last = (_say(session, line) for line in login)
        assert last == "+OK welcome, 0 0"


def test_one_session_at_a_time_has_a_maildrop(mailboxes):
    first, second = Session(mailboxes, STAMP), Session(mailboxes, STAMP)
    [_say(first, line) for line in LOGINS[0]]
    assert [_say(second, line) for line in LOGINS[0]][1].startswith("-ERR [IN-USE] another")
    assert _say(second, "STAT") == "-ERR STAT needs a login first"
    first.drop()
    first.drop()
    assert [_say(second, line) for line in LOGINS[0]][1].startswith("+OK")


def test_a_session_that_was_dropped_deletes_nothing(say, session, account):
    account.add(b"x")
    [say(line) for line in LOGINS[0]]
    assert say("DELE 1").startswith("+OK")
    session.drop()
    assert len(account.inbox) == 1


def test_quit_deletes_and_ends(say, session, account):
    account.add(b"x")
    [say(line) for line in LOGINS[0]]
    say("DELE 1")
    assert session.next == ""
    assert say("QUIT") == "+OK bye, 1 deleted"
    assert session.next == "close"
    assert len(account.inbox) == 0
    assert account.take_maildrop()


def test_quit_before_a_login_only_ends(say, session):
    assert say("QUIT") == "+OK bye"
    assert session.next == "close"


@pytest.mark.parametrize("line", ["USER a", "PASS a", "APOP a b", "AUTH PLAIN", "STLS"])
def test_there_is_one_login_a_session(say, line):
    [say(line) for line in LOGINS[0]]
    assert say(line).endswith("comes before the login, which is done")


@pytest.mark.parametrize("line", ["STAT 1", "RSET 1", "NOOP x"])
def test_commands_without_arguments_take_none(say, line):
    [say(line) for line in LOGINS[0]]
    assert say(line) == f"-ERR {line[:4]} takes no argument"


def test_every_command_has_its_turn(say, account):
    account.add(b"A: 1\r\n\r\nb")
    [say(line) for line in LOGINS[0]]
    lines = ["STAT", "LIST", "LIST 1", "UIDL 1", "RETR 1", "TOP 1 0", "DELE 1", "RSET", "NOOP"]
    assert [say(line) for line in lines] == [
        *("+OK 1 9", "+OK 1 message", "+OK 1 9", "+OK 1 1.1", "+OK 9 octets"),
        *(
            "+OK the top of message 1",
            "+OK message 1 is deleted at QUIT",
            "+OK 1 message",
            "+OK nothing",
        ),
    ]


# -- TLS and capabilities ---------------------------------------------------------------------


def _capabilities(session):
    return session.take("CAPA", "").lines.decode().splitlines()


def test_capabilities_are_those_of_the_state(say, session):
    common = ["TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "EXPIRE NEVER"]
    assert _capabilities(session) == [*common, "STLS", "USER", "SASL PLAIN"]
    session.encrypted = True
    assert _capabilities(session) == [*common, "USER", "SASL PLAIN"]
    [say(line) for line in LOGINS[0]]
    assert _capabilities(session) == common


def test_a_login_may_need_tls(mailboxes):
    session = Session(mailboxes, STAMP, tls_required=True)
    assert "USER" not in _capabilities(session)
    assert "SASL PLAIN" not in _capabilities(session)
    for line in ("USER me@example.com", "AUTH PLAIN", "APOP a b"):
        assert _say(session, line) == "-ERR [AUTH] say STLS first: a login needs TLS"
    assert _say(session, "STLS") == "+OK begin TLS"
    assert session.next == "tls"
    session.encrypted = True
    assert _say(session, "STLS") == "-ERR TLS is active already"
    assert [_say(session, line) for line in LOGINS[0]][1].startswith("+OK")


def test_stls_forgets_the_name_that_was_said_in_the_clear(say):
    say("USER me@example.com")
    say("STLS")
    assert say("PASS secret") == "-ERR PASS comes after USER"


@pytest.mark.parametrize(
    ("hidden", "line"),
    [
        ("APOP", f"APOP me@example.com {_digest('secret')}"),
        ("CAPA", "CAPA"),
        ("SASL", "AUTH PLAIN"),
        ("STLS", "STLS"),
        ("USER", "USER me@example.com"),
        ("USER", "PASS secret"),
        ("UIDL", "UIDL"),
        ("TOP", "TOP 1 1"),
    ],
)
def test_what_is_hidden_is_unknown_and_not_announced(mailboxes, hidden, line):
    session = Session(mailboxes, STAMP, hidden={hidden})
    assert _say(session, line) == "-ERR unknown command"
    if hidden != "CAPA":
        names = [line.partition(" ")[0] for line in _capabilities(session)]
        assert hidden not in names
        assert set(names) - {"EXPIRE"} == set(HIDEABLE) - {"APOP", "CAPA", hidden}
    assert (STAMP in str(session.greeting())) is (hidden != "APOP")


def test_response_codes_are_hidden_from_those_who_do_not_know_them(mailboxes):
    session = Session(mailboxes, STAMP, hidden={"RESP-CODES"})
    _say(session, "USER me@example.com")
    assert _say(session, "PASS wrong") == "-ERR no such user, or another password"
