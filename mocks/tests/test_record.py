import asyncio
import threading

import pytest

from netmocks import MisuseError, WaitTimeout
from netmocks.record import OVERHEAD, PATIENCE, Record


class Words(Record[str]):
    def _cost(self, item):
        return len(item)


@pytest.fixture
def words():
    return Words(limit=1_000_000)


@pytest.fixture
def wait(words):
    """Wait in a blocking way, or in a loop, for the same thing: both must behave alike."""

    def blocking(*arguments, **options):
        return words.wait_for_count(*arguments, **options)

    def in_loop(*arguments, **options):
        return asyncio.run(words.wait_for_count_async(*arguments, **options))

    return {"blocking": blocking, "in a loop": in_loop}


both = pytest.mark.parametrize("how", ["blocking", "in a loop"])


class Later(threading.Thread):
    """Appends items from another thread, once a wait has looked at the item "begin"."""

    def __init__(self, words, *items):
        super().__init__()
        self.words, self.items = words, items
        self.looked = threading.Event()
        words.append("begin")
        self.start()

    def seen(self, word):
        if word == "begin":
            self.looked.set()
            return False
        return True

    def run(self):
        assert self.looked.wait(PATIENCE)
        for item in self.items:
            self.words.append(item)


# -- a bounded list -------------------------------------------------------------------------------


def test_items_are_kept_in_order(words):
    for word in "abcde":
        words.append(word)
    assert list(words) == ["a", "b", "c", "d", "e"]
    assert len(words) == 5
    assert (words[0], words[-1]) == ("a", "e")
    assert words[1:3] == ["b", "c"]
    assert words.tail(2) == ["d", "e"]
    assert words.tail(9) == ["a", "b", "c", "d", "e"]


def test_an_iteration_sees_what_was_there_when_it_began(words):
    words.append("a")
    for word in words:
        words.append(word + "!")
    assert list(words) == ["a", "a!"]


def test_an_index_out_of_range_says_what_is_there(words):
    with pytest.raises(IndexError, match="no item 0: nothing arrived at all"):
        words[0]
    words.append("hello")
    with pytest.raises(IndexError, match=r"no item 1: 1 recorded; the newest:\n  'hello'"):
        words[1]


def test_the_oldest_items_go_first_and_are_counted():
    words = Words(limit=3 * (OVERHEAD + 1))
    for word in "abcde":
        words.append(word)
    assert list(words) == ["c", "d", "e"]
    assert words.dropped == 2


def test_an_item_above_the_limit_is_kept_alone():
    words = Words(limit=OVERHEAD + 1)
    words.append("a")
    words.append("b" * 1000)
    assert list(words) == ["b" * 1000]
    words.append("c")
    assert list(words) == ["c"]
    assert words.dropped == 2


def test_a_flood_of_empty_items_is_bounded_too():
    words = Words(limit=10 * OVERHEAD)
    for _ in range(1000):
        words.append("")
    assert (len(words), words.dropped) == (10, 990)


def test_clearing_forgets_items_what_they_cost_and_what_was_dropped():
    words = Words(limit=2 * (OVERHEAD + 1))
    for word in "abc":
        words.append(word)
    words.clear()
    assert (list(words), words.dropped) == ([], 0)
    words.append("d")
    words.append("e")
    assert (list(words), words.dropped) == (["d", "e"], 0)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_keeps_nothing_is_refused(limit):
    with pytest.raises(MisuseError, match=f"limit={limit}: a record keeps a positive number"):
        Record(limit=limit)


