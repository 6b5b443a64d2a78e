import re
import zlib

import pytest

from netmocks.errors import MisuseError
from netmocks.http import HTTPMock, Limits

HOST = b"Host: example.com\r\n"

#: Seconds in which a client says nothing: many more than it takes to say what the tests let it say.
IDLE = 0.5


@pytest.fixture
def limited(dial):
    """Start mocks with limits; a client of one, and the mock."""
    mocks = []

    def start(**limits):
        mock = HTTPMock(limits=Limits(**limits), tolerate=["unmatched"]).start()
        mocks.append(mock)
        mock.on("*", re.compile(".*"), required=False).reply("taken")
        return mock, dial(mock)

    yield start
    for mock in mocks:
        mock.stop()
        mock.verify()


@pytest.mark.parametrize(
    ("limits", "request_of_limit", "beyond", "status"),
    [
        (
            {"target": 10},
            b"GET /234567890 HTTP/1.1\r\n%b\r\n",
            b"GET /2345678901 HTTP/1.1\r\n%b\r\n",
            414,
        ),
        (
            {"fields": 2},
            b"GET / HTTP/1.1\r\n%bA: 1\r\n\r\n",
            b"GET / HTTP/1.1\r\n%bA: 1\r\nB: 2\r\n\r\n",
            431,
        ),
        (
            {"head": 47},
            b"GET / HTTP/1.1\r\n%bA: 12345\r\n\r\n",
            b"GET / HTTP/1.1\r\n%bA: 123456\r\n\r\n",
            431,
        ),
        (
            {"body": 3},
            b"POST / HTTP/1.1\r\n%bContent-Length: 3\r\n\r\nabc",
            b"POST / HTTP/1.1\r\n%bContent-Length: 4\r\n\r\n",
            413,
        ),
        (
            {"body": 3},
            b"POST / HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            b"POST / HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n",
            413,
        ),
        (
            {"body": 0},
            b"GET / HTTP/1.1\r\n%b\r\n",
            b"POST / HTTP/1.1\r\n%bContent-Length: 1\r\n\r\n",
            413,
        ),
    ],
    ids=["target", "fields", "head", "length", "chunks", "no content"],
)
def test_what_is_within_a_limit_is_taken_and_what_is_beyond_gets_its_status(
    limited, dial, limits, request_of_limit, beyond, status
):
    mock, client = limited(**limits)
    assert client.send(request_of_limit % HOST).answer().text == "taken"
    answer = client.send(beyond % HOST).answer()
    assert answer.status == status
    assert answer.all("Connection") == ["close"]
    assert client.half_close().rest() == b""
    assert dial(mock).send(request_of_limit % HOST).answer().text == "taken"


def test_content_that_is_too_large_is_refused_before_the_client_is_told_to_go_on(limited):
    _, client = limited(body=3)
    head = b"POST / HTTP/1.1\r\n%bContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    assert client.send(head % HOST).answer().status == 413


def test_of_long_content_the_beginning_is_kept_and_length_and_checksum_of_all(limited):
    mock, client = limited(kept=1000)
    body = bytes(range(256)) * 40
    client.send(b"POST / HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n" % (HOST, len(body)) + body)
    assert client.answer().text == "taken"
    request = mock.requests[0]
    assert request.body == body[:1000]
    assert request.is_cut
    assert request.length == len(body)
    assert request.crc32 == zlib.crc32(body)


def test_content_that_is_kept_has_length_and_checksum_too(limited):
    mock, client = limited()
    assert client.ask("POST", "/", body=b"hello").text == "taken"
    request = mock.requests[0]
    assert (request.body, request.length, request.is_cut) == (b"hello", 5, False)
    assert request.crc32 == zlib.crc32(b"hello")


# -- times ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "said", "status", "why"),
    [
        ({"head_timeout": 0.01}, b"GET / HTTP/1.1\r\n", 408, "a head that is not complete"),
        ({"idle_timeout": IDLE}, b"GET / HTTP/1.1\r\n", 408, "a head that is not complete"),
        (
            {"idle_timeout": IDLE},
            b"POST / HTTP/1.1\r\n%bContent-Length: 3\r\n\r\nab" % HOST,
            408,
            "content that is not complete",
        ),
    ],
)
def test_a_request_that_does_not_come_to_its_end_gets_408(limited, limits, said, status, why):
    mock, client = limited(**limits)
    answer = client.send(said).answer()
    assert answer.status == status
    assert answer.text.startswith(why)
    assert client.half_close().rest() == b""
    mock.journal.wait_for(lambda entry: entry.kind == "error" and why in str(entry.value))


