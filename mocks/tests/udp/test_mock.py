import asyncio
import functools
import threading

import pytest

from netmocks import MisuseError, WaitTimeout
from netmocks.record import PATIENCE
from netmocks.udp import Datagram, UDPMock, echo, ignore


def upper(datagram):
    return datagram.data.upper()


async def upper_async(datagram):
    await asyncio.sleep(0)
    return datagram.data.upper()


class Upper:
    async def __call__(self, datagram):
        return datagram.data.upper()


@pytest.mark.parametrize(
    "behaviour",
    [
        upper,
        upper_async,
        functools.partial(upper),
        functools.partial(upper_async),
        Upper(),
        lambda datagram: upper_async(datagram),
        lambda datagram: [datagram.data[:2].upper(), datagram.data[2:].upper()],
    ],
)
def test_a_behaviour_is_a_function_from_a_datagram_to_its_answers(client, behaviour):
    with UDPMock(behaviour) as server:
        client.sendto(b"hello", server.address)
        answer = b""
        while len(answer) < 5:
            answer += client.recv(100)
        assert answer == b"HELLO"


@pytest.mark.parametrize("behaviour", [None, "echo", b"hello", 7])
def test_what_is_no_behaviour_is_refused_with_the_line_to_write(behaviour):
    for refuse in (UDPMock, UDPMock().become):
        with pytest.raises(MisuseError) as raised:
            refuse(behaviour)
        assert str(raised.value) == (
            f"behaviour={behaviour!r}: a UDP mock takes a function from a datagram to its answers,"
            " such as UDPMock(lambda datagram: datagram.data.upper())"
        )


def test_tls_is_refused():
    with pytest.raises(MisuseError, match="DTLS is not supported"):
        UDPMock(tls=True)


def test_without_a_behaviour_datagrams_are_taken_in_silence(client):
    with UDPMock(name="the mock") as server:
        client.sendto(b"hello", server.address)
        datagram = server.wait_for_datagram()
        assert datagram == Datagram(b"hello", client.getsockname())
    assert server.behaviour is ignore
    assert [entry.kind for entry in server.journal] == ["received"]


def test_empty_datagrams_are_datagrams(client):
    with UDPMock(echo) as server:
        client.sendto(b"", server.address)
        assert client.recvfrom(100) == (b"", server.address)


def test_it_becomes_something_else_for_what_comes_then(client):
    with UDPMock(echo) as server:
        client.sendto(b"one", server.address)
        assert client.recv(100) == b"one"
        server.become(upper)
        client.sendto(b"two", server.address)
        assert client.recv(100) == b"TWO"
        server.become(echo)
        client.sendto(b"three", server.address)
        assert client.recv(100) == b"three"


@pytest.mark.parametrize("kind", ["async", "blocking"])
def test_answers_keep_the_order_of_the_datagrams_though_the_first_takes_its_time(client, kind):
    release = threading.Event()

    def slow(datagram):
        if datagram.data == b"slow":
            release.wait(PATIENCE)
        return datagram.data

    async def slow_async(datagram):
        if datagram.data == b"slow":
            await server.datagrams.wait_for_count_async(2)
        return datagram.data

    with UDPMock(slow_async if kind == "async" else slow) as server:
        client.sendto(b"slow", server.address)
        client.sendto(b"quick", server.address)
        server.datagrams.wait_for_count(2)
        release.set()
        assert [client.recv(100) for _ in range(2)] == [b"slow", b"quick"]


# -- what it received -----------------------------------------------------------------------------


def test_datagrams_can_be_waited_for_and_peers_are_known(new_client):
    first, second = new_client(), new_client()
    with UDPMock() as server:
        first.sendto(b"one", server.address)
        second.sendto(b"two", server.address)
        assert server.wait_for_datagram(lambda d: d.data == b"two").peer == second.getsockname()
        assert server.peers == [first.getsockname(), second.getsockname()]
        assert [datagram.data for datagram in server.datagrams] == [b"one", b"two"]


def test_a_late_wait_shows_what_came(client):
    with UDPMock() as server:
        client.sendto(b"something else", server.address)
        server.wait_for_datagram()
        with pytest.raises(WaitTimeout, match="something else"):
            server.wait_for_datagram(lambda datagram: datagram.data == b"hello", timeout=0)


def test_many_peers_are_kept_apart(new_client):
    clients = [new_client() for _ in range(20)]
    with UDPMock(echo) as server:
        for number, client in enumerate(clients):
            client.sendto(b"%d" % number, server.address)
        for number, client in enumerate(clients):
            assert client.recv(100) == b"%d" % number
        assert server.peers == [client.getsockname() for client in clients]


