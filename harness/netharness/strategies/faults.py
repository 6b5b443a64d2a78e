"""Faults and plans of them, to ask for which faults code loses data, and get the smallest."""

from hypothesis import strategies as st

from netmocks.errors import MisuseError
from netmocks.faults import Cut, Fault, Noop, Reset, Slices
from netmocks.http.faults import (
    BadStatusLine,
    BrokenGzip,
    ConflictingLength,
    NoKeepAlive,
    WrongLength,
)

#: Bytes that end the head of an HTTP answer, and those of a line.
HEAD_END = b"\r\n\r\n"


def byte_faults(length: int, *, behind: bytes | None = None) -> st.SearchStrategy[Fault]:
    """What can happen to a stretch of bytes: nothing, slices, an early end, a reset.

    None of them is silent: a client needs no timeout of its own to survive.

    Arguments:
        length: how many bytes there are; each place of an end is among them, the last excluded.
        behind: bytes behind which the count begins, such as `HEAD_END`; at the beginning where
            left out.

    Raises:
        MisuseError: no stretch has that length, or the bytes behind which it begins are none.
    """
    if not isinstance(length, int) or length < 0:
        raise MisuseError(f"length={length!r}: it is a number of bytes, such as len(data)")
    before = max(0, length - 1)

    def at(fault: type[Cut]) -> st.SearchStrategy[Fault]:
        if behind is None:
            return st.integers(0, before).map(fault)
        return st.integers(0, before).map(lambda more: fault(behind, more))

    harmless = st.just(Noop()), st.integers(1, max(1, length)).map(Slices)
    return st.one_of(*harmless, at(Cut), at(Reset))


def http_faults(length: int) -> st.SearchStrategy[Fault]:
    """What can happen to an answer of HTTP with so many bytes of content.

    Those of `byte_faults`, in the content and in the head, and heads that lie (RFC 9112 §4, §6.3).

    Arguments:
        length: bytes of its content.

    Raises:
        MisuseError: no content has that length.
    """
    return st.one_of(
        byte_faults(length, behind=HEAD_END),
        byte_faults(16),
        st.sampled_from([NoKeepAlive(), BadStatusLine(), BrokenGzip(), ConflictingLength()]),
        st.integers(1, max(1, length)).map(lambda by: WrongLength(-by)),
    )


def fault_plans(
    faults: st.SearchStrategy[Fault], *, max_size: int = 3
) -> st.SearchStrategy[tuple[Fault, ...]]:
    """Plans: the fault of the first attempt, of the second, and so on; behind them, none.

    A plan shrinks to as few faults as do it, and each of these to its smallest place.

        first, *others = [*plan, None]
        rule.reply(data, fault=first)
        for fault in others:
            rule.then(data, fault=fault)

    Arguments:
        faults: what may happen at one attempt, such as `http_faults(1000)`.
        max_size: how many attempts go wrong at most.
    """
    return st.lists(faults, max_size=max_size).map(tuple)
