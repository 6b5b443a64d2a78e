"""Every fault of HTTP, as a client of bytes sees it, and that the next client is served."""

import re

import pytest

from netmocks.errors import MisuseError, UnexpectedTraffic
from netmocks.faults import (
    Bandwidth,
    Corrupt,
    Cut,
    Drop,
    Duplicate,
    HalfClose,
    Latency,
    LimitData,
    Noop,
    Refuse,
    Reset,
    Silence,
    Slices,
    Stall,
)
from netmocks.http import HTTPMock, faults

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"


@pytest.fixture
def struck(web, client, dial):
    """Let an answer "hello" be struck by a fault; what the client reads until the mock closes.

    The mock then serves the next client, and its journal shows the fault.
    """

    def strike(fault, **options):
        with web.on("GET", "/").reply(options.pop("content", "hello"), fault=fault, **options):
            said = client.send(GET).half_close().rest()
        entry = web.journal.wait_for(lambda entry: entry.kind == "fault")
        assert entry.value
        with web.on("GET", "/next").reply("served"):
            assert dial(web).get("/next").text == "served"
        return said

    return strike


# -- the end of the connection ----------------------------------------------------------------


@pytest.mark.parametrize("after", [0, 1, 20, len(HEAD), len(HEAD) + 3])
def test_the_connection_is_closed_after_so_many_bytes(struck, after):
    assert struck(Cut(after=after)) == (HEAD + b"hello")[:after]


def test_the_connection_is_closed_right_behind_the_head_or_some_bytes_further(struck):
    assert struck(Cut(after=b"\r\n\r\n")) == HEAD


def test_the_connection_is_closed_some_bytes_behind_the_head(struck):
    assert struck(Cut(after=b"\r\n\r\n", more=2)) == HEAD + b"he"


@pytest.mark.parametrize("after", [0, 20, len(HEAD) + 3])
def test_the_connection_is_reset_after_so_many_bytes(web, client, after):
    web.on("GET", "/").reply("hello", fault=Reset(after=after))
    client.send(GET)
    expected = (HEAD + b"hello")[:after]
    assert b"".join(client.sock.recv(1) for _ in expected) == expected
    with pytest.raises(ConnectionResetError):
        client.sock.recv(1)
    assert web.journal.wait_for(lambda entry: entry.kind == "closed").value == "reset by the mock"


def test_a_stream_is_cut_where_it_is_told_whatever_its_pieces_are(web, client):
    web.on("GET", "/").reply(stream=[b"one", b"two", b"three"], fault=Cut(after=b"two"))
    said = client.send(GET).rest()
    assert said.endswith(b"\r\n\r\n3\r\none\r\n3\r\ntwo")


# -- silence and delay ------------------------------------------------------------------------


def test_no_answer_at_all_comes_while_the_connection_stays_open(web, client):
    web.on("GET", "/").reply("hello", fault=Silence())
    client.send(GET)
    web.journal.wait_for(lambda entry: entry.kind == "fault")
    assert client.half_close().rest() == b""
    assert [entry.data for entry in web.journal if entry.kind == "sent"] == []


@pytest.mark.parametrize("at", [0, 7, len(HEAD), len(HEAD) + 2])
def test_an_answer_stands_still_at_a_byte_until_it_is_released(web, client, at):
    stall = Stall(after=at)
    web.on("GET", "/").reply("hello", fault=stall)
    client.send(GET)
    stall.wait_until_reached()
    assert sum(len(e.data) for e in web.journal if e.kind == "sent") == at
    stall.release()
    assert client.answer().text == "hello"


def test_a_stall_that_nobody_releases_does_not_hold_up_the_stop(dial):
    with HTTPMock() as web:
        stall = Stall(after=3)
        web.on("GET", "/").reply("hello", fault=stall)
        dial(web).send(GET)
        stall.wait_until_reached()
    closed = web.journal.wait_for(lambda entry: entry.kind == "closed")
    assert closed.value == "by the mock, which stopped"


def test_a_stall_may_end_by_itself(struck):
    assert struck(Stall(after=3, seconds=0.001)) == HEAD + b"hello"


