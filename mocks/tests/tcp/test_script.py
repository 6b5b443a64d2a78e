import re
import socket

import pytest

from netmocks import MisuseError
from netmocks.tcp import Script, TCPMock
from netmocks.tcp.script import PATTERN_LIMIT


@pytest.fixture
def play(connect, entry):
    """Play a script with a client that says these pieces and ends; return answer and findings."""

    def play(script, *pieces, **options):
        with TCPMock(script, name="the mock", **options) as server:
            client = connect(server)
            try:
                for piece in pieces:
                    client.sendall(piece)
                client.shutdown(socket.SHUT_WR)
                answer = client.makefile("rb").read()
            except OSError:
                answer = None  # a client that departs from the script may be cut short
            server.journal.wait_for(entry("closed"))
            server.stop()
            texts = [finding.text for finding in server.findings.all]
            assert {(f.kind, f.culprit) for f in server.findings.all} <= {("script", "the mock#1")}
            server.findings.clear()
        return answer, texts

    return play


# -- clients that follow --------------------------------------------------------------------------


def test_a_client_that_follows_gets_its_answers_and_makes_no_finding(play):
    script = (
        Script()
        .send(b"220 ready\r\n")
        .expect(b"QUIT\r\n")
        .send(b"221 bye\r\n")
        .send(b"really\r\n")
        .expect_end()
    )
    assert play(script, b"QUIT\r\n") == (b"220 ready\r\n221 bye\r\nreally\r\n", [])


def test_how_the_bytes_are_cut_makes_no_difference(connect):
    script = Script().expect(b"HELO\r\n").expect(re.compile(rb"MAIL .*\r\n")).expect(b"QUIT\r\n")
    script.send(b"bye").close()
    said = b"HELO\r\nMAIL from:<me@example.com>\r\nQUIT\r\n"
    with TCPMock(script) as server:
        client = connect(server)
        client.sendall(said)
        assert client.makefile("rb").read() == b"bye"
        server.journal.whole.clear()
        client = connect(server)
        for number, byte in enumerate(said, 1):
            client.sendall(bytes([byte]))
            server.journal.whole.wait_for_count(number, lambda entry: entry.kind == "received")
        assert client.makefile("rb").read() == b"bye"


def test_a_pattern_takes_the_shortest_beginning_that_it_matches_whole(play):
    script = Script().expect(re.compile(rb"\d+")).send(b"!").expect(b"23").expect_end()
    assert play(script, b"123") == (b"!", [])


def test_each_pattern_is_looked_for_anew(play):
    line = re.compile(rb".*\n")
    script = Script().expect(line).expect(line).send(b"both").close()
    assert play(script, b"a long line\nshort\n") == (b"both", [])


def test_a_pattern_may_hold_for_the_end_of_what_came(play):
    script = Script().expect(re.compile(rb"a+$")).expect(b"b").expect_end()
    assert play(script, b"ab") == (b"", [])


def test_each_client_plays_from_the_beginning(connect):
    with TCPMock(Script().expect(b"?").send(b"!").close()) as server:
        clients = [connect(server) for _ in range(2)]
        for client in clients:
            client.sendall(b"?")
            assert client.makefile("rb").read() == b"!"


def test_an_answer_after_the_clients_end_is_delivered(play):
    script = Script().expect_end().send(b"x" * 1_000_000)
    assert play(script) == (b"x" * 1_000_000, [])


def test_bytes_can_be_given_in_any_shape(play):
    script = Script().expect(bytearray(b"?")).send(bytearray(b"!")).close()
    assert play(script, b"?") == (b"!", [])


def test_a_script_without_steps_is_followed_by_silence(play):
    assert play(Script()) == (b"", [])


def test_it_is_played_over_tls_too(connect_tls):
    with TCPMock(Script().expect(b"?").send(b"!").expect_end(), tls=True) as server:
        client = connect_tls(server)
        client.sendall(b"?")
        assert client.recv(1) == b"!"
        client.unwrap()


# -- clients that depart --------------------------------------------------------------------------


def test_a_client_that_says_something_else_is_shown_both(play):
    script = Script().send(b"220\r\n").expect(b"HELO example.com\r\n").send(b"250\r\n").close()
    _, texts = play(script, b"HELP example.com\r\n")
    assert texts == [
        (
            "step 2 of 4 (expect b'HELO example.com\\r\\n'): the client said something else\n"
            "  expected  b'HELO example.com\\r\\n'\n"
            "  received  b'HELP example.com\\r\\n'\n"
            "                 ^ byte 3"
        )
    ]


