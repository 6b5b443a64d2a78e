"""Whatever the bytes and wherever they are cut: the same replies, and never an error."""

import asyncio
import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmocks.mail import IMAPMock, Mailboxes
from netmocks.mail.imap.engine import IMAPEngine
from netmocks.record import PATIENCE

NAME, PASSWORD = "me@example.com", "secret"

DATE = datetime(2024, 2, 29, tzinfo=UTC)

LOGIN = b"l LOGIN me@example.com secret\r\n"
SELECT = b"s SELECT INBOX\r\n"

WORDS = (
    *("1", "2", "1:*", "*", "1,2", "4294967296", "(", ")", "()", "[", "]", "<0.5>", "{3}", "{0+}"),
    *(
        "{3+}\r\nabc",
        "{99999999999}\r\n",
        "{5000000000+}\r\n",
        '"',
        '"a b"',
        '"\\""',
        "NIL",
        "~{1}",
    ),
    *("INBOX", "Work", "&AOk-", "&bad", "*", "%", '""', "\\Seen", "(\\Deleted kw)", "\\Recent"),
    *("FLAGS", "+FLAGS.SILENT", "BODY[]", "BODY.PEEK[1.MIME]", "BODY[HEADER.FIELDS (SUBJECT)]"),
    *(
        "BODY[TEXT]<2.9>",
        "ENVELOPE",
        "BODYSTRUCTURE",
        "BODY[1.2.3]",
        "RFC822",
        "FULL",
        "(UID FLAGS)",
    ),
    *("ALL", "NOT", "OR", "SUBJECT", "HEADER", "TEXT", "BODY", "SINCE", "1-Feb-2024", "CHARSET"),
    *("UTF-8", "UNSEEN", "UID", "LARGER", "RETURN (MIN ALL COUNT)", "MESSAGES", "(UIDNEXT SIZE)"),
    '" 1-Feb-2024 12:00:00 +0100"',
    "AG1lQGV4YW1wbGUuY29tAHNlY3JldA==",
)

COMMANDS = (
    *("CAPABILITY", "NOOP", "LOGOUT", "ID", "LOGIN", "AUTHENTICATE PLAIN", "SELECT", "EXAMINE"),
    *("CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "LIST", "LSUB", "STATUS", "APPEND"),
    *("IDLE", "CLOSE", "UNSELECT", "CHECK", "EXPUNGE", "SEARCH", "FETCH", "STORE", "COPY", "MOVE"),
    *("UID FETCH", "UID SEARCH", "UID STORE", "UID EXPUNGE", "GETQUOTA", "GETQUOTAROOT", "X"),
)

#: A command that is nearly right: its words fit by chance.
LINES = st.builds(
    lambda command, words: " ".join(["t", command, *words]).encode() + b"\r\n",
    st.sampled_from(COMMANDS),
    st.lists(st.sampled_from(WORDS), max_size=5),
)

FRAGMENTS = st.one_of(
    LINES,
    st.sampled_from(
        [LOGIN, SELECT, b"DONE\r\n", b"\r\n", b"\n", b"\r", b"\0", b"*\r\n", b"x" * 300]
    ),
    st.binary(max_size=8),
)
BYTES = st.lists(FRAGMENTS, max_size=12).map(b"".join)

#: What ends a command, in what an engine has sent.
ENDS = re.compile(rb"(?m)^[^\s*+{]+ (?:OK|NO|BAD) ")


def _cut(data, places):
    """Cut bytes at these places, as a network may."""
    bounds = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in pairwise(bounds) if start < end]


