"""A3: hellos in datagrams."""

import errno
import socket

import pytest

PLACE = ("127.0.0.1", 9999)
HELLOS = "Hello, Michael!\nHello, Tracy!\nHello, Sarah!\n"


@pytest.fixture
def server(internet, program):
    """The server's console, once it can be reached."""
    internet.host(*PLACE)
    console = program("udp_hello_server.py").start()
    internet.wait_until_listening(*PLACE)
    return console


@pytest.fixture
def sender(internet):
    """A socket of the test's own, with an address that it knows."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 0))
        yield sender


@pytest.mark.example("A3")
def test_the_client_prints_three_hellos(server, program):
    assert program("udp_hello_client.py").run().text == HELLOS


@pytest.mark.example("A3")
def test_three_datagrams_go_each_way(internet, program):
    mock = internet.udp(*PLACE, lambda datagram: b"Hello, %b!" % datagram.data)

    console = program("udp_hello_client.py").run()

    assert [(entry.kind, entry.data) for entry in mock.journal] == [
        ("received", b"Michael"),
        ("sent", b"Hello, Michael!"),
        ("received", b"Tracy"),
        ("sent", b"Hello, Tracy!"),
        ("received", b"Sarah"),
        ("sent", b"Hello, Sarah!"),
    ]
    assert console.text == HELLOS


@pytest.mark.example("A3")
def test_the_server_logs_who_sent_each_datagram(server, sender):
    host, port = sender.getsockname()

    sender.sendto(b"Michael", PLACE)

    assert sender.recvfrom(1024) == (b"Hello, Michael!", PLACE)
    assert server.text == f"Waiting for datagrams ...\nReceived from {host}:{port}\n"


@pytest.mark.example("A3")
@pytest.mark.parametrize("name", [b"", b"\xff", "管理员".encode()])
def test_a_name_in_any_bytes_is_greeted(server, sender, name):
    sender.sendto(name, PLACE)

    assert sender.recv(1024) == b"Hello, " + name + b"!"


@pytest.mark.example("A3")
def test_a_lost_answer_ends_the_client_and_its_patience(internet, program):
    mock = internet.udp(*PLACE)

    with pytest.raises(TimeoutError):
        program("udp_hello_client.py").run(patience=0.01)

    assert mock.wait_for_datagram().data == b"Michael"


@pytest.mark.example("A3", "A2")
def test_tcp_and_udp_share_a_port(internet, program):
    internet.host(*PLACE)
    program("tcp_greeter_server.py").start(pause=0).wait_for("Waiting for clients ...")
    program("udp_hello_server.py").start().wait_for("Waiting for datagrams ...")

    assert program("udp_hello_client.py").run().text == HELLOS
    assert program("tcp_greeter_client.py").run().text == f"Welcome!\n{HELLOS}"


@pytest.mark.example("A3")
def test_two_udp_servers_do_not_share_a_port(server, program):
    with pytest.raises(OSError) as caught:
        program("udp_hello_server.py").run()

    assert caught.value.errno == errno.EADDRINUSE