@pytest.mark.parametrize(
    ("script", "said", "place", "what"),
    [
        (
            Script().expect(b"QUIT\r\n"),
            b"QUIT\r\nRSET\r\n",
            "after all 1 steps",
            "the client said more than the script knows: b'RSET\\r\\n'",
        ),
        (
            Script(),
            b"hello",
            "after all 0 steps",
            "the client said more than the script knows: b'hello'",
        ),
        (
            Script().expect_end(),
            b"hello",
            "step 1 of 1 (the client's end of stream)",
            "the client said more instead: b'hello'",
        ),
        (
            Script().expect(b"QUIT\r\n"),
            b"QUI",
            "step 1 of 1 (expect b'QUIT\\r\\n')",
            "the connection ended (by the client) when it had said b'QUI'",
        ),
        (
            Script().send(b"hello").expect(re.compile(rb"QUIT|RSET")),
            b"",
            "step 2 of 2 (expect b'QUIT|RSET')",
            "the connection ended (by the client) when it had said b''",
        ),
    ],
)
def test_a_client_that_says_more_or_leaves_too_early_is_told(play, script, said, place, what):
    assert play(script, said)[1] == [f"{place}: {what}"]


def test_a_client_that_resets_is_told(connect, entry, reset):
    with TCPMock(Script().expect(b"QUIT\r\n")) as server:
        client = connect(server)
        server.journal.wait_for(entry("opened"))
        reset(client)
        server.journal.wait_for(entry("closed"))
        (finding,) = server.findings.all
        server.findings.clear()
    assert "the connection ended (reset by the client) when it had said b''" in finding.text


def test_a_client_that_has_not_finished_when_the_mock_stops_is_told(connect, entry):
    server = TCPMock(Script().expect(b"ping").send(b"pong").expect(b"QUIT"), name="the mock")
    server.start()
    client = connect(server)
    client.sendall(b"ping")
    assert client.recv(4) == b"pong"
    server.stop()
    (finding,) = server.findings.all
    assert (finding.kind, finding.culprit) == ("script", "the mock#1")
    place, what = finding.text.split(": ")
    assert place == "step 3 of 3 (expect b'QUIT')"
    assert what == "the connection ended (by the mock, which stopped) when it had said b''"


def test_a_departed_client_makes_one_finding_and_the_next_may_follow(connect, entry):
    with TCPMock(Script().expect(b"a").send(b"ok").close(), name="the mock") as server:
        client = connect(server)
        client.sendall(b"b")
        assert client.recv(1) == b""
        client = connect(server)
        client.sendall(b"a")
        assert client.makefile("rb").read() == b"ok"
        assert [finding.culprit for finding in server.findings.all] == ["the mock#1"]
        server.findings.clear()


def test_a_script_that_nobody_played_is_told():
    server = TCPMock(Script().expect(b"hello").close(), name="the mock").start()
    server.stop()
    assert server.findings.all == (
        ("script", "the mock", "no client played it; step 1 of 2 is to expect b'hello'"),
    )


def test_a_departure_can_be_tolerated(play):
    assert play(Script().expect(b"a"), b"b", tolerate="script")[1] == []


# -- much of it -----------------------------------------------------------------------------------


def test_a_line_of_a_mebibyte_is_told_in_short_and_does_not_hold_up_the_mock(play):
    line = b"x" * 1024 * 1024
    for script in (
        Script().expect(re.compile(rb"[^\n]*\n")),
        Script().expect(b"EHLO"),
        Script().expect_end(),
    ):
        _, (text,) = play(script, line)
        assert len(text) < 1000
    _, (text,) = play(Script().expect(re.compile(rb"[^\n]*\n")), line)
    assert f"no match within {PATTERN_LIMIT} bytes: b'xxx" in text


def test_a_pattern_is_found_up_to_its_limit(play):
    head = b"x" * (PATTERN_LIMIT - 1)
    script = Script().expect(re.compile(rb"x*\n")).send(b"found").close()
    assert play(script, head + b"\n") == (b"found", [])


def test_expected_bytes_have_no_limit(play):
    data = b"x" * 1024 * 1024
    assert play(Script().expect(data).send(b"all").close(), data) == (b"all", [])


# -- misuse ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["send", "expect"])
@pytest.mark.parametrize("data", ["text", b"", None, 7])
def test_what_can_not_be_said_is_refused_with_the_line_to_write(verb, data):
    with pytest.raises(MisuseError) as raised:
        getattr(Script(), verb)(data)
    assert str(raised.value) == (
        f"{verb}({data!r}): a script speaks bytes, at least one: {verb}(b'...') or 'text'.encode()"
    )


def test_a_pattern_of_text_is_refused_with_the_line_to_write():
    with pytest.raises(MisuseError, match=r"a script hears bytes: re.compile\(rb'\.\.\.'\)"):
        Script().expect(re.compile("text"))


def test_nothing_comes_after_close():
    with pytest.raises(MisuseError) as raised:
        Script().send(b"bye").close().expect(b"more")
    assert str(raised.value) == (
        "nothing comes after close(), such as to expect b'more': make it the last"
    )
