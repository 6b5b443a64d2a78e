"""What is no HTTP is answered as RFC 9112 says, journalled, and the next client is served."""

import pytest

from netmocks.http import engine
from netmocks.http.limits import Limits

HEAD_LIMIT = Limits().head
HOST = b"Host: example.com\r\n"
POST = b"POST / HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def refused(web, client, dial):
    """Send bytes that are no request; the answer, after checking what is true of all of them."""

    def check(*pieces):
        for piece in pieces:
            client.send(piece)
        answer = client.answer()
        assert client.rest() == b""
        assert answer.all("Connection") == ["close"]
        error = web.journal.wait_for(lambda entry: entry.kind == "error")
        assert answer.text == f"{error.value}\n"
        assert len(web.requests) == 0
        assert web.findings.all == ()
        web.on("GET", "/next").reply("served")
        assert dial(web).get("/next").text == "served"
        return answer

    return check


@pytest.mark.parametrize(
    "data",
    [
        b"garbage\r\n\r\n",
        b"\0" * 100,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # how TLS begins
        b"EHLO client.example.com\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"get / HTTP/1.1\r\n" + HOST + b"\r\n",
        b"BREW / HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET example.com HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1 \r\n" + HOST + b"\r\n",
        b"GET / FTP/1.1\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"no colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b": no name\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"Blank : before colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X: folded\r\n line\r\n\r\n",
        b"GET / HTTP/1.1\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: bare.example.com\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"\n",
        b"GET / HTTP/1.1\r\nHost: bare.example.com\rX: y\r\n\r\n",
    ],
)
def test_what_is_no_request_gets_400(refused, data):
    assert refused(data).status == 400


@pytest.mark.parametrize("data", [b"\x16", b"\x16\x03\x01\x02\x00\x01"])
def test_a_client_that_speaks_tls_where_nobody_does_is_told_apart(refused, data):
    text = refused(data).text
    assert text == "no HTTP/1 request, but TLS: tls=True lets it be spoken here\n"


@pytest.mark.parametrize("hosts", [b"", HOST + HOST, HOST + b"hOST: other.example.com\r\n"])
def test_a_request_without_just_one_host_gets_400(refused, hosts):
    answer = refused(b"GET / HTTP/1.1\r\n" + hosts + b"\r\n")
    assert answer.status == 400
    assert answer.text == f"{hosts.count(b':')} Host fields instead of one (RFC 9112 §3.2)\n"


@pytest.mark.parametrize(
    "host", [b"a b", b"a/b", b"user@a", b"a:80:80", b"a:b", b"[::1", b"::1", b"a,b:c", b"\xfc"]
)
@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_a_host_that_is_none_gets_400(refused, host, version):
    answer = refused(b"GET / HTTP/" + version + b"\r\nHost: " + host + b"\r\n\r\n")
    assert (answer.status, answer.text) == (400, f"Host {host!r} is none (RFC 9112 §3.2)\n")


@pytest.mark.parametrize(
    "host", [b"", b" ", b"a", b"a_b.example.:80 ", b"a:", b"[fe80::1%25en0]:443", b"(a,b)", b"%41"]
)
def test_a_host_that_is_one_is_taken(web, client, host):
    web.on("GET", "/").reply("taken")
    assert client.send(b"GET / HTTP/1.1\r\nHost:" + host + b"\r\n\r\n").answer().text == "taken"


def test_http_1_0_may_leave_the_host_out_but_not_repeat_it(web, refused):
    assert refused(b"GET / HTTP/1.0\r\n" + HOST + HOST + b"\r\n").status == 400


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: 3\r\nContent-Length: 4\r\n",
        b"Content-Length: 3\r\nContent-Length: 3\r\n",
        b"Content-Length: 3, 3\r\n",
        b"Content-Length: -3\r\n",
        b"Content-Length: +3\r\n",
        b"Content-Length: 0x3\r\n",
        b"Content-Length: 3.0\r\n",
        b"Content-Length: \r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        b"Transfer-Encoding: identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, gzip\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip\r\n",
    ],
)
def test_framing_that_two_servers_could_read_in_two_ways_gets_400(refused, fields):
    assert refused(POST + fields + b"\r\nabc").status == 400


@pytest.mark.parametrize(
    "chunks",
    [
        b"xyz\r\nabc\r\n",
        b"-3\r\nabc\r\n",
        b"0x3\r\nabc\r\n",
        b"\r\nabc\r\n",
        b"3 \r\nabc\r\n",
        b"3\nabc\n0\n\n",
        b"3\r\nabcd\r\n",
        b"3\r\nabc0\r\n\r\n",
        b"ffffffffffffffffff\r\n",
        b"1\r\nx\r\n0\r\nbad trailer\r\n\r\n",
    ],
)
def test_broken_chunks_get_400(refused, chunks):
    assert refused(CHUNKED + chunks).status == 400


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"GET / HTTP/2.0\r\n", "HTTP/2.0 instead of 1.0 or 1.1"),
        (b"GET / HTTP/0.9\r\n", "HTTP/0.9 instead of 1.0 or 1.1"),
        (b"GET /\r\n", "HTTP/0.9 instead of 1.0 or 1.1"),
        (b"GET / HTTP/1.2\r\n", "no HTTP/1 request: Invalid HTTP version"),
        (b"GET / HTTP/3.0\r\n", "no HTTP/1 request: Invalid HTTP version"),
        # how HTTP/2 begins (RFC 9113 §3.4)
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "no HTTP/1 request: Pause on PRI/Upgrade"),
    ],
)
def test_another_version_gets_505(refused, line, why):
    answer = refused(line + HOST + b"\r\n")
    assert answer.status == 505
    assert answer.text == f"{why}\n"


