"""B10 and B11: a chat server and its client."""

import socket
import threading

import pytest

from netmocks.tcp import Script, broadcast

PLACE = ("10.40.122.215", 3000)
PROMPT = "Please type a message (exit ends): "
CLOSED = "The connection is closed."


# -- the server -----------------------------------------------------------------------------------


@pytest.fixture
def server(internet, program):
    """The server's console, once it can be reached."""
    console = program("chat_server.py").start()
    internet.wait_until_listening(*PLACE)
    return console


@pytest.fixture
def visitors(server, visit):
    """Three clients that the server knows."""
    visitors = [visit(*PLACE) for _ in range(3)]
    for visitor in visitors:
        server.wait_for(f"{visitor.name} has come")
    return visitors


@pytest.mark.example("B10")
def test_each_message_reaches_all_three_clients(visitors):
    for number, sender in enumerate(visitors):
        message = f"我是{number}号".encode()

        sender.say(message)

        assert [visitor.hear(len(message)) for visitor in visitors] == [message] * 3


@pytest.mark.example("B10")
def test_a_message_longer_than_a_chunk_stays_intact(visitors):
    message = ("x" + "你好，世界" * 1000).encode()  # characters of three bytes lie across 1024

    visitors[0].say(message)

    for visitor in visitors:
        assert visitor.hear(len(message)).decode() == message.decode()


@pytest.mark.example("B10")
@pytest.mark.parametrize("way", ["leave", "reset"])
def test_a_client_that_goes_is_dropped_and_the_others_chat_on(server, visitors, way):
    gone, *others = visitors

    getattr(gone, way)()

    server.wait_for(f"{gone.name} has left")
    for sender in others:
        sender.say(b"still here")
        assert [visitor.hear(10) for visitor in others] == [b"still here"] * 2


@pytest.mark.example("B10")
def test_a_client_that_says_nothing_more_is_left_too(server, visitors):
    visitors[0].finish()

    assert visitors[0].hear(1) == b""
    server.wait_for(f"{visitors[0].name} has left")


@pytest.mark.example("B10")
def test_a_broadcast_passes_over_a_client_that_is_about_to_be_dropped(program, pair):
    gone, gone_itself = pair()
    listener, listener_itself = pair()
    names = program("chat_server.py").load()
    names["clients"] += [gone, listener]
    gone_itself.close()

    names["broadcast"](b"hello")

    assert listener_itself.recv(1024) == b"hello"


# -- the client -----------------------------------------------------------------------------------


@pytest.mark.example("B11")
def test_the_client_sends_what_is_typed_and_prints_what_arrives(internet, program):
    internet.tcp(*PLACE, Script().expect(b"hello").send("你好".encode()).expect_end())
    client = program("chat_client.py", "hello")

    console = client.start()
    console.lines.wait_for(lambda line: line.endswith("你好"))  # perhaps behind the next prompt
    console.type("exit")
    client.join()

    assert console.text.startswith(f"{PROMPT}hello\nYour input is : hello\n")
    assert console.text.endswith(f"exit\n{CLOSED}\n")


@pytest.mark.example("B11")
@pytest.mark.parametrize("end", ["exit", ""])
def test_exit_or_an_empty_line_ends_both_threads(internet, program, end):
    mock = internet.tcp(*PLACE)
    before = set(threading.enumerate())

    console = program("chat_client.py", end).run()

    assert set(threading.enumerate()) == before
    assert console.text == f"{PROMPT}{end}\n{CLOSED}\n"
    assert mock.journal.wait_for(lambda entry: entry.kind == "closed").value == "by the client"
    assert "received" not in [entry.kind for entry in mock.journal]


@pytest.mark.example("B11")
def test_what_is_typed_goes_out_in_utf_8(internet, program):
    internet.tcp(*PLACE, Script().expect("问候".encode()).expect_end())

    console = program("chat_client.py", "问候", "exit").run()

    assert "Your input is : 问候" in console


