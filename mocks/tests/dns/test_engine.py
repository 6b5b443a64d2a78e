import socket

import dns.message
import pytest

from netmocks.dns import DNSMock, late
from netmocks.dns.framing import framed


@pytest.fixture
def server():
    with DNSMock() as server:
        yield server


@pytest.fixture
def responses():
    """Read all messages of a stream until it ends."""

    def responses(client):
        with client.makefile("rb") as stream:
            while length := stream.read(2):
                yield dns.message.from_wire(stream.read(int.from_bytes(length)))

    return responses


def test_queries_in_one_stream_are_answered_and_may_overtake(server, tcp, query, responses, values):
    server.on("A", "slow.example.com").reply(late(0.01, "192.0.2.1"))
    server.on("A", "quick.example.com").reply("192.0.2.2")
    client = tcp(server)
    slow, quick = query("A", "slow.example.com"), query("A", "quick.example.com")
    client.sendall(framed(slow.to_wire()) + framed(quick.to_wire()))
    client.shutdown(socket.SHUT_WR)
    got = list(responses(client))
    assert [response.id for response in got] == [quick.id, slow.id]


def test_a_query_byte_by_byte_is_one_query(server, tcp, query, responses):
    server.on("A", "www.example.com")
    client = tcp(server)
    for byte in framed(query().to_wire()):
        client.sendall(bytes([byte]))
    client.shutdown(socket.SHUT_WR)
    assert len(list(responses(client))) == 1


def test_a_client_that_leaves_in_the_middle_of_a_message_is_noted(server, tcp, entry):
    client = tcp(server)
    client.sendall(b"\x00\x20half")
    client.close()
    server.journal.wait_for(entry("error", "in the middle of a message"))


def test_a_message_of_no_bytes_ends_the_stream(server, tcp, entry):
    client = tcp(server)
    client.sendall(b"\x00\x00")
    assert client.recv(1) == b""
    server.journal.wait_for(entry("error", "a message of length 0"))


def test_a_client_that_resets_does_not_stop_the_next(server, tcp, query, reset, ask, entry):
    server.on("A", "www.example.com").reply(late(0.001, "192.0.2.9")).then("192.0.2.1")
    client = tcp(server)
    client.sendall(framed(query().to_wire()))
    server.queries.wait_for()
    reset(client)
    server.journal.wait_for(entry("closed"))
    assert ask(server).answer


def test_malformed_queries_are_noted_and_the_stream_goes_on(server, tcp, query, responses, entry):
    server.on("A", "www.example.com")
    client = tcp(server)
    client.sendall(framed(query().to_wire()[:-2]) + framed(b"junk") + framed(query().to_wire()))
    client.shutdown(socket.SHUT_WR)
    assert [response.rcode() for response in responses(client)] == [1, 0]
    server.journal.wait_for(entry("error", "malformed"))
    server.journal.wait_for(entry("error", "4 bytes are less than a header"))


def test_who_asks_has_a_number_of_its_own_on_each_transport(server, tcp, query, ask, entry):
    server.on("A", "www.example.com")
    ask(server)
    client = tcp(server)
    client.sendall(framed(query().to_wire()))
    client.recv(1)
    ask(server)
    assert [query.connection for query in server.queries] == [1, 2, 1]