@pytest.fixture
def fed(memory_stream):
    """Feed pieces to a fresh engine; what it replied, its commands, and the folders after it."""

    async def feed(pieces):
        mailboxes = Mailboxes({NAME: PASSWORD})
        account = mailboxes[NAME]
        for content in (b"Subject: 1\r\n\r\n.\r\n", b"2"):
            account.add(content, date=DATE)
        # There is nobody to shake hands with.
        mock = IMAPMock(mailboxes=mailboxes, hide=["STARTTLS"])
        stream = memory_stream()
        engine = IMAPEngine(mock)
        engine.connection_made(stream)
        for piece in pieces:
            engine.data_received(piece)
        if engine.eof_received():  # what was asked is not all answered: others have a turn
            async with asyncio.timeout(PATIENCE):
                while turns := asyncio.all_tasks() - {asyncio.current_task()}:
                    await asyncio.wait(turns)
            assert stream.closed
        engine.connection_lost(None)
        assert stream.site.findings.all == ()
        for folder in account:
            assert folder._listeners == [], "the session still listens"
        sins = [sin.text for sin in mock.sins]
        folders = [(folder.name, [m.content for m in folder]) for folder in account]
        return stream.sent, [str(command) for command in mock.commands], folders, sins

    return lambda pieces: asyncio.run(feed(pieces))


#: Dates of what is appended differ from run to run.
NOW = re.compile(rb'INTERNALDATE "[^"]*"')


def test_replies_are_the_same_wherever_the_bytes_are_cut(fed):
    @settings(max_examples=200, deadline=None, database=None)
    @given(BYTES, st.lists(st.integers(0), max_size=6))
    def holds(data, places):
        data = LOGIN + SELECT + data
        whole, *state = fed([data])
        cut, *same_state = fed(_cut(data, places))
        assert NOW.sub(b"", cut) == NOW.sub(b"", whole)
        assert same_state == state

    holds()


def test_no_bytes_make_the_engine_raise(fed):
    @settings(max_examples=300, deadline=None, database=None)
    @given(BYTES)
    def holds(data):
        sent, commands, _, _ = fed([data])
        assert sent.startswith(b"* OK [CAPABILITY ")
        assert all(" → " in command for command in commands)

    holds()


def test_every_command_of_a_client_that_is_logged_in_has_one_end(fed):
    @settings(max_examples=300, deadline=None, database=None)
    @given(st.lists(LINES.filter(lambda line: line.count(b"\r\n") == 1), max_size=8))
    def holds(lines):
        # Behind these, the next line is no command.
        lines = [line for line in lines if b"IDLE" not in line and b"AUTHENTICATE" not in line]
        lines = [line for line in lines if not re.search(rb"\}\r\n|LOGOUT", line)]
        sent, commands, _, _ = fed([LOGIN + SELECT + b"".join(lines)])
        assert len(ENDS.findall(sent)) == len(commands) == 2 + len(lines)

    holds()


def test_a_valid_dialogue_that_was_damaged_does_not_make_the_engine_raise(fed):
    dialogue = (
        LOGIN
        + SELECT
        + b"1 FETCH 1:* (FLAGS BODY.PEEK[HEADER])\r\n"
        + b"2 APPEND INBOX (\\Seen) {5+}\r\nhello\r\n"
        + b"3 SEARCH CHARSET UTF-8 OR SUBJECT {1+}\r\n1 NOT SEEN\r\n"
        + b"4 IDLE\r\nDONE\r\n"
        + b"5 UID STORE 1:* +FLAGS (\\Deleted)\r\n6 EXPUNGE\r\n7 LOGOUT\r\n"
    )

    @settings(max_examples=200, deadline=None, database=None)
    @given(st.integers(0, len(dialogue)), st.integers(0, 5), FRAGMENTS)
    def holds(place, removed, inserted):
        fed([dialogue[:place] + inserted + dialogue[place + removed :]])

    holds()


def test_no_bytes_on_a_wire_hold_up_the_next_client(dial):
    with IMAPMock(accounts={NAME: PASSWORD}) as server:

        @settings(max_examples=30, deadline=None, database=None)
        @given(st.lists(FRAGMENTS | st.just(b"a STARTTLS\r\n"), max_size=12).map(b"".join))
        def holds(data):
            with dial(server) as client:
                client.send(data).half_close()
                client.rest()
            server.journal.wait_for(lambda entry: entry.kind == "closed")
            server.journal.whole.clear()
            with dial(server) as client:
                assert client.log_in().say("LOGOUT")[-1] == b"OK LOGOUT completed"
            server.mailboxes.clear()

        holds()
