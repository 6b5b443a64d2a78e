import asyncio
import contextvars
import os
import selectors
import socket
import threading

import pytest

from netmocks.record import PATIENCE
from netmocks.wire.lending import LendingLoop
from netmocks.wire.loop import LoopThread

spoken = contextvars.ContextVar("spoken", default="nothing")


@pytest.fixture
def leased():
    """A loop thread of the test's own."""
    thread = LoopThread()
    thread.acquire()
    yield thread
    thread.release()


def sleep_of(leased):
    """Wait until the loop sleeps."""
    loop = leased.current()
    assert loop.borrow(PATIENCE)
    loop.give_back()


def test_what_is_called_while_the_loop_sleeps_runs_in_the_callers_thread(leased):
    sleep_of(leased)
    assert leased.call(threading.current_thread) is threading.current_thread()


def test_what_is_called_while_the_loop_is_awake_waits_for_its_turn(leased, monkeypatch):
    loop = leased.current()
    begun, may_end = threading.Event(), threading.Event()

    def work():
        begun.set()
        assert may_end.wait(PATIENCE)

    def queue(*what):
        queued(*what)
        may_end.set()

    queued = loop.call_soon_threadsafe
    queued(work)
    assert begun.wait(PATIENCE)
    monkeypatch.setattr(loop, "call_soon_threadsafe", queue)
    assert leased.call(threading.current_thread) is not threading.current_thread()
    monkeypatch.undo()


def test_a_borrower_is_in_the_loop_as_its_own_callbacks_are(leased):
    def look():
        return asyncio.get_running_loop(), asyncio.current_task(), leased.is_current()

    sleep_of(leased)
    assert leased.call(look) == (leased.current(), None, True)


def test_a_borrower_that_has_a_loop_itself_is_back_in_it_afterwards(leased):
    async def borrow():
        own, task = asyncio.get_running_loop(), asyncio.current_task()
        sleep_of(leased)
        assert leased.call(asyncio.get_running_loop) is leased.current()
        with pytest.raises(ValueError, match="mine"):
            leased.call(fail)
        return asyncio.get_running_loop() is own and asyncio.current_task() is task

    def fail():
        raise ValueError("mine")

    assert asyncio.run(borrow())


def test_what_a_borrower_sets_in_its_context_is_not_the_callers(leased):
    sleep_of(leased)
    leased.call(spoken.set, "something")
    assert spoken.get() == "nothing"


def test_what_a_borrower_raises_is_raised_and_the_loop_goes_on(leased):
    def fail():
        raise ValueError("mine")

    sleep_of(leased)
    with pytest.raises(ValueError, match="mine"):
        leased.call(fail)
    sleep_of(leased)
    assert leased.call(threading.current_thread) is threading.current_thread()


def later(loop, ran):
    loop.call_soon(ran)


def at_a_time(loop, ran):
    loop.call_later(0, ran)


def in_a_task(loop, ran):
    async def run():
        ran()

    task = loop.create_task(run())
    task.add_done_callback(lambda _: task.result())


@pytest.mark.parametrize("arrange", [later, at_a_time, in_a_task])
def test_what_a_borrower_wants_done_later_wakes_the_loop(leased, arrange):
    done = threading.Event()
    ran_in = []

    def ran():
        ran_in.append(threading.current_thread())
        done.set()

    sleep_of(leased)
    leased.call(arrange, leased.current(), ran)
    assert done.wait(PATIENCE)
    assert ran_in[0] is not threading.current_thread()


def test_a_socket_that_a_borrower_has_watched_is_watched_at_once(leased):
    loop = leased.current()
    heard = threading.Event()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sleep_of(leased)
        leased.call(loop.add_reader, ours.fileno(), heard.set)
        theirs.send(b"x")
        assert heard.wait(PATIENCE)
        leased.call(loop.remove_reader, ours.fileno())


def test_what_was_seen_of_a_socket_that_a_borrower_closes_is_nobody_elses(monkeypatch):
    """The loop has woken up for a socket, and waits for its place; the number is taken anew."""
    seen, heard = threading.Event(), threading.Event()
    select = selectors.DefaultSelector.select

    def tell(selector, timeout=None):
        events = select(selector, timeout)
        seen.set()
        return events

    def renew():
        number = old.fileno()
        loop.remove_reader(number)
        old.close()
        os.dup2(new.fileno(), number)
        loop.add_reader(number, heard.set)
        return number

    monkeypatch.setattr(selectors.DefaultSelector, "select", tell)
    own = LoopThread()
    loop = own.acquire()
    old, other = socket.socketpair()
    new, theirs = socket.socketpair()
    with old, other, new, theirs:
        assert loop.borrow(PATIENCE)
        try:
            loop.add_reader(old.fileno(), lambda: None)
            seen.clear()
            other.send(b"x")
            assert seen.wait(PATIENCE)
            number = loop.run(renew)
        finally:
            loop.give_back()
        theirs.send(b"x")
        assert heard.wait(PATIENCE)
        own.call(loop.remove_reader, number)
        os.close(number)
    own.release()


def test_nothing_else_runs_in_a_loop_that_is_lent():
    loop = LendingLoop()
    happened = []
    done = threading.Event()

    def end():
        happened.append("the loop's")
        done.set()
        loop.stop()

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    assert loop.borrow(PATIENCE)
    assert not loop.borrow()  # for it is lent already
    loop.call_soon_threadsafe(end)
    loop.run(lambda: happened.append("the borrower's"))
    assert not done.is_set()
    happened.append("the borrower's, still")
    loop.give_back()
    thread.join(PATIENCE)
    loop.close()
    assert happened == ["the borrower's", "the borrower's, still", "the loop's"]


def test_a_loop_in_debug_mode_is_not_lent_for_asyncio_would_mind(leased):
    sleep_of(leased)
    leased.current().set_debug(True)
    assert leased.call(threading.current_thread) is not threading.current_thread()