# -- datagrams that nobody asked for --------------------------------------------------------------


def test_a_peer_can_be_sent_what_it_did_not_ask_for(client):
    with UDPMock() as server:
        client.sendto(b"hello", server.address)
        server.send(b"news", to=server.wait_for_datagram().peer)
        assert client.recvfrom(100) == (b"news", server.address)


def test_a_handler_can_send_too(new_client):
    first, second = new_client(), new_client()

    async def pass_on(datagram):
        for peer in server.peers:
            server.send(datagram.data, to=peer)

    with UDPMock(pass_on) as server:
        first.sendto(b"one", server.address)
        assert first.recv(100) == b"one"
        second.sendto(b"two", server.address)
        assert (first.recv(100), second.recv(100)) == (b"two", b"two")


def test_a_peer_that_was_never_heard_of_is_refused_beside_those_that_were(client):
    with UDPMock(name="the mock") as server:
        with pytest.raises(MisuseError) as raised:
            server.send(b"news", to=("127.0.0.1", 9))
        assert str(raised.value) == (
            "the mock knows no peer 127.0.0.1:9; the peers it heard of: none. Wait for one:"
            " peer = mock.wait_for_datagram().peer"
        )
        client.sendto(b"hello", server.address)
        server.wait_for_datagram()
        with pytest.raises(MisuseError, match=f"heard of: 127.0.0.1:{client.getsockname()[1]}. "):
            server.send(b"news", to=("127.0.0.1", 9))


# -- behaviours that fail -------------------------------------------------------------------------


def fail(datagram):
    if datagram.data == b"bad":
        raise ValueError("a mistake in the handler")
    return b"good"


async def fail_async(datagram):
    return fail(datagram)


def fail_test(datagram):
    return fail(datagram) if datagram.data == b"good" else pytest.fail("a mistake in the handler")


async def fail_test_async(datagram):
    return fail_test(datagram)


def leave(datagram):
    if datagram.data == b"bad":
        raise SystemExit("a mistake in the handler")
    return b"good"


async def leave_async(datagram):
    return leave(datagram)


@pytest.mark.parametrize(
    "behaviour", [fail, fail_async, fail_test, fail_test_async, leave, leave_async]
)
def test_a_behaviour_that_raises_is_a_finding_and_the_next_datagram_is_answered(client, behaviour):
    with UDPMock(behaviour, name="the mock") as server:
        client.sendto(b"bad", server.address)
        client.sendto(b"good", server.address)
        assert client.recv(100) == b"good"
        (finding,) = server.findings.all
        server.findings.clear()
    assert (finding.kind, finding.culprit) == ("handler", "the mock#1")
    assert "a mistake in the handler" in finding.text


def test_an_answer_of_text_is_a_finding_with_the_line_to_write(client, entry):
    with UDPMock(lambda _: "pong") as server:
        client.sendto(b"ping", server.address)
        server.journal.wait_for(entry("error", "a behaviour answered 'pong'"))
        (finding,) = server.findings.all
        server.findings.clear()
    assert "'text'.encode()" in finding.text


def test_an_answer_that_is_too_long_is_a_finding(client, entry):
    with UDPMock(lambda _: bytes(65508)) as server:
        client.sendto(b"ping", server.address)
        server.journal.wait_for(entry("error", "one datagram holds at most 65507"))
        server.findings.clear()


@pytest.mark.parametrize("kind", ["async", "blocking"])
def test_a_behaviour_that_waits_does_not_hold_up_the_end(client, kind):
    begun, release = threading.Event(), threading.Event()

    def wait(datagram):
        begun.set()
        release.wait(PATIENCE)

    async def wait_async(datagram):
        begun.set()
        await asyncio.Event().wait()

    # The blocking one is waited for, for a while, and told of: mocks/tests/test_mock.py.
    with UDPMock(wait_async if kind == "async" else wait, tolerate=["handler"]) as server:
        client.sendto(b"hello", server.address)
        assert begun.wait(PATIENCE)
    assert not release.is_set()
    release.set()


def test_it_starts_again_and_keeps_what_it_received(client):
    server = UDPMock(upper)
    for said in (b"one", b"two"):
        with server:
            client.sendto(said, server.address)
            assert client.recv(100) == said.upper()
    assert [datagram.data for datagram in server.datagrams] == [b"one", b"two"]
