"""A2: a threaded greeter and its client."""

import threading
import time

import pytest

from netmocks.record import PATIENCE
from netmocks.tcp import Script

PLACE = ("127.0.0.1", 9999)
GREETINGS = "Welcome!\nHello, Michael!\nHello, Tracy!\nHello, Sarah!\n"


@pytest.fixture
def serve(internet, program):
    """Start the server, with the documented pause unless told otherwise; return its console."""
    internet.host(*PLACE)

    def serve(**parameters):
        console = program("tcp_greeter_server.py").start(**parameters)
        internet.wait_until_listening(*PLACE)
        return console

    return serve


def is_farewell(line: str) -> bool:
    """Whether the server says that a client has left."""
    return line.endswith(" has left")


@pytest.mark.example("A2")
def test_the_client_gets_four_messages_in_order(serve, program):
    serve(pause=0)

    assert program("tcp_greeter_client.py").run().text == GREETINGS


@pytest.mark.example("A2")
def test_the_client_says_exit_and_closes(internet, program):
    script = Script().send(b"Welcome!")
    for name in (b"Michael", b"Tracy", b"Sarah"):
        script.expect(name).send(b"Hello, %b!" % name)
    internet.tcp(*PLACE, script.expect(b"exit").expect_end())

    assert program("tcp_greeter_client.py").run().text == GREETINGS


@pytest.mark.example("A2")
@pytest.mark.parametrize("end", ["exit", "end of stream"])
def test_the_server_closes_at(serve, visit, end):
    server = serve(pause=0)
    visitor = visit(*PLACE)
    visitor.say(b"Michael")
    assert visitor.hear(23) == b"Welcome!Hello, Michael!"

    if end == "exit":
        visitor.say(b"exit")
    else:
        visitor.finish()

    assert visitor.hear(1) == b""
    server.wait_for(f"{visitor.name} has left")


@pytest.mark.example("A2")
def test_the_server_waits_a_second_for_each_message(serve, program, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    server = serve()

    program("tcp_greeter_client.py").run()

    server.lines.wait_for(is_farewell)
    assert pauses == [1.0, 1.0, 1.0, 1.0]


@pytest.mark.example("A2")
def test_two_clients_are_served_side_by_side(serve, program, monkeypatch):
    both_wait = threading.Barrier(2, timeout=PATIENCE)  # broken if one client waits alone
    monkeypatch.setattr(time, "sleep", lambda _: both_wait.wait())
    server = serve()
    clients = [program("tcp_greeter_client.py") for _ in range(2)]

    consoles = [client.start() for client in clients]

    for client, console in zip(clients, consoles, strict=True):
        client.join()
        assert console.text == GREETINGS
    server.lines.wait_for_count(2, is_farewell)


@pytest.mark.example("A2")
def test_a_client_that_resets_does_not_stop_the_others(serve, visit):
    server = serve(pause=0)
    stays, resets = visit(*PLACE), visit(*PLACE)
    assert resets.hear(8) == b"Welcome!"

    resets.reset()

    server.wait_for(f"{resets.name} has left")
    stays.say(b"Tracy")
    assert stays.hear(21) == b"Welcome!Hello, Tracy!"


@pytest.mark.example("A2")
def test_a_name_in_any_bytes_is_greeted(serve, visit):
    serve(pause=0)
    visitor = visit(*PLACE)

    visitor.say(b"\xff")

    assert visitor.hear(17) == b"Welcome!Hello, \xff!"


AS_DOCUMENTED = 'client.send(("Hello, %s!" % name)\n'
BALANCED = 'client.send(("Hello, %s!" % name))\n'
ENCODED = 'client.send(("Hello, %s!" % name).encode())\n'


@pytest.mark.mistake("A2")
def test_as_documented_a_bracket_is_never_closed():
    with pytest.raises(SyntaxError, match=r"'\(' was never closed"):
        compile(AS_DOCUMENTED, "greeter.py", "exec")


@pytest.mark.mistake("A2")
def test_with_its_bracket_closed_it_sends_text(pair):
    client, _ = pair()

    with pytest.raises(TypeError, match="a bytes-like object is required, not 'str'"):
        exec(BALANCED, {"client": client, "name": b"Michael"})


@pytest.mark.mistake("A2")
def test_with_its_text_encoded_it_greets_the_spelling_of_bytes(pair):
    client, theirs = pair()

    exec(ENCODED, {"client": client, "name": b"Michael"})

    assert theirs.recv(1024) == b"Hello, b'Michael'!"
