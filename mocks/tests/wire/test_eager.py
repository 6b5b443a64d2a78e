import asyncio
import gc

import pytest

from netmocks.wire.eager import Eager


class Steps:
    """Coroutines that wait, and note how far they have come and in which task."""

    def __init__(self):
        self.eager = Eager(asyncio.get_running_loop().create_task)
        self.notes = asyncio.Queue()

    def note(self, what):
        self.notes.put_nowait((what, asyncio.current_task()))

    @property
    def noted(self):
        """What was noted and not looked at yet, without waiting for more."""
        return [self.notes.get_nowait()[0] for _ in range(self.notes.qsize())]

    async def pausing(self):
        try:
            self.note("begun")
            await self.eager.pause()
            self.note("again")
            await self.eager.pause()
            self.note("over")
        except asyncio.CancelledError:
            self.note("cancelled")
            raise

    async def awaiting(self, future):
        self.note("begun")
        try:
            self.note(await future)
        except ValueError as error:
            self.note(str(error))
        await self.eager.pause()
        self.note("over")


@pytest.mark.asyncio
async def test_it_runs_and_goes_on_within_the_call():
    steps = Steps()
    steps.eager.begin(steps.pausing())
    assert steps.noted == ["begun"]
    steps.eager.go_on()
    assert steps.noted == ["again"]
    steps.eager.go_on()
    assert steps.noted == ["over"]
    steps.eager.go_on()  # nobody pauses any more


@pytest.mark.asyncio
async def test_what_awaits_something_else_is_a_task_until_it_pauses():
    steps, future = Steps(), asyncio.get_running_loop().create_future()
    steps.eager.begin(steps.awaiting(future))
    assert await steps.notes.get() == ("begun", asyncio.current_task())
    steps.eager.go_on()  # which it does not wait for
    future.set_result("said")
    said, task = await steps.notes.get()
    assert said == "said"
    assert task not in (None, asyncio.current_task())
    await task  # which has ended, for the coroutine pauses
    steps.eager.go_on()
    assert steps.notes.get_nowait() == ("over", asyncio.current_task())


@pytest.mark.asyncio
async def test_what_it_awaits_may_fail():
    steps, future = Steps(), asyncio.get_running_loop().create_future()
    steps.eager.begin(steps.awaiting(future))
    assert steps.noted == ["begun"]
    future.set_exception(ValueError("no"))
    assert (await steps.notes.get())[0] == "no"
    steps.eager.cancel()


@pytest.mark.asyncio
async def test_it_can_ask_to_be_a_task():
    steps = Steps()

    async def asking():
        await steps.eager.as_task()
        steps.note("a task")
        await steps.eager.as_task()
        steps.note("still")

    steps.eager.begin(asking())
    assert not steps.noted
    said, task = await steps.notes.get()
    assert said == "a task"
    assert task not in (None, asyncio.current_task())
    assert await steps.notes.get() == ("still", task)


@pytest.mark.asyncio
@pytest.mark.parametrize("is_task", [False, True])
async def test_it_can_be_cancelled_where_it_pauses(is_task):
    steps = Steps()

    async def as_asked():
        if is_task:
            await steps.eager.as_task()
        await steps.pausing()

    steps.eager.begin(as_asked())
    assert (await steps.notes.get())[0] == "begun"
    steps.eager.cancel()
    assert (await steps.notes.get())[0] == "cancelled"
    steps.eager.go_on()
    steps.eager.cancel()


@pytest.mark.asyncio
async def test_it_can_be_cancelled_while_it_awaits_something_else():
    steps, future = Steps(), asyncio.get_running_loop().create_future()

    async def begin_and_await():
        await steps.eager.as_task()
        steps.note("a task")
        await future

    steps.eager.begin(begin_and_await())
    await steps.notes.get()
    steps.eager.cancel()
    with pytest.raises(asyncio.CancelledError):
        await future


@pytest.mark.asyncio
async def test_what_it_raises_at_once_is_raised_to_who_let_it_go_on():
    steps = Steps()

    async def failing():
        await steps.eager.pause()
        raise ValueError("mine")

    steps.eager.begin(failing())
    with pytest.raises(ValueError, match="mine"):
        steps.eager.go_on()


@pytest.mark.asyncio
async def test_what_it_raises_at_its_first_step_is_raised_to_who_began_it():
    steps = Steps()

    async def failing():
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        steps.eager.begin(failing())
    steps.eager.go_on()
    steps.eager.cancel()


@pytest.mark.asyncio
async def test_what_cancels_itself_is_over():
    steps = Steps()

    async def giving_up():
        raise asyncio.CancelledError

    steps.eager.begin(giving_up())
    steps.eager.go_on()
    steps.eager.cancel()


@pytest.mark.asyncio
async def test_it_can_be_cancelled_before_it_began():
    Steps().eager.cancel()


@pytest.mark.asyncio
@pytest.mark.parametrize("is_task", [False, True])
async def test_what_is_cancelled_while_it_runs_is_told_where_it_waits_next(is_task):
    steps = Steps()

    async def cancelled_within():
        if is_task:
            await steps.eager.as_task()
        steps.eager.cancel()
        steps.note("goes on")
        await steps.pausing()

    steps.eager.begin(cancelled_within())
    told = [(await steps.notes.get())[0] for _ in range(3)]
    assert told == ["goes on", "begun", "cancelled"]
    steps.eager.go_on()
    assert not steps.noted


@pytest.mark.asyncio
async def test_what_is_cancelled_while_it_runs_may_await_something_in_its_end():
    steps, future = Steps(), asyncio.get_running_loop().create_future()

    async def cancelled_within():
        steps.eager.cancel()
        try:
            await steps.eager.pause()
        finally:
            await steps.awaiting(future)

    steps.eager.begin(cancelled_within())
    assert steps.noted == ["begun"]
    future.set_result("said")
    assert (await steps.notes.get())[0] == "said"
    steps.eager.go_on()
    assert steps.noted == ["over"]


@pytest.mark.asyncio
@pytest.mark.parametrize("by_its_task", [False, True], ids=["eager", "task"])
async def test_what_is_cancelled_before_its_task_begins_is_told(by_its_task):
    spawned = []

    def spawn(coroutine):
        spawned.append(asyncio.get_running_loop().create_task(coroutine))
        return spawned[-1]

    steps, future = Steps(), asyncio.get_running_loop().create_future()
    steps.eager = Eager(spawn)

    async def awaiting():
        try:
            await future
        except asyncio.CancelledError:
            steps.note("cancelled")
            await steps.eager.pause()
            steps.note("over")

    steps.eager.begin(awaiting())
    (spawned[0] if by_its_task else steps.eager).cancel()
    assert (await steps.notes.get())[0] == "cancelled"
    steps.eager.go_on()
    assert steps.noted == ["over"]


@pytest.mark.asyncio
async def test_who_tells_it_to_go_on_while_it_runs_does_not_end_its_next_pause():
    steps = Steps()

    async def looking():
        steps.eager.go_on()
        await steps.pausing()

    steps.eager.begin(looking())
    assert steps.noted == ["begun"]
    steps.eager.cancel()


@pytest.mark.parametrize("is_task", [False, True])
def test_what_still_pauses_when_its_loop_ends_is_closed(is_task):
    notes = []

    async def pausing(eager):
        try:
            if is_task:
                await eager.as_task()
            await eager.pause()
        finally:
            notes.append("closed")

    async def whole():
        eager = Eager(asyncio.get_running_loop().create_task)
        eager.begin(pausing(eager))
        await asyncio.sleep(0)

    asyncio.run(whole())
    gc.collect()
    assert notes == ["closed"]
