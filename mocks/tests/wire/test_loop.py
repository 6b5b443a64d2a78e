import asyncio
import os
import signal
import threading

import pytest

from netmocks.record import PATIENCE
from netmocks.tcp import TCPMock, echo
from netmocks.wire.loop import NAME, LoopThread, shared


@pytest.fixture
def thread():
    """A loop thread of the test's own."""
    return LoopThread()


def thread_of(loop_thread):
    async def itself():
        return threading.current_thread()

    return loop_thread.wait(itself())


def test_it_lives_from_the_first_lease_to_the_last(thread):
    loop = thread.acquire()
    worker = thread_of(thread)
    assert (worker.name, worker.daemon) == (NAME, True)
    assert thread.acquire() is loop
    assert thread.leases == 2
    thread.release()
    assert worker.is_alive()
    assert thread_of(thread) is worker
    thread.release()
    assert thread.leases == 0
    assert not worker.is_alive()
    assert loop.is_closed()


def test_it_starts_afresh_after_its_end(thread):
    loops = [thread.acquire()]
    thread.release()
    loops.append(thread.acquire())
    assert thread.call(lambda: "served") == "served"
    thread.release()
    assert loops[0] is not loops[1]


def test_many_threads_share_one_loop(thread):
    together = threading.Barrier(8)
    loops = []

    def lease():
        together.wait()
        loops.append(thread.acquire())
        together.wait()
        thread.release()

    users = [threading.Thread(target=lease) for _ in range(8)]
    for user in users:
        user.start()
    for user in users:
        user.join(PATIENCE)
    assert len(loops) == 8
    assert len(set(map(id, loops))) == 1
    assert thread.leases == 0


@pytest.fixture
def leased(thread):
    thread.acquire()
    yield thread
    thread.release()


def test_a_call_runs_in_the_loop_and_returns_what_it_returns(leased):
    assert leased.call(lambda a, b: (a, b, leased.is_current()), 1, b=2) == (1, 2, True)
    assert not leased.is_current()


@pytest.mark.parametrize("error", [ValueError("mine"), SystemExit("mine"), KeyboardInterrupt()])
def test_a_call_carries_what_it_raises_and_the_loop_lives_on(leased, error):
    def fail():
        raise error

    with pytest.raises(type(error)) as raised:
        leased.call(fail)
    assert raised.value is error
    assert leased.call(lambda: "alive") == "alive"


def test_a_call_from_within_does_not_wait_for_itself(leased):
    assert leased.call(lambda: leased.call(lambda: "inner")) == "inner"


def test_waiting_for_a_coroutine_returns_what_it_returns_or_raises(leased):
    async def answer():
        await asyncio.sleep(0)
        return leased.is_current()

    async def fail():
        raise ValueError("mine")

    assert leased.wait(answer()) is True
    with pytest.raises(ValueError, match="mine"):
        leased.wait(fail())


def test_the_last_lease_may_be_given_back_from_within(thread):
    loop = thread.acquire()
    worker = thread_of(thread)
    loop.call_soon_threadsafe(thread.release)
    worker.join(PATIENCE)
    assert not worker.is_alive()
    assert loop.is_closed()


def test_what_still_runs_at_the_end_is_cancelled(thread):
    ended = []

    async def last_for_ever():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def begin():
        task = asyncio.create_task(last_for_ever())
        await asyncio.sleep(0)
        return task

    thread.acquire()
    task = thread.wait(begin())
    thread.release()
    assert ended == [True]
    assert task.cancelled()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork()")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_has_mocks_of_its_own_and_leaves_the_parents_alone(connect):
    with TCPMock(echo) as server:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                signal.alarm(10)  # a child that hangs ends all the same
                assert shared.leases == 0
                with TCPMock(echo) as own:
                    client = connect(own)
                    client.sendall(b"from the child")
                    assert client.recv(14) == b"from the child"
                assert shared.leases == 0
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        assert status == 0
        client = connect(server)
        client.sendall(b"from the parent")
        assert client.recv(15) == b"from the parent"
