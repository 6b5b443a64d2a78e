"""Whatever the bytes, wherever they are cut: the engine answers in replies, and ends in order."""

import asyncio
import re
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netmocks.mail import LMTPMock, SMTPMock
from netmocks.record import PATIENCE

REPLIES = re.compile(rb"(?:\d{3}-[^\r\n]*\r\n)*(?:\d{3} [^\r\n]*\r\n)")

#: What nearly means something, and bytes that mean nothing.
LINES = st.one_of(
    st.sampled_from(
        [
            *(b"EHLO a", b"HELO a", b"LHLO a", b"RSET", b"NOOP", b"QUIT", b"HELP", b"VRFY a"),
            *(b"MAIL FROM:<a@x>", b"MAIL FROM:<> SIZE=5 RET=FULL", b"MAIL FROM:<\xff@x> SMTPUTF8"),
            *(b"RCPT TO:<b@x>", b"RCPT TO:<c@x> NOTIFY=NEVER", b"RCPT TO:<\xff>"),
            *(b"DATA", b"DATA\r\n.", b"Subject: x", b".", b"..", b"a\n.", b"a\r.\r"),
            *(b"BDAT 3\r\nabc", b"BDAT 0 LAST", b"BDAT 9 LAST", b"BDAT 2000 LAST", b"BDAT x"),
            *(b"BDAT 99999999999999999", b"BDAT 5 LAST\r\n\r\n.\r\n", b"BDAT 5 FIRST"),
            *(b"AUTH PLAIN", b"AUTH LOGIN", b"AUTH PLAIN AGEAYg==", b"AUTH CRAM-MD5", b"AUTH"),
            *(b"AUTH XOAUTH2 AQ==", b"*", b"=", b"", b"\0", b"x" * 600),
        ]
    ),
    st.binary(max_size=12),
)


async def _said(mock, memory_stream, pieces):
    """Feed an engine piece by piece, then the end of input; what it says."""
    engine, stream = mock._engine(), memory_stream()
    engine.connection_made(stream)
    for piece in pieces:
        if stream.closed:
            break
        engine.data_received(piece)
        await asyncio.sleep(0)
    engine.eof_received()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    _, unfinished = await asyncio.wait(tasks, timeout=PATIENCE) if tasks else (None, None)
    engine.connection_lost(None)
    assert not unfinished
    assert stream.closed
    assert stream.site.findings.all == ()
    return stream.sent


@pytest.mark.parametrize("kind", [SMTPMock, LMTPMock])
def test_any_bytes_get_replies_and_the_same_ones_wherever_they_are_cut(kind, memory_stream):
    @settings(max_examples=200, deadline=None, database=None)
    @given(
        st.lists(LINES, max_size=12),
        st.sampled_from([b"\r\n", b"\r\n", b"\n"]),
        st.lists(st.integers(0, 200), max_size=4),
    )
    def holds(lines, end, places):
        greeting = b"LHLO a\r\n" if kind is LMTPMock else b"EHLO a\r\n"
        data = greeting + end.join([*lines, b""]).replace(b"STARTTLS", b"")
        bounds = [0, *sorted(min(place, len(data)) for place in places), len(data)]
        pieces = [data[start:stop] for start, stop in pairwise(bounds)]
        terms = {"size_limit": 1000, "mechanisms": ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2")}
        whole, cut = kind(**terms), kind(**terms)
        said = asyncio.run(_said(whole, memory_stream, [data]))
        assert REPLIES.sub(b"", said) == b""
        assert asyncio.run(_said(cut, memory_stream, pieces)) == said
        assert [m.content for m in cut.messages] == [m.content for m in whole.messages]

    holds()


#: What servers have been known to take for the end of a message, and must not (RFC 5321 §2.3.8).
SMUGGLERS = [
    *(b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r\n.\r\r\n"),
    *(b"\n\n.\r\n", b"\r\n\x00.\r\n", b"\r\n.\x00\r\n", b"\r\n. \r\n", b"\x85.\x85"),
]


@pytest.mark.asyncio
@pytest.mark.parametrize("smuggler", SMUGGLERS)
async def test_no_sequence_but_one_splits_a_message(smuggler, memory_stream):
    mock = SMTPMock()
    envelope = b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n"
    hidden = b"MAIL FROM:<evil@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nevil\r\n"
    data = b"EHLO a\r\n" + envelope + b"good" + smuggler + hidden + b".\r\nQUIT\r\n"
    said = await _said(mock, memory_stream, [data])
    (message,) = mock.messages
    assert message.sender == "a@x"
    assert b"evil" in message.content
    assert said.endswith(b"250 2.0.0 OK: queued as 1.1\r\n221 2.0.0 Bye\r\n")


#: A transaction that somebody tries to hide in the content of another.
HIDDEN = b"MAIL FROM:<evil@x>\r\nRCPT TO:<evil@x>\r\nDATA\r\nevil"
END = b"\r\n.\r\n"


def test_whatever_line_ends_a_content_has_it_is_one_message_and_unchanged(memory_stream):
    @settings(max_examples=200, deadline=None, database=None)
    @given(
        st.lists(st.sampled_from([b"\r", b"\n", b".", b"\0", b" ", b"a", HIDDEN]), max_size=16),
        st.lists(st.integers(0, 300), max_size=4),
    )
    def holds(pieces, places):
        content = b"".join(pieces)
        assume((b"\r\n" + content + END).find(END) == len(content) + 2)
        mock = SMTPMock()
        envelope = b"EHLO a\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n"
        data = envelope + content + END + b"QUIT\r\n"
        bounds = [0, *sorted(min(place, len(data)) for place in places), len(data)]
        cut = [data[start:stop] for start, stop in pairwise(bounds)]
        said = asyncio.run(_said(mock, memory_stream, cut))
        (message,) = mock.messages
        assert message.sender == "a@x"
        stuffed = b"\r\n" + content + b"\r\n"
        assert message.content == stuffed.replace(b"\r\n.", b"\r\n")[2:]
        assert said.endswith(b"250 2.0.0 OK: queued as 1.1\r\n221 2.0.0 Bye\r\n")

    holds()