@pytest.mark.parametrize("requests", [0, 1])
def test_a_connection_on_which_nothing_is_said_is_closed(limited, requests):
    mock, client = limited(idle_timeout=IDLE)
    for _ in range(requests):
        assert client.get("/").text == "taken"
    assert client.rest() == b""
    assert mock.journal.wait_for(lambda entry: entry.kind == "error").value == (
        f"nothing was said for {IDLE} s"
    )


def test_a_head_has_its_time_whatever_comes_of_it_meanwhile(limited):
    mock, client = limited(head_timeout=0.1)
    client.send(b"GET / HTTP/1.1\r\n")
    mock.journal.wait_for(lambda entry: entry.kind == "received")
    client.send(HOST)
    assert client.answer().status == 408


def test_an_answer_that_takes_its_time_is_not_the_clients_delay(limited):
    mock, client = limited(idle_timeout=IDLE)
    mock.on("GET", "/slow").reply("late", delay=1.5 * IDLE)
    assert client.get("/slow").text == "late"


@pytest.mark.parametrize(
    "limits",
    [
        {"target": 0},
        {"head": -1},
        {"fields": "3"},
        {"body": -1},
        {"idle_timeout": 0},
        {"head_timeout": -1},
    ],
)
def test_a_limit_that_nothing_could_keep_is_refused(limits):
    with pytest.raises(MisuseError, match=next(iter(limits))):
        Limits(**limits)


# -- closing --------------------------------------------------------------------------------------


def test_connections_can_be_closed_in_good_order(web, dial):
    web.on("GET", "/").reply("hello")
    idle, halfway = dial(web), dial(web)
    assert idle.get("/").text == "hello"
    halfway.send(b"GET / HTTP/1.1\r\n")
    web.journal.wait_for(lambda entry: entry.data == b"GET / HTTP/1.1\r\n")
    web.close_connections()
    assert idle.rest() == b""
    assert halfway.send(HOST + b"\r\n").answer().all("Connection") == ["close"]
    assert halfway.rest() == b""
    assert dial(web).get("/").text == "hello"


# -- bulk -----------------------------------------------------------------------------------------

#: Enough to be bulk, and not the same everywhere.
LARGE = bytes(range(251)) * 20_000
PUT = b"PUT / HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n" % (HOST, len(LARGE))


@pytest.fixture
def dial_as(dial, dial_tls):
    """Connect in the clear or over TLS."""
    return {"http": dial, "https": lambda mock: dial_tls(mock, "localhost")}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("kept", [0, 1000, 2_000_000, 8 * 1024 * 1024])
def test_large_content_is_seen_whole_and_the_next_request_is_served(dial_as, scheme, kept):
    with HTTPMock(tls=scheme == "https", limits=Limits(kept=kept)) as mock:
        mock.on("PUT", "/").reply("taken")
        mock.on("GET", "/").reply("next")
        client = dial_as[scheme](mock)
        client.send(PUT + LARGE + b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        assert client.answer().text == "taken"
        assert client.answer().text == "next"
        put, get = mock.requests
        assert put.body == LARGE[:kept]
        assert (put.length, put.crc32) == (len(LARGE), zlib.crc32(LARGE))
        assert get.length == 0
        assert mock.journal[-2].value is get


def test_the_journal_shows_length_and_checksum_of_bulk_instead_of_its_bytes(limited):
    mock, client = limited(kept=1000)
    client.send(PUT + LARGE)
    assert client.answer().text == "taken"
    received = sum(len(e.data) for e in mock.journal if e.kind == "received")
    assert received < len(LARGE) // 2
    assert f"({len(LARGE)} bytes, CRC-32 {zlib.crc32(LARGE):08x})" in str(mock.journal)


@pytest.mark.parametrize("connection", ["keep-alive", "close"])
def test_the_connection_behind_bulk_is_kept_alive_or_not_as_asked(limited, connection):
    _, client = limited()
    head = PUT.replace(b"\r\n\r\n", b"\r\nConnection: %b\r\n\r\n" % connection.encode())
    answer = client.send(head + LARGE).answer()
    assert answer.all("Connection") == (["close"] if connection == "close" else [])
    if connection == "close":
        assert client.rest() == b""
    else:
        assert client.get("/").text == "taken"


def test_a_client_that_leaves_in_bulk_does_not_stop_the_next(limited, dial):
    mock, client = limited()
    client.send(PUT + LARGE[: len(LARGE) // 2]).half_close()
    assert client.rest() == b""
    error = mock.journal.wait_for(lambda entry: entry.kind == "error")
    assert error.value == "the client left in the middle of a request"
    assert dial(mock).get("/").text == "taken"


@pytest.mark.parametrize("limits", [5, {"body": 5}])
def test_what_are_no_limits_are_refused_at_once(limits):
    with pytest.raises(MisuseError, match=r"write Limits\(body=1024\)"):
        HTTPMock(limits=limits)
