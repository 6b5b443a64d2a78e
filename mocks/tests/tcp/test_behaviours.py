import socket

import pytest

from netmocks.record import PATIENCE
from netmocks.tcp import Behaviour, TCPMock, broadcast, discard, echo, greet


def test_echo_sends_everything_back_and_the_end_too(connect):
    with TCPMock(echo) as server:
        client = connect(server)
        client.sendall(b"one")
        client.sendall(b"two")
        client.shutdown(socket.SHUT_WR)
        assert client.makefile("rb").read() == b"onetwo"


def test_discard_takes_everything_and_says_nothing(connect, entry):
    with TCPMock(discard) as server:
        client = connect(server)
        client.sendall(b"anybody there?")
        client.shutdown(socket.SHUT_WR)
        assert client.makefile("rb").read() == b""
        server.journal.wait_for(entry("closed"))
    assert [entry.kind for entry in server.journal] == ["opened", "received", "closed"]


@pytest.mark.parametrize("greeting", [b"220 mail.example.com\r\n", b""])
def test_greet_says_one_thing_to_each_client_and_closes(connect, greeting):
    with TCPMock(greet(greeting)) as server:
        for _ in range(2):
            assert connect(server).makefile("rb").read() == greeting


def test_broadcast_sends_to_all_who_are_there(connect, entry):
    with TCPMock(broadcast()) as server:
        first, second, third = (connect(server) for _ in range(3))
        server.journal.whole.wait_for_count(3, entry("opened"))
        first.sendall(b"hello")
        for client in (first, second, third):
            assert client.recv(5) == b"hello"
        second.close()
        server.journal.wait_for(entry("closed"))
        third.sendall(b"bye")
        for client in (first, third):
            assert client.recv(3) == b"bye"


def test_two_broadcasts_know_nothing_of_each_other(connect, entry):
    with TCPMock(broadcast()) as left, TCPMock(broadcast()) as right:
        here, there = connect(left), connect(right)
        right.journal.wait_for(entry("opened"))
        here.sendall(b"hello")
        assert here.recv(5) == b"hello"
        there.sendall(b"bye")
        assert there.recv(5) == b"bye"


def test_a_behaviour_of_the_tests_own_makes_the_engines_and_can_tell_what_is_missing():
    class Greeting(Behaviour):
        def engine(self, mock):
            return greet(f"I am {mock.name}".encode()).engine(mock)

        def unfinished(self):
            return "it expected more"

    with TCPMock(Greeting(), name="the mock") as server:
        with socket.create_connection(server.address, timeout=PATIENCE) as client:
            assert client.makefile("rb").read() == b"I am the mock"
        server.stop()
        (finding,) = server.findings.all
        server.findings.clear()
    assert finding == ("script", "the mock", "it expected more")
