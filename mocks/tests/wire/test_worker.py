import asyncio
import threading
from contextvars import ContextVar
from functools import partial

import pytest

from netmocks.record import PATIENCE
from netmocks.wire.worker import NAME, Crew, Worker, in_thread

pytestmark = pytest.mark.asyncio


async def test_a_function_runs_in_a_thread_of_its_own():
    thread = await in_thread(threading.current_thread)
    assert thread.name == NAME
    assert thread.daemon
    assert thread is not threading.current_thread()


async def test_what_it_raises_is_raised_where_it_is_awaited():
    error = ValueError("mine")

    def fail():
        raise error

    with pytest.raises(ValueError, match="mine") as raised:
        await in_thread(fail)
    assert raised.value is error


@pytest.mark.parametrize(
    "error",
    [StopIteration("mine"), SystemExit("mine"), KeyboardInterrupt("mine"), pytest.fail.Exception],
)
async def test_what_a_loop_can_not_bear_comes_within_an_error_that_it_can(error):
    def fail():
        raise error

    with pytest.raises(RuntimeError, match=r"^the function raised ") as raised:
        await in_thread(fail)
    cause = raised.value.__cause__
    assert type(cause).__name__ in str(raised.value)
    assert cause is error or isinstance(cause, pytest.fail.Exception)


async def test_it_sees_the_context_variables_of_its_caller():
    variable = ContextVar("variable")
    variable.set("of the caller")

    def change():
        before = variable.get()
        variable.set("of the thread")
        return before

    assert await in_thread(change) == "of the caller"
    assert variable.get() == "of the caller"


async def test_one_that_hangs_holds_up_no_other():
    release = threading.Event()
    hanging = asyncio.ensure_future(in_thread(lambda: release.wait(PATIENCE)))
    assert await in_thread(lambda: "served") == "served"
    assert not hanging.done()
    release.set()
    assert await hanging


@pytest.mark.parametrize("outcome", [lambda: "result", lambda: 1 / 0], ids=["returns", "raises"])
async def test_one_that_nobody_awaits_any_more_ends_in_silence(outcome):
    begun, release = threading.Event(), threading.Event()
    threads = []

    def outlast():
        threads.append(threading.current_thread())
        begun.set()
        release.wait(PATIENCE)
        return outcome()

    task = asyncio.ensure_future(in_thread(outlast))
    await in_thread(lambda: begun.wait(PATIENCE))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    release.set()
    await in_thread(lambda: threads[0].join(PATIENCE))
    await asyncio.sleep(0)  # whatever it reported is looked at now
    assert not threads[0].is_alive()


async def test_one_that_outlasts_its_loop_ends_in_silence():
    begun, release = threading.Event(), threading.Event()
    threads = []

    def outlast():
        threads.append(threading.current_thread())
        begun.set()
        release.wait(PATIENCE)

    async def leave():
        task = asyncio.ensure_future(in_thread(outlast))
        await in_thread(lambda: begun.wait(PATIENCE))
        task.cancel()

    def other_loop():
        asyncio.run(leave())
        release.set()
        threads[0].join(PATIENCE)

    await in_thread(other_loop)
    assert not threads[0].is_alive()


async def test_a_worker_runs_all_its_functions_in_one_thread_until_it_is_told_to_end():
    worker = Worker()
    thread = await worker.run(threading.current_thread)
    assert await worker.run(threading.current_thread) is thread
    last = []
    worker.end(lambda: last.append(threading.current_thread()))
    await in_thread(lambda: thread.join(PATIENCE))
    assert not thread.is_alive()
    assert last == [thread]


async def test_a_worker_that_nobody_holds_any_more_ends():
    worker = Worker()
    thread = await worker.run(threading.current_thread)
    del worker
    await in_thread(lambda: thread.join(PATIENCE))
    assert not thread.is_alive()


async def test_a_crew_knows_the_functions_that_outlast_their_coroutines():
    begun, release = threading.Event(), threading.Event()

    def outlast(event):
        begun.set()
        event.wait(PATIENCE)

    crew = Crew()
    Crew.current.set(crew)
    task = asyncio.ensure_future(in_thread(partial(outlast, release)))
    await in_thread(lambda: begun.wait(PATIENCE))
    task.cancel()
    assert await crew.left(0) == [outlast.__qualname__]
    release.set()
    assert await crew.left(PATIENCE) == []


async def test_a_crew_names_what_it_is_told_that_a_function_runs():
    release = threading.Event()
    crew = Crew()
    Crew.current.set(crew)
    worker = Worker()
    task = asyncio.ensure_future(worker.run(lambda: release.wait(PATIENCE), work=[1, 2]))
    await asyncio.sleep(0)
    assert await crew.left(0) == ["[1, 2]"]
    release.set()
    assert await task
    worker.end()
