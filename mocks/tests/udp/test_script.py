import pytest

from netmocks import MisuseError
from netmocks.udp import DatagramScript, UDPMock


def test_a_peer_that_follows_gets_its_answers_and_makes_no_finding(client):
    script = DatagramScript().expect(b"ping").send(b"pong").send(b"pong again").expect(b"bye")
    with UDPMock(script) as server:
        client.sendto(b"ping", server.address)
        assert client.recv(100) == b"pong"
        assert client.recv(100) == b"pong again"
        client.sendto(b"bye", server.address)


def test_each_peer_plays_on_its_own(new_client):
    script = DatagramScript().expect(b"1").send(b"one").expect(b"2").send(b"two")
    first, second = new_client(), new_client()
    with UDPMock(script) as server:
        for said, answer in ((b"1", b"one"), (b"2", b"two")):
            for client in (first, second):
                client.sendto(said, server.address)
                assert client.recv(100) == answer


def test_an_empty_datagram_can_be_expected_and_sent(client):
    with UDPMock(DatagramScript().expect(b"").send(b"")) as server:
        client.sendto(b"", server.address)
        assert client.recv(100) == b""


def told(server):
    server.stop()
    texts = [finding.text for finding in server.findings.all]
    assert {(f.kind, f.culprit) for f in server.findings.all} == {("script", "the mock")}
    server.findings.clear()
    return texts


def test_a_peer_that_says_something_else_is_shown_both_and_may_try_again(client):
    script = DatagramScript().expect(b"ping").send(b"pong")
    with UDPMock(script, name="the mock") as server:
        client.sendto(b"pink", server.address)
        client.sendto(b"ping", server.address)
        assert client.recv(100) == b"pong"
        assert told(server) == [
            (
                f"127.0.0.1:{client.getsockname()[1]} departs: step 1 of 1:\n"
                "  expected  b'ping'\n"
                "  received  b'pink'\n"
                "                 ^ byte 3"
            )
        ]


def test_a_peer_that_says_more_is_told_in_short(client):
    with UDPMock(DatagramScript().expect(b"ping"), name="the mock") as server:
        client.sendto(b"ping", server.address)
        client.sendto(b"x" * 10_000, server.address)
        (text,) = told(server)
    peer = f"127.0.0.1:{client.getsockname()[1]}"
    assert text.startswith(f"{peer} departs: after all 1 steps of the script came b'xxx")
    assert text.endswith("' … (10000 bytes)")


def test_peers_that_stop_before_the_end_are_named(new_client):
    script = DatagramScript().expect(b"1").send(b"one").expect(b"2")
    first, second = new_client(), new_client()
    with UDPMock(script, name="the mock") as server:
        for client in (first, second):
            client.sendto(b"1", server.address)
            assert client.recv(100) == b"one"
        second.sendto(b"2", server.address)
        assert told(server) == [
            f"127.0.0.1:{first.getsockname()[1]} stopped before step 2 of 2, which expects b'2'"
        ]


def test_a_script_that_nobody_played_is_told():
    with UDPMock(DatagramScript().expect(b"1"), name="the mock") as server:
        assert told(server) == ["no peer played it; step 1 of 1 expects b'1'"]


def test_a_script_without_steps_expects_nobody():
    with UDPMock(DatagramScript()):
        pass


def test_a_departure_can_be_tolerated(client):
    with UDPMock(DatagramScript().expect(b"ping"), tolerate="script") as server:
        client.sendto(b"pink", server.address)
        server.wait_for_datagram()


# -- misuse ---------------------------------------------------------------------------------------


def test_a_script_begins_with_what_a_peer_says():
    with pytest.raises(MisuseError, match=r"begins with expect\(\).*mock.send\(data, to=peer\)"):
        DatagramScript().send(b"hello")


@pytest.mark.parametrize("verb", ["send", "expect"])
@pytest.mark.parametrize("data", ["text", None, 7])
def test_what_is_not_of_bytes_is_refused_with_the_line_to_write(verb, data):
    with pytest.raises(MisuseError) as raised:
        getattr(DatagramScript().expect(b"x"), verb)(data)
    assert str(raised.value) == (
        f"{verb}({data!r}): a datagram is of bytes: {verb}(b'...') or 'text'.encode()"
    )
