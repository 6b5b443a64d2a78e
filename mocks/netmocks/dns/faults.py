"""Faults of name servers: each does exactly one thing, always the same.

Those that take an answer strike it, and without one what the zones say:

    dns.on("A", "api.example.com").reply(late(2, "192.0.2.1"))
    dns.on("*", "*").reply(wrong_id())
"""

import dns.flags
import dns.message
import dns.name

from netmocks.dns.answer import Answer, Fault
from netmocks.dns.query import Query
from netmocks.errors import MisuseError
from netmocks.wire.datagram import LARGEST

#: Bits that differ in a wrong id: all of them.
ID_BITS = 0xFFFF

#: What a wrong question asks for.
OTHER_NAME = dns.name.from_text("another.invalid.")

#: What garbage is unless it is said: a compression pointer to itself, all over.
GARBAGE = b"\xc0\x0c" * 16

#: No answer ever comes.
SILENCE = Answer().struck_by(Fault("no answer", instead=b""))


def garbage(data: bytes = GARBAGE) -> Answer:
    """Send bytes that are no DNS message.

    Raises:
        MisuseError: no bytes, none of them, or more than a datagram holds.
    """
    if not isinstance(data, bytes) or not 0 < len(data) <= LARGEST:
        raise MisuseError(
            f"garbage({data!r:.60}): it is 1 to {LARGEST} bytes; to send none, reply(SILENCE)"
        )
    return Answer().struck_by(Fault("garbage", instead=data))


def late(seconds: float, *answer: str | Answer) -> Answer:
    """Send the answer after so many seconds; the end of the mock cancels it.

    Raises:
        MisuseError: no such time, or not one answer.
    """
    if not isinstance(seconds, (int, float)) or not 0 < seconds < float("inf"):
        raise MisuseError(f"late({seconds!r}): it is a positive number of seconds")
    return _base(answer).struck_by(Fault(f"late by {seconds:g} s", delay=seconds))


def wrong_id(*answer: str | Answer) -> Answer:
    """Send the answer under another id than the query's (every bit of it inverted)."""
    return _base(answer).struck_by(Fault("wrong id", alter=_change_id))


def wrong_question(*answer: str | Answer) -> Answer:
    """Send the answer with a question that nobody asked."""
    return _base(answer).struck_by(Fault("wrong question", alter=_change_question))


def truncated(*answer: str | Answer) -> Answer:
    """Send nothing but the flag TC over UDP, so that the client asks again by TCP (RFC 7766 §5)."""
    return _base(answer).struck_by(Fault("truncated", alter=_truncate, transports=("udp",)))


def answer_of(given: tuple[str | Answer, ...]) -> Answer:
    """Return the answer that is meant by values, or by one answer.

    Raises:
        MisuseError: by an answer and something else.
    """
    for each in given:
        if isinstance(each, Answer):
            if len(given) > 1:
                raise MisuseError(f"{each!r} says all by itself: give it alone")
            return each
    return Answer(*(value for value in given if not isinstance(value, Answer)))


def _base(given: tuple[str | Answer, ...]) -> Answer:
    answer = answer_of(given)
    if not given:
        answer.of_zones = True
    return answer


def _change_id(response: dns.message.Message, query: Query) -> None:
    response.id ^= ID_BITS


def _change_question(response: dns.message.Message, query: Query) -> None:
    question = response.question[0]
    question.name = OTHER_NAME


def _truncate(response: dns.message.Message, query: Query) -> None:
    response.flags |= dns.flags.TC
    for section in (response.answer, response.authority, response.additional):
        section.clear()
