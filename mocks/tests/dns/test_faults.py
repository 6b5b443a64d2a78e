import threading

import dns.flags
import dns.message
import pytest

from netmocks import MisuseError
from netmocks.dns import (
    EMPTY,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    SILENCE,
    DNSMock,
    garbage,
    late,
    truncated,
    wrong_id,
    wrong_question,
)
from netmocks.dns.faults import GARBAGE, OTHER_NAME
from netmocks.dns.framing import framed


@pytest.fixture
def server():
    with DNSMock() as server:
        yield server


@pytest.fixture
def over_tcp(tcp, query, server):
    """Ask by TCP and return the bytes of the response behind its length."""

    def over_tcp():
        client = tcp(server)
        client.sendall(framed(query().to_wire()))
        with client.makefile("rb") as stream:
            return stream.read(int.from_bytes(stream.read(2)))

    return over_tcp


@pytest.fixture
def raw(udp, query, server):
    """Ask by UDP and return query and response, as dnspython has the one and the wire the other."""

    def raw():
        asked = query()
        udp.sendto(asked.to_wire(), server.address)
        return asked, udp.recv(65536)

    return raw


@pytest.mark.parametrize(
    ("answer", "rcode"), [(NXDOMAIN, 3), (SERVFAIL, 2), (REFUSED, 5), (EMPTY, 0)]
)
def test_a_code_is_all_that_is_answered_on_both_transports(server, ask, over_tcp, answer, rcode):
    server.on("A", "www.example.com").reply(answer)
    for response in (ask(server), dns.message.from_wire(over_tcp())):
        assert (response.rcode(), response.answer) == (rcode, [])


def test_the_id_is_wrong_in_every_bit(server, raw):
    server.on("A", "www.example.com").reply(wrong_id("192.0.2.1"))
    asked, wire = raw()
    assert dns.message.from_wire(wire).id == asked.id ^ 0xFFFF
    assert dns.message.from_wire(wire).answer


def test_the_question_is_another(server, raw):
    server.on("A", "www.example.com").reply(wrong_question("192.0.2.1"))
    asked, wire = raw()
    response = dns.message.from_wire(wire)
    assert (response.id, response.question[0].name) == (asked.id, OTHER_NAME)


def test_a_truncated_answer_is_whole_over_tcp(server, ask, over_tcp, values):
    server.on("A", "www.example.com").reply(truncated("192.0.2.1"))
    response = ask(server)
    assert response.flags & dns.flags.TC
    assert response.answer == []
    assert values(dns.message.from_wire(over_tcp())) == ["192.0.2.1"]
    struck = [entry.value for entry in server.journal if entry.kind == "fault"]
    assert struck == ["truncated: A www.example.com over UDP"]


def test_garbage_is_sent_as_it_is(server, raw, over_tcp):
    server.on("A", "www.example.com").reply(garbage(b"no DNS"))
    assert raw()[1] == over_tcp() == b"no DNS"


def test_garbage_is_no_message_unless_it_is_said():
    with pytest.raises(dns.message.ShortHeader):
        dns.message.from_wire(b"x")
    with pytest.raises(Exception):  # noqa: B017  # whatever the library calls it
        dns.message.from_wire(GARBAGE)


def test_silence_is_no_answer_and_the_next_query_gets_one(server, udp, ask, query, values):
    server.on("A", "www.example.com").reply(SILENCE).then("192.0.2.1")
    udp.sendto(query().to_wire(), server.address)
    server.journal.wait_for(lambda entry: entry.kind == "fault")
    assert values(ask(server)) == ["192.0.2.1"]  # the first datagram to come is the second's
    struck = [entry.value for entry in server.journal if entry.kind == "fault"]
    assert struck == ["no answer: A www.example.com over UDP"]


def test_a_late_answer_lets_others_overtake_it(server, udp, query, ask, values):
    server.on("A", "www.example.com").reply(late(0.01, "192.0.2.1"))
    server.on("A", "quick.example.com").reply("192.0.2.2")
    udp.sendto(query().to_wire(), server.address)
    assert values(ask(server, "A", "quick.example.com")) == ["192.0.2.2"]
    assert values(dns.message.from_wire(udp.recv(512))) == ["192.0.2.1"]


def test_stopping_cancels_a_late_answer(udp, tcp, query):
    server = DNSMock().start()
    server.on("A", "www.example.com").reply(late(3600, "192.0.2.1"))
    udp.sendto(query().to_wire(), server.address)
    client = tcp(server)
    client.sendall(framed(query().to_wire()))
    server.queries.wait_for_count(2)
    stopper = threading.Thread(target=server.stop)
    stopper.start()
    assert client.recv(100) == b""
    stopper.join()
    server.verify()


def test_faults_strike_what_the_zones_say(server, raw, values):
    server.zone("example.com", "www A 192.0.2.9")
    server.on("*", "*").reply(late(0.001, wrong_id()))
    asked, wire = raw()
    response = dns.message.from_wire(wire)
    assert response.id == asked.id ^ 0xFFFF
    assert values(response) == ["192.0.2.9"]
    assert server.journal.wait_for(lambda entry: entry.kind == "fault").value.startswith("wrong id")


@pytest.mark.parametrize("data", [b"", "text", b"x" * 65536])
def test_garbage_that_can_not_be_sent_is_refused(data):
    with pytest.raises(MisuseError, match=r"reply\(SILENCE\)"):
        garbage(data)


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan"), "2", None])
def test_a_time_that_is_none_is_refused(seconds):
    with pytest.raises(MisuseError, match="a positive number of seconds"):
        late(seconds)
