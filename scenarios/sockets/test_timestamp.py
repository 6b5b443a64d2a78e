"""C1 and C2: a server that stamps messages with the time, and its client."""

import re
import time
from pathlib import Path

import pytest

from netmocks.tcp import Script

PLACE = ("127.0.0.1", 8000)


@pytest.fixture
def server(internet, program):
    """The server, once it can be reached."""
    internet.host(*PLACE)
    server = program("timestamp_server.py")
    server.start()
    internet.wait_until_listening(*PLACE)
    return server


@pytest.mark.example("C1")
def test_a_message_comes_back_with_the_time_and_the_server_closes(server, visit):
    visitor = visit(*PLACE)
    before = time.time()

    visitor.say("问候".encode())
    answer = re.fullmatch(r"\[(.+)\] 问候", visitor.hear_all().decode())

    assert answer
    # Within a second: the clock that ctime reads may lag behind that of time by a tick.
    assert answer[1] in map(time.ctime, range(int(before) - 1, int(time.time()) + 1))


@pytest.mark.example("C1")
def test_each_connection_is_for_one_message(server, visit):
    for message in (b"one", b"two"):
        visitor = visit(*PLACE)
        visitor.say(message)
        assert visitor.hear_all().endswith(b"] " + message)
        server.console.wait_for(f"{visitor.name} has come")


@pytest.mark.example("C1")
def test_an_empty_message_ends_the_server(server, visit):
    visit(*PLACE).leave()

    server.join()


@pytest.mark.example("C1")
def test_a_client_that_resets_does_not_stop_the_next(server, visit):
    visit(*PLACE).reset()
    visitor = visit(*PLACE)

    visitor.say(b"hello")

    assert visitor.hear_all().endswith(b"] hello")


@pytest.mark.example("C1", "C2")
def test_the_client_prints_a_stamp_for_each_line(server, program):
    console = program("timestamp_client.py", "one", "two", "three", "").run()

    assert re.fullmatch(
        r"> one\n\[.+\] one\n> two\n\[.+\] two\n> three\n\[.+\] three\n> \n", console.text
    )


@pytest.mark.example("C2")
def test_the_client_makes_a_connection_for_each_line(internet, program):
    stamp = b"[Thu Jan  1 00:00:00 1970] hello"
    mock = internet.tcp(*PLACE, Script().expect(b"hello").send(stamp).close())

    console = program("timestamp_client.py", "hello", "hello", "hello", "").run()

    assert console.text == f"> hello\n{stamp.decode()}\n" * 3 + "> \n"
    received = [entry for entry in mock.journal if entry.kind == "received"]
    assert [(entry.connection, entry.data) for entry in received] == [
        (1, b"hello"),
        (2, b"hello"),
        (3, b"hello"),
    ]


@pytest.mark.example("C2")
def test_an_empty_line_ends_the_client_without_a_connection(internet, program):
    mock = internet.tcp(*PLACE)

    assert program("timestamp_client.py", "").run().text == "> \n"
    assert len(mock.journal) == 0


@pytest.mark.mistake("C1", "C2")
@pytest.mark.parametrize("statement", ['print "waiting ..."', "print answer"])
def test_as_documented_print_is_a_statement(statement):
    with pytest.raises(SyntaxError, match="Missing parentheses in call to 'print'"):
        compile(statement, "timestamp.py", "exec")


@pytest.mark.mistake("C1", "C2")
@pytest.mark.parametrize("text", ["[Thu Jan  1 00:00:00 1970] hello", "hello"])
def test_as_documented_text_is_sent(pair, text):
    peer, _ = pair()

    with pytest.raises(TypeError, match="a bytes-like object is required, not 'str'"):
        peer.send(text)


@pytest.mark.mistake("C2")
def test_as_documented_the_keyboard_is_read_by_a_function_that_is_gone():
    with pytest.raises(NameError, match="name 'raw_input' is not defined"):
        exec('line = raw_input("> ")', {})


@pytest.mark.mistake("C2")
def test_with_its_listing_twice_it_has_to_be_ended_twice(internet, program, tmp_path):
    once = Path(__file__).with_name("timestamp_client.py").read_text(encoding="utf-8")
    twice = tmp_path / "timestamp_client.py"
    twice.write_text(once * 2, encoding="utf-8")

    assert program(str(twice), "", "").run().text == "> \n> \n"