def test_an_answer_dribbles_at_a_rate(web, struck):
    assert struck(Bandwidth(100_000, piece=10)) == HEAD + b"hello"
    sent = [len(entry.data) for entry in web.journal if entry.kind == "sent"]
    assert max(sent[: len(HEAD) // 10]) == 10


def test_an_answer_comes_in_slices(web, struck):
    assert struck(Slices(7)) == HEAD + b"hello"
    sent = [entry.data for entry in web.journal if entry.kind == "sent"]
    assert {len(data) for data in sent[: len(HEAD) // 7]} == {7}


# -- changed bytes ----------------------------------------------------------------------------


def test_bytes_are_corrupted_where_told(struck):
    assert struck(Corrupt(at=b"\r\n\r\n", count=2)) == HEAD + b"\x97\x9allo"


def test_bytes_are_lost(struck):
    assert struck(Drop(at=b"\r\n\r\n", count=2)) == HEAD + b"llo"


def test_bytes_come_twice(struck):
    assert struck(Duplicate(at=b"\r\n\r\n", count=2)) == HEAD + b"hehello"


def test_an_answer_that_is_longer_than_allowed_is_cut(struck):
    assert struck(LimitData(len(HEAD) + 4)) == HEAD + b"hell"


def test_an_answer_comes_late(struck):
    assert struck(Latency(0.001)) == HEAD + b"hello"


def test_an_answer_half_closes_and_what_is_asked_then_is_heard_but_not_answered(web, client):
    web.on("GET", "/").reply("hello", fault=HalfClose(after=20)).then("again")
    assert client.send(GET).rest() == HEAD[:20]
    client.send(GET)
    web.requests.wait_for_count(2)
    client.half_close()
    web.journal.wait_for(lambda entry: entry.kind == "closed")
    assert sum(len(entry.data) for entry in web.journal if entry.kind == "sent") == 20


def test_a_fault_that_does_nothing_changes_nothing(struck):
    assert struck(Noop()) == HEAD + b"hello"


# -- lengths ----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [-2, 1, 1000])
def test_the_content_length_is_wrong(struck, by):
    expected = HEAD.replace(b"Length: 5", b"Length: %d" % (5 + by)) + b"hello"
    assert struck(faults.WrongLength(by)) == expected


def test_a_content_length_below_none_is_none(struck):
    assert b"Content-Length: 0\r\n" in struck(faults.WrongLength(-9))


def test_the_content_length_is_left_out(struck):
    assert struck(faults.NoLength()) == HEAD.replace(b"Content-Length: 5\r\n", b"") + b"hello"


def test_two_content_lengths_contradict_each_other(struck):
    said = struck(faults.ConflictingLength(by=2))
    assert b"\r\nContent-Length: 5\r\nContent-Length: 7\r\n" in said
    assert said.endswith(b"\r\n\r\nhello")


# -- chunks -----------------------------------------------------------------------------------


def test_the_size_of_a_chunk_is_none(struck):
    said = struck(faults.BadChunkSize(chunk=1), content=None, stream=[b"one", b"two", b"three"])
    assert said.endswith(b"\r\n\r\n3\r\none\r\nxyz\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n")


def test_the_last_chunk_is_left_out(struck):
    said = struck(faults.NoLastChunk(), content=None, stream=[b"one", b"two"])
    assert said.endswith(b"\r\n\r\n3\r\none\r\n3\r\ntwo\r\n")


# -- heads ------------------------------------------------------------------------------------


def test_the_status_line_is_none(struck):
    assert (
        struck(faults.BadStatusLine("ICY 200"))
        == HEAD.replace(b"HTTP/1.1 200 OK", b"ICY 200") + b"hello"
    )


def test_a_field_is_none(struck):
    said = struck(faults.BadField(": no name"))
    assert said.startswith(b"HTTP/1.1 200 OK\r\n: no name\r\nContent-Type")


def test_early_hints_are_no_head_that_a_fault_of_the_head_would_strike(struck):
    said = struck(faults.BadStatusLine("ICY"), hints=[{"Link": "</a.css>"}])
    assert said.startswith(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nICY\r\n")


def test_fields_come_without_end_until_the_client_leaves(web, client, dial):
    web.on("GET", "/").reply("hello", fault=faults.EndlessHead())
    client.send(GET)
    received = b""
    while len(received) < 1_000_000:
        received += client.sock.recv(65536)
    assert b"\r\n\r\n" not in received
    assert b"\r\nX-Endless-900: xxx" in received
    client.reset()
    web.journal.wait_for(lambda entry: entry.kind == "closed")
    web.on("GET", "/next").reply("served")
    assert dial(web).get("/next").text == "served"


# -- bodies -----------------------------------------------------------------------------------


def test_content_is_larger_than_meant(struck):
    said = struck(faults.OversizeBody(200_000, fill=b"x"))
    head, _, body = said.partition(b"\r\n\r\n")
    assert b"Content-Length: 200000" in head
    assert body == b"hello" + b"x" * 199_995


def test_the_charset_is_a_wrong_one(struck):
    said = struck(faults.WrongCharset("utf-16"))
    assert b"\r\nContent-Type: text/plain; charset=utf-16\r\n" in said
    assert said.count(b"Content-Type") == 1


def test_content_that_is_said_to_be_gzip_is_none(struck):
    said = struck(faults.BrokenGzip())
    assert b"\r\nContent-Encoding: gzip\r\n" in said
    assert said.partition(b"\r\n\r\n")[2].startswith(b"\x1f\x8b")


# -- the connection ---------------------------------------------------------------------------


def test_the_connection_is_not_kept_alive_though_nobody_said_so(web, client):
    web.on("GET", "/").reply("hello", fault=faults.NoKeepAlive())
    assert client.send(GET).rest() == HEAD + b"hello"


def test_an_answer_comes_before_the_content_of_its_request(web, client):
    web.on("POST", "/").reply("at once", fault=faults.EarlyAnswer())
    web.on("GET", "/").reply("hello")
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
    assert client.answer().text == "at once"
    client.send(b"helloGET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert client.answer().text == "hello"
    assert [request.method for request in web.requests] == ["POST", "GET"]


def test_a_client_that_waits_for_100_gets_the_early_answer_instead(web, client):
    web.on("POST", "/").reply(
        status=417, headers={"Connection": "close"}, fault=faults.EarlyAnswer()
    )
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    assert client.answer().status == 417
    assert client.half_close().rest() == b""


def test_an_early_answer_can_close_the_connection_while_the_client_is_sending(web, client):
    web.on("POST", "/").reply(
        "no", status=413, headers={"Connection": "close"}, fault=faults.EarlyAnswer()
    )
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1000)
    assert client.answer().status == 413
    assert client.half_close().rest() == b""


def test_without_content_there_is_nothing_to_be_early_for(struck):
    assert struck(faults.EarlyAnswer()) == HEAD + b"hello"


# -- of all -----------------------------------------------------------------------------------


def test_a_fault_that_finds_no_place_to_strike_is_a_finding(web, client):
    web.on("GET", "/").reply("hello", fault=Cut(after=1000))
    assert client.get("/").text == "hello"
    client.half_close().rest()
    with pytest.raises(UnexpectedTraffic, match=r"Cut\(after=1000, more=0\) never struck"):
        web.verify()


def test_a_fault_strikes_one_answer_of_a_sequence(web, client, dial):
    web.on("GET", "/").reply("no", fault=Cut(after=3)).then("yes")
    assert client.send(GET).rest() == b"HTT"
    assert dial(web).get("/").text == "yes"


def test_the_same_fault_strikes_every_answer_anew(web, dial):
    web.on("GET", "/").reply("hello", fault=Cut(after=3))
    assert [dial(web).send(GET).rest() for _ in range(3)] == [b"HTT"] * 3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Cut(after=-1), "nothing comes before byte 0"),
        (lambda: Cut(after=b""), "no bytes stand everywhere"),
        (lambda: Cut(after="x"), "a place is a number of bytes"),
        (lambda: Cut(after=True), "a place is a number of bytes"),
        (lambda: Cut(after=1, more=-1), "more=-1"),
        (lambda: Stall(after=-1), "after=-1"),
        (lambda: Stall(seconds=-1), "seconds=-1"),
        (lambda: Bandwidth(0), "for none: Silence()"),
        (lambda: Bandwidth(1, piece=0), "piece=0"),
        (lambda: Slices(0), "size=0"),
        (lambda: Slices(1, pause=-1), "pause=-1"),
        (lambda: Corrupt(at=0, count=0), "count=0"),
        (lambda: faults.WrongLength(0), "that length is right"),
        (lambda: faults.OversizeBody(0), "size=0"),
        (lambda: faults.OversizeBody(1, fill=b"ab"), "one byte"),
        (lambda: HTTPMock().on("GET", "/").reply(fault="cut"), "give a fault, such as Cut"),
        (lambda: HTTPMock().on("GET", "/").reply(fault=Refuse()), "by mock.fault(Refuse())"),
    ],
)
def test_an_impossible_fault_is_refused_where_it_is_made(make, message):
    with pytest.raises(MisuseError, match=re.escape(message)):
        make()


def test_a_fault_is_shown_as_it_was_written():
    assert repr(Cut(after=3)) == "Cut(after=3, more=0)"
    assert repr(Stall(after=b"x")) == "Stall(after=b'x')"
    assert repr(faults.NoKeepAlive()) == "NoKeepAlive()"