def test_items_of_many_threads_are_all_kept(words):
    together = threading.Barrier(4)

    def write(name):
        together.wait()
        for number in range(250):
            words.append(f"{name}{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    assert len(words.wait_for_count(1000)) == 1000
    for thread in threads:
        thread.join()
    for name in "abcd":
        mine = [word for word in words if word.startswith(name)]
        assert mine == [f"{name}{number}" for number in range(250)]


# -- waiting --------------------------------------------------------------------------------------


@both
def test_a_wait_returns_the_first_past_items_that_match(words, wait, how):
    for word in ("a", "bb", "cc", "dd"):
        words.append(word)
    assert wait[how](2, lambda word: len(word) == 2) == ["bb", "cc"]


@both
def test_a_wait_returns_a_future_item(words, wait, how):
    later = Later(words, "future")
    assert wait[how](1, later.seen) == ["future"]
    later.join()


@both
def test_a_wait_for_several_takes_past_and_future_ones(words, wait, how):
    words.append("past")
    later = Later(words, "future", "too many")
    assert wait[how](2, later.seen) == ["past", "future"]
    later.join()


def test_a_wait_for_one_item_returns_it_alone(words):
    words.append("a")
    words.append("b")
    assert words.wait_for() == "a"
    assert words.wait_for(lambda word: word > "a") == "b"
    assert asyncio.run(words.wait_for_async(lambda word: word > "a")) == "b"


def test_a_loop_runs_on_while_a_coroutine_waits(words):
    async def wait_and_write():
        waiting = asyncio.create_task(words.wait_for_async())
        await asyncio.sleep(0)
        words.append("from the same loop")
        return await waiting

    assert asyncio.run(wait_and_write()) == "from the same loop"


def test_one_item_wakes_every_wait_that_it_fits(words):
    async def wait_twice():
        waits = [asyncio.create_task(words.wait_for_async(str.isupper)) for _ in range(2)]
        other = asyncio.create_task(words.wait_for_async(str.islower))
        await asyncio.sleep(0)
        words.append("LOUD")
        assert await asyncio.gather(*waits) == ["LOUD", "LOUD"]
        assert not other.done()
        words.append("quiet")
        assert await other == "quiet"

    asyncio.run(wait_twice())


@both
@pytest.mark.parametrize("count", [0, -1])
def test_a_wait_for_nothing_is_refused(wait, how, count):
    with pytest.raises(MisuseError, match=f"waiting for {count} items: at least one is needed"):
        wait[how](count)


@both
def test_a_late_wait_says_that_nothing_arrived_at_all(wait, how):
    with pytest.raises(WaitTimeout) as raised:
        wait[how](1, timeout=0)
    assert str(raised.value) == ("nothing that was waited for within 0 s; nothing arrived at all")


@both
def test_a_late_wait_shows_the_newest_of_what_arrived(words, wait, how):
    for number in range(12):
        words.append(f"word {number}")
    with pytest.raises(WaitTimeout) as raised:
        wait[how](1, lambda word: word == "hello", timeout=0.001)
    assert str(raised.value) == "\n".join(
        [
            "nothing that was waited for within 0.001 s; 12 recorded; the newest:",
            *(f"  'word {number}'" for number in range(2, 12)),
        ]
    )


@both
def test_a_late_wait_for_several_says_how_many_came(words, wait, how):
    words.append("one")
    with pytest.raises(WaitTimeout, match=r"^1 of 3 arrived that was waited for within 0 s; "):
        wait[how](3, timeout=0)


@both
def test_a_wait_that_is_over_looks_at_nothing_more(words, wait, how):
    seen = []
    with pytest.raises(WaitTimeout):
        wait[how](1, seen.append, timeout=0)
    words.append("too late")
    assert seen == []


def test_a_wait_that_is_cancelled_looks_at_nothing_more(words):
    seen = []

    async def give_up():
        waiting = asyncio.create_task(words.wait_for_async(seen.append))
        await asyncio.sleep(0)
        words.append("in time")
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(give_up())
    words.append("too late")
    assert seen == ["in time"]


# -- predicates that fail -------------------------------------------------------------------------


def failing_with(error, word="bad"):
    def predicate(item):
        if item == word:
            raise error
        return False

    return predicate


@both
@pytest.mark.parametrize(
    "error",
    [ValueError("mine"), TimeoutError("mine"), pytest.fail.Exception("mine")],
    ids=lambda error: type(error).__name__,
)
def test_what_a_predicate_raises_reaches_the_wait(words, wait, how, error):
    words.append("bad")
    with pytest.raises(type(error), match="mine"):
        wait[how](1, failing_with(error))


@both
def test_a_predicate_that_fails_on_a_future_item_harms_neither_writer_nor_other_waits(
    words, wait, how
):
    later = Later(words, "bad", "good")

    def predicate(item):
        if later.seen(item):
            raise ValueError(item)

    other = threading.Thread(target=words.wait_for, args=(lambda word: word == "good",))
    other.start()
    with pytest.raises(ValueError, match="bad"):
        wait[how](1, predicate)
    later.join()
    other.join(PATIENCE)
    assert not other.is_alive()
    assert list(words) == ["begin", "bad", "good"]


def test_a_predicate_that_runs_out_of_an_iterator_does_not_hang_a_coroutine(words):
    words.append("a")
    with pytest.raises(RuntimeError, match="the predicate raised StopIteration"):
        asyncio.run(words.wait_for_async(lambda _: next(iter(()))))


# -- misuse ---------------------------------------------------------------------------------------


def test_a_blocking_wait_in_a_running_loop_is_refused_with_the_line_to_write(words):
    seen = []

    async def block():
        words.wait_for(seen.append)

    with pytest.raises(MisuseError) as raised:
        asyncio.run(block())
    assert str(raised.value) == (
        "this wait would block the event loop it was called in, and whatever it waits for"
        " with it: write 'await ..._async(...)' instead"
    )
    words.append("later")
    assert seen == []


def test_a_blocking_wait_in_a_running_loop_is_fine_for_what_is_there_already(words):
    async def look():
        return words.wait_for()

    words.append("here")
    assert asyncio.run(look()) == "here"


# -- pages ----------------------------------------------------------------------------------------


def test_many_items_that_nobody_reads_stay_within_the_limit():
    record = Record(limit=1_000_000)
    for number in range(100_000):
        record.append(number, size=100)
    kept = list(record)
    assert kept == list(range(kept[0], 100_000))
    assert record.dropped == kept[0]
    assert 900_000 < len(kept) * (OVERHEAD + 100) <= 1_000_000


def test_a_large_item_pushes_out_older_ones_before_anybody_reads():
    record = Record(limit=1_000_000)
    record.append("small")
    record.append("large", size=2_000_000)
    assert list(record._pages[-1].put) == [("large", 2_000_000)]
    assert list(record) == ["large"]


def test_a_wait_that_begins_while_others_append_misses_nothing():
    record = Record(limit=100_000_000)
    go = threading.Event()

    def append(name):
        go.wait(PATIENCE)
        for number in range(500):
            record.append((name, number))

    threads = [threading.Thread(target=append, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    go.set()
    for number in range(500):
        record.wait_for(lambda item, number=number: item == ("a", number))
    record.wait_for_count(1000)
    for thread in threads:
        thread.join()
    assert len(record) == 1000


def test_what_a_predicate_itself_appends_comes_behind_what_it_looks_at(words):
    def echo(word):
        if word in ("one", "two"):
            words.append(f"echo of {word}")
        return later.seen(word) and word == "echo of two"

    later = Later(words, "one", "two")
    assert words.wait_for(echo) == "echo of two"
    later.join()
    assert sorted(words) == sorted(["begin", "one", "two", "echo of one", "echo of two"])
    order = list(words)
    assert order.index("one") < order.index("echo of one") < order.index("echo of two")
    assert order.index("two") < order.index("echo of two")
