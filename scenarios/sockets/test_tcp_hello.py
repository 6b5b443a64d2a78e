"""B8 and B9: a server that says one sentence, and its client."""

import errno
import socket

import pytest

from netmocks.tcp import greet

PLACE = ("10.40.122.215", 3000)
GREETING = "Hello, I am the server."


@pytest.fixture
def server(internet, program):
    """The server's console, once it can be reached."""
    console = program("tcp_hello_server.py").start()
    internet.wait_until_listening(*PLACE)
    return console


@pytest.mark.example("B8")
def test_every_client_is_greeted_and_then_left(server, visit):
    for _ in range(2):
        assert visit(*PLACE).hear_all() == GREETING.encode()


@pytest.mark.example("B8")
def test_the_server_stands_at_the_documented_address(server, visit):
    assert visit(*PLACE).socket.getpeername() == PLACE


@pytest.mark.example("B8")
def test_a_client_that_resets_does_not_stop_the_next(server, visit):
    visit(*PLACE).reset()

    assert visit(*PLACE).hear_all() == GREETING.encode()


@pytest.mark.example("B8", "B9")
def test_the_client_prints_what_the_server_says(server, program):
    assert program("tcp_hello_client.py").run().text == f"{GREETING}\n"


@pytest.mark.example("B9")
def test_the_client_prints_a_greeting_and_says_nothing(internet, program):
    mock = internet.tcp(*PLACE, greet(GREETING.encode()))

    console = program("tcp_hello_client.py").run()

    assert console.text == f"{GREETING}\n"
    assert "received" not in [entry.kind for entry in mock.journal]


@pytest.mark.example("B9")
def test_the_client_takes_one_message_of_2048_bytes_at_most(internet, program):
    internet.tcp(*PLACE, greet(b"x" * 5000))

    text = program("tcp_hello_client.py").run().text.rstrip("\n")

    assert text
    assert len(text) <= 2048
    assert set(text) == {"x"}


@pytest.mark.example("B9")
def test_a_server_that_says_nothing_leaves_an_empty_line(internet, program):
    async def say_nothing(reader, writer):
        pass

    internet.tcp(*PLACE, say_nothing)

    assert program("tcp_hello_client.py").run().text == "\n"


@pytest.mark.example("B9")
def test_without_a_server_the_client_is_refused(internet, program):
    internet.refused(*PLACE)

    with pytest.raises(ConnectionRefusedError):
        program("tcp_hello_client.py").run()


@pytest.mark.mistake("B8")
def test_as_documented_it_sends_text(pair):
    client, _ = pair()

    with pytest.raises(TypeError, match="a bytes-like object is required, not 'str'"):
        client.send(GREETING)


@pytest.mark.mistake("B8")
def test_the_documented_address_is_not_this_hosts():
    with socket.socket() as server, pytest.raises(OSError) as caught:
        server.bind(PLACE)

    assert caught.value.errno == errno.EADDRNOTAVAIL
