"""Whatever the bytes and wherever they are cut: the same replies, and never an error."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmocks.mail import Mailboxes, POP3Mock
from netmocks.mail.pop3.engine import POP3Engine

LOGIN = b"USER me@example.com\r\nPASS secret\r\n"

#: Bytes that nearly mean something: what they make together is often a command, or almost one.
FRAGMENTS = st.one_of(
    st.sampled_from(
        [
            *(
                LOGIN,
                b"\r\n",
                b"\r\n",
                b"\n",
                b"\r",
                b"\0",
                b" ",
                b"1",
                b"2",
                b"-1",
                b"99999999999",
            ),
            *(
                b"USER ",
                b"PASS ",
                b"APOP a b\r\n",
                b"AUTH PLAIN",
                b"AUTH PLAIN\r\n",
                b"*\r\n",
                b"=",
            ),
            *(b"STAT\r\n", b"LIST", b"RETR ", b"DELE ", b"RSET\r\n", b"NOOP\r\n", b"TOP ", b"UIDL"),
            *(b"CAPA\r\n", b"RETR 1\r\n", b"DELE 2\r\n", b"TOP 1 1\r\n", b"x" * 300, b"x" * 13_000),
            b"AG1lQGV4YW1wbGUuY29tAHNlY3JldA==\r\n",
        ]
    ),
    st.binary(max_size=8),
)
BYTES = st.lists(FRAGMENTS, max_size=12).map(b"".join)


def _cut(data, places):
    """Cut bytes at these places, as a network may."""
    bounds = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in pairwise(bounds) if start < end]


@pytest.fixture
def fed(memory_stream):
    """Feed pieces to a fresh engine; what it replied, its commands, and the account after it."""

    def feed(pieces):
        mailboxes = Mailboxes({"me@example.com": "secret"})
        account = mailboxes["me@example.com"]
        account.add(b"A: 1\r\n\r\n.\r\n")
        account.add(b"2")
        mock = POP3Mock(mailboxes=mailboxes)
        stream = memory_stream()
        engine = POP3Engine(mock)
        engine.connection_made(stream)
        for piece in pieces:
            engine.data_received(piece)
        engine.eof_received()
        engine.connection_lost(None)
        assert stream.site.findings.all == ()
        assert account.take_maildrop(), "the maildrop is not given back"
        sins = [sin.text for sin in mock.sins]
        return stream.sent, [str(command) for command in mock.commands], len(account.inbox), sins

    return feed


def test_replies_are_the_same_wherever_the_bytes_are_cut(fed):
    @settings(max_examples=200, deadline=None, database=None)
    @given(BYTES, st.lists(st.integers(0), max_size=6))
    def holds(data, places):
        assert fed(_cut(data, places)) == fed([data])

    holds()


def test_every_line_has_one_reply_and_no_bytes_make_the_engine_raise(fed):
    @settings(max_examples=300, deadline=None, database=None)
    @given(BYTES)
    def holds(data):
        sent, commands, left, sins = fed([LOGIN + data])
        assert len(commands) == 2 + data.count(b"\n")
        assert sent.startswith(b"+OK ready")
        assert all(" → +" in command or " → -ERR" in command for command in commands)
        assert left == 2  # nobody said QUIT: nothing is deleted
        assert sins

    holds()


def test_a_valid_dialogue_that_was_damaged_does_not_make_the_engine_raise(fed):
    dialogue = LOGIN + b"STAT\r\nLIST\r\nUIDL 1\r\nTOP 1 0\r\nRETR 1\r\nDELE 1\r\nRSET\r\nQUIT\r\n"

    @settings(max_examples=200, deadline=None, database=None)
    @given(st.integers(0, len(dialogue)), st.integers(0, 5), FRAGMENTS)
    def holds(place, removed, inserted):
        fed([dialogue[:place] + inserted + dialogue[place + removed :]])

    holds()


def test_no_bytes_on_a_wire_hold_up_the_next_client(dial):
    with POP3Mock(accounts={"me@example.com": "secret"}) as server:

        @settings(max_examples=30, deadline=None, database=None)
        @given(st.lists(FRAGMENTS | st.just(b"STLS\r\n"), max_size=12).map(b"".join))
        def holds(data):
            with dial(server) as client:
                client.send(data).half_close()
                client.rest()
            server.journal.wait_for(lambda entry: entry.kind == "closed")
            server.journal.whole.clear()
            with dial(server) as client:
                assert client.log_in().say("QUIT") == "+OK bye, 0 deleted"

        holds()
