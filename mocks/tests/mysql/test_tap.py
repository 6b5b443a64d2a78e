"""Tap: whatever a connection says, listening to it raises nothing, and ends with a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks.mysql.protocol.capabilities import OFFERED, Capability
from netmocks.mysql.protocol.framing import PacketWriter
from netmocks.mysql.protocol.greeting import greeting, response_without_password
from netmocks.mysql.protocol.replies import ok
from netmocks.mysql.tap import Tap


class Heard:
    """Keeps what a tap tells."""

    def __init__(self):
        self.logins, self.statements, self.complaints = [], [], []

    def note_login(self, text):
        self.logins.append(text)

    def note(self, done):
        self.statements.append(done)

    def note_unreadable(self, text):
        self.complaints.append(text)


def frame(payload, number=0):
    writer = PacketWriter()
    writer.number = number
    return writer.frame(payload)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def tap(heard):
    return logged_in(heard)


def logged_in(heard):
    tap = Tap(heard, 1)
    tap.server_said(frame(greeting("8.0", 7, b"n" * 20, "mysql_native_password")))
    capabilities = OFFERED & ~(Capability.SSL | Capability.CONNECT_ATTRS)
    capabilities &= ~Capability.CONNECT_WITH_DB
    answer = response_without_password("me", capabilities, "mysql_native_password")
    tap.client_said(frame(answer, 1))
    tap.server_said(frame(ok(2), 2))
    return tap


def test_it_hears_byte_by_byte_what_it_hears_at_once(heard, tap):
    for byte in frame(b"\x03INSERT INTO t VALUES (1)"):
        tap.client_said(bytes((byte,)))
    for byte in frame(ok(2, affected=1, insert_id=5), 1):
        tap.server_said(bytes((byte,)))

    assert heard.logins == ["login of 'me'"]
    [done] = heard.statements
    assert (done.sql, done.affected, done.insert_id) == ("INSERT INTO t VALUES (1)", 1, 5)


def test_what_was_never_answered_is_told_at_the_end(heard, tap):
    tap.client_said(frame(b"\x03SELECT SLEEP(9)"))
    assert heard.statements == []
    tap.end()

    assert [done.sql for done in heard.statements] == ["SELECT SLEEP(9)"]


def test_a_client_that_begins_tls_with_the_server_is_not_read():
    heard = Heard()
    tap = Tap(heard, 1)
    tap.server_said(frame(greeting("8.0", 7, b"n" * 20, "mysql_native_password")))
    tap.client_said(frame(int(Capability.SSL).to_bytes(4, "little") + bytes(28), 1))
    tap.client_said(b"\x16\x03\x01 whatever")

    assert heard.complaints == [
        "its statements can't be read from here on: the client speaks TLS with the server itself"
    ]


def test_a_statement_that_was_never_prepared_ends_the_reading(heard, tap):
    tap.client_said(frame(b"\x17" + bytes(9)))
    tap.client_said(frame(b"\x03SELECT 1"))
    tap.end()

    assert heard.complaints == [
        "its statements can't be read from here on: statement 0 was never prepared"
    ]
    assert heard.statements == []


def test_files_that_a_server_asks_for_are_no_commands(heard, tap):
    tap.client_said(frame(b"\x03LOAD DATA LOCAL INFILE 'f' INTO TABLE t"))
    tap.server_said(frame(b"\xfbf", 1))
    tap.client_said(frame(b"\x03DROP TABLE t", 2) + frame(b"", 3))
    tap.server_said(frame(ok(2, affected=1), 4))

    assert [str(done) for done in heard.statements] == [
        "LOAD DATA LOCAL INFILE 'f' INTO TABLE t -> 1 affected"
    ]


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=40)), max_size=8), st.booleans())
def test_garbage_raises_nothing(pieces, is_in):
    heard = Heard()
    tap = logged_in(heard) if is_in else Tap(heard, 1)
    for is_client, data in pieces:
        (tap.client_said if is_client else tap.server_said)(data)
    tap.end()

    assert len(heard.complaints) <= 1


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=40)), max_size=8))
def test_packets_of_garbage_raise_nothing(payloads):
    heard = Heard()
    tap = logged_in(heard)
    tap.client_said(frame(b"\x16SELECT ?") + frame(b"\x03SELECT 1"))
    for is_client, payload in payloads:
        (tap.client_said if is_client else tap.server_said)(frame(payload))
    tap.end()

    assert len(heard.complaints) <= 1