def test_a_transfer_coding_that_is_not_understood_gets_501(refused):
    answer = refused(POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")
    assert answer.status == 501


# -- too much ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * HEAD_LIMIT + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * (HEAD_LIMIT // 6) + b"\r\n",
        b"GET / HTTP/1.1\r\n" + b"a" * HEAD_LIMIT,
        b"GET / HTTP/1.1\r\nX: " + b"a" * HEAD_LIMIT,
        b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * (HEAD_LIMIT // 6),
    ],
    ids=["field", "fields", "name open", "field open", "fields open"],
)
@pytest.mark.parametrize("size", [1000, 10**6], ids=["in pieces", "at once"])
def test_a_head_that_is_too_large_gets_431_even_if_it_never_ends(refused, head, size):
    pieces = [head[i : i + size] for i in range(0, len(head), size)]
    assert refused(*pieces).status == 431


@pytest.mark.parametrize("end", [b"", b" HTTP/1.1\r\n" + HOST + b"\r\n"], ids=["open", "ended"])
@pytest.mark.parametrize("size", [1000, 10**6], ids=["in pieces", "at once"])
def test_a_target_that_is_too_long_gets_414_even_if_it_never_ends(refused, end, size):
    head = b"GET /" + b"a" * Limits().target + end
    assert refused(*[head[i : i + size] for i in range(0, len(head), size)]).status == 414


def test_a_client_that_goes_on_sending_can_still_read_why_it_was_refused(refused):
    assert refused(b"GET / HTTP/1.1\r\nX: ", *[b"a" * 2**16] * 64).status == 431


def test_a_large_head_is_taken(web, client):
    rule = web.on("GET", "/")
    assert client.get("/", "X: " + "a" * (HEAD_LIMIT - 100)).status == 200
    assert len(rule.calls[0].headers["X"]) == HEAD_LIMIT - 100


def test_a_large_body_does_not_count_for_the_head_behind_it(web, client):
    web.on("POST", "/").reply("post")
    web.on("GET", "/").reply("get")
    body = b"a" * HEAD_LIMIT
    client.send(POST + b"Content-Length: %d\r\n\r\n" % len(body))
    web.journal.wait_for(lambda entry: entry.kind == "received")
    client.send(body + b"GET / HTTP/1.1\r\n")
    assert client.answer().text == "post"
    client.send(HOST + b"\r\n")
    assert client.answer().text == "get"


def test_each_head_of_a_connection_may_be_as_large(web, client):
    web.on("GET", "/")
    for _ in range(3):
        assert client.get("/", "X: " + "a" * (HEAD_LIMIT // 2)).status == 200


# -- too little -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [b"GET", b"GET / HTTP/1.1\r\n", POST + b"Content-Length: 3\r\n\r\nab", CHUNKED + b"3\r\nab"],
)
@pytest.mark.parametrize("leave", ["half_close", "reset"])
def test_half_a_request_is_journalled_and_nobody_is_blamed(web, client, dial, data, leave):
    client.send(data)
    web.journal.wait_for(lambda entry: entry.kind == "received")
    getattr(client, leave)()
    web.journal.wait_for(lambda entry: entry.kind == "closed")
    kinds = [entry.kind for entry in web.journal]
    if leave == "half_close":
        assert client.rest() == b""
        assert kinds == ["opened", "received", "error", "closed"]
        assert web.journal[2].value == "the client left in the middle of a request"
    else:
        assert kinds == ["opened", "received", "closed"]
        assert web.journal[2].value == "reset by the client"
    web.on("GET", "/next").reply("served")
    assert dial(web).get("/next").text == "served"


def test_empty_lines_before_a_request_are_skipped(web, client):
    web.on("GET", "/").reply("hello")
    client.send(b"\r\n\r\n")
    assert client.get("/").text == "hello"
    client.send(b"\r\n")
    assert client.get("/").text == "hello"


def test_what_follows_the_last_request_is_journalled_and_not_answered(web, client):
    rule = web.on("GET", "/").reply("hello")
    get = b"GET / HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n"
    client.send(get + get)
    assert client.answer().text == "hello"
    web.journal.wait_for(lambda entry: entry.kind == "error")
    assert rule.count == 1


def test_a_refused_client_that_never_closes_is_closed(web, client, monkeypatch):
    monkeypatch.setattr(engine, "LINGER", 0.01)
    client.send(b"garbage\r\n\r\n")
    closed = web.journal.wait_for(lambda entry: entry.kind == "closed")
    assert closed.value == "by the mock"


def test_a_refused_client_that_never_closes_does_not_hold_up_the_stop(web, client):
    client.send(b"garbage\r\n\r\n")
    assert client.answer().status == 400
    web.stop()
    assert web.journal[-1].kind == "closed"
