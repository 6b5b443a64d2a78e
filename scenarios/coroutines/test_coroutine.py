"""A9: a generator as a coroutine."""

import inspect

import pytest


@pytest.mark.example("A9")
def test_producer_and_consumer_take_turns(program):
    console = program("coroutine.py").run()

    expected = []
    for item in range(1, 6):
        expected += [f"[CONSUMER] consuming {item}", f"[PRODUCER] {item} was answered 200 OK"]
    assert list(console.lines) == expected


@pytest.mark.example("A9")
def test_an_unprimed_consumer_takes_nothing(program):
    example = program("coroutine.py")
    consumer = example.load()["consumer"]()

    with pytest.raises(TypeError, match="can't send non-None value to a just-started generator"):
        consumer.send(1)

    assert example.console.text == ""


@pytest.mark.example("A9")
def test_the_producer_closes_the_consumer(program):
    names = program("coroutine.py").load()
    consumer = names["consumer"]()

    names["produce"](consumer, rounds=1)

    assert inspect.getgeneratorstate(consumer) == inspect.GEN_CLOSED
    with pytest.raises(StopIteration):
        consumer.send(2)


@pytest.mark.example("A9")
def test_a_consumer_that_is_primed_already_takes_none_for_an_item(program):
    example = program("coroutine.py")
    names = example.load()
    consumer = names["consumer"]()
    consumer.send(None)

    names["produce"](consumer, rounds=1)

    assert example.console.lines[0] == "[CONSUMER] consuming None"