@pytest.mark.example("B11")
def test_a_character_cut_by_a_chunk_is_printed_whole(internet, program):
    text = "x" * 1023 + "你"
    internet.tcp(*PLACE, Script().send(text.encode()).expect_end())
    client = program("chat_client.py")

    console = client.start()
    console.lines.wait_for(lambda line: line.endswith("你"))
    console.type("exit")
    client.join()

    assert text in console.text.replace("\n", "").replace(PROMPT, "")


@pytest.mark.example("B11")
@pytest.mark.parametrize("way", ["close", "reset"])
def test_a_server_that_goes_ends_the_reader_and_then_the_client(internet, program, way):
    async def go(reader, writer):
        await reader.readexactly(5)
        getattr(writer.transport, way)()

    internet.tcp(*PLACE, go)
    client = program("chat_client.py", "hello")

    console = client.start()
    console.lines.wait_for(lambda line: line.endswith(CLOSED))
    console.type("anybody there?", "exit")
    client.join()

    assert "Your input is : anybody there?" in console


@pytest.mark.example("B11")
def test_the_end_of_the_keyboard_ends_both_threads(internet, program):
    internet.tcp(*PLACE, broadcast())
    before = set(threading.enumerate())
    client = program("chat_client.py")
    client.console.hang_up()

    with pytest.raises(EOFError):
        client.run()

    assert set(threading.enumerate()) == before


@pytest.mark.example("B10", "B11")
def test_three_clients_chat(server, program):
    clients = [program("chat_client.py") for _ in range(3)]
    consoles = [client.start() for client in clients]
    server.lines.wait_for_count(3, lambda line: line.endswith(" has come"))

    for number, sender in enumerate(consoles):
        message = f"我是{number}号"
        sender.type(message)
        for console in consoles:
            # The sender has it on its screen as typed, as taken, and as it comes back.
            count = 3 if console is sender else 1
            console.lines.wait_for_count(count, lambda line, m=message: line.endswith(m))

    for client, console in zip(clients, consoles, strict=True):
        console.type("exit")
        client.join()
        assert console.lines[-1] == CLOSED
    server.lines.wait_for_count(3, lambda line: line.endswith(" has left"))


# -- as documented --------------------------------------------------------------------------------

MIXED = "while True:\n        data = client.recv(1024)\n\tsend_to_all(data)\n"


class StillReading(Exception):
    """A thread goes on reading where there is nothing to come."""


class Ended:
    """The server's or client's end of a connection that is over, as a loop that reads sees it."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._reads = 0

    def recv(self, size: int) -> bytes:
        data = self._socket.recv(size)
        assert data == b""
        self._reads += 1
        if self._reads == 1000:
            raise StillReading
        return data


def documented_serve(client, clients):
    """Pass on what a client says, as documented."""
    while True:
        data = client.recv(1024)
        for other in clients:
            other.send(data)


def documented_show(server):
    """Print what arrives, as documented."""
    while True:
        print(server.recv(1024).decode())


@pytest.mark.mistake("B10")
def test_as_documented_the_server_mixes_tabs_and_spaces():
    with pytest.raises(TabError, match="inconsistent use of tabs and spaces"):
        compile(MIXED, "chat.py", "exec")


@pytest.mark.mistake("B10")
def test_as_documented_a_client_that_leaves_spins_its_thread(pair):
    ours, theirs = pair()
    theirs.close()

    with pytest.raises(StillReading):
        documented_serve(Ended(ours), [])


@pytest.mark.mistake("B10")
def test_as_documented_a_client_that_left_breaks_the_broadcast_of_the_others(pair):
    gone, gone_itself = pair()
    listener, listener_itself = pair()
    sender, sender_itself = pair()
    gone_itself.close()
    sender_itself.send(b"hello")

    with pytest.raises(BrokenPipeError):
        documented_serve(sender, [gone, listener, sender])

    listener_itself.setblocking(False)
    with pytest.raises(BlockingIOError):  # nothing has come
        listener_itself.recv(1024)


@pytest.mark.mistake("B11")
def test_as_documented_the_reader_never_ends_after_the_close(pair):
    ours, _ = pair()
    ours.shutdown(socket.SHUT_RDWR)

    with pytest.raises(StillReading):
        documented_show(Ended(ours))
