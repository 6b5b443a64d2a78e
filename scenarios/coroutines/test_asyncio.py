"""A10 and A11: two coroutines sleep side by side, in the old style and in today's."""

import asyncio
import subprocess
import sys
import threading

import pytest

PROGRAMS = [
    pytest.param("asyncio_decorated.py", 3, marks=pytest.mark.example("A10")),
    pytest.param("asyncio_await.py", 1, marks=pytest.mark.example("A11")),
]


def greetings():
    """What is printed when both begin before either ends, in this thread."""
    thread = threading.current_thread().name
    return [f"Hello world! ({thread})"] * 2 + [f"Hello again! ({thread})"] * 2


@pytest.mark.parametrize(("name", "seconds"), PROGRAMS)
def test_both_sleep_at_once_in_one_thread(program, clock, name, seconds):
    console = program(name).run()

    assert list(console.lines) == greetings()
    assert clock.now == seconds


@pytest.mark.parametrize(("name", "seconds"), PROGRAMS)
def test_awaited_one_by_one_they_would_take_twice_as_long(program, clock, name, seconds):
    hello = program(name).load()["hello"]

    async def one_by_one():
        await hello(seconds)
        await hello(seconds)

    asyncio.run(one_by_one())

    assert clock.now == 2 * seconds


@pytest.mark.parametrize(("name", "seconds"), PROGRAMS)
def test_they_take_turns_on_a_real_loop_too(program, name, seconds):
    console = program(name).run(seconds=0)

    assert list(console.lines) == greetings()


DECORATED = """
import asyncio

@asyncio.coroutine
def hello():
    yield from asyncio.sleep(3)
"""


@pytest.mark.mistake("A10", "A12")
def test_the_decorator_is_gone():
    with pytest.raises(AttributeError, match="has no attribute 'coroutine'"):
        exec(DECORATED, {})


@pytest.mark.mistake("A11")
def test_wait_refuses_bare_coroutines():
    coroutines = [asyncio.sleep(1), asyncio.sleep(1)]

    with pytest.raises(TypeError, match="Passing coroutines is forbidden, use tasks explicitly"):
        asyncio.run(asyncio.wait(coroutines))

    for coroutine in coroutines:
        coroutine.close()


@pytest.mark.mistake("A11")
def test_there_is_no_loop_to_get_once_one_has_run():
    asyncio.run(asyncio.sleep(0))

    with pytest.raises(RuntimeError, match="There is no current event loop"):
        asyncio.get_event_loop()


@pytest.mark.mistake("A11")
def test_a_new_process_is_warned_when_it_gets_a_loop_that_is_not_there():
    source = "import asyncio; asyncio.get_event_loop().close()"
    command = [sys.executable, "-I", "-W", "error", "-c", source]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    if sys.version_info >= (3, 12):
        assert "DeprecationWarning: There is no current event loop" in ended.stderr
    else:  # Python 3.11 still makes one in silence
        assert (ended.returncode, ended.stderr) == (0, "")
