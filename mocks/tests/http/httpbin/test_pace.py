"""Endpoints that take their time: what they send, and that nothing waits for them."""


def test_a_delay_ends_with_the_mock(web, rule, client):
    client.send(b"GET /delay/10 HTTP/1.1\r\nHost: example.com\r\n\r\n")
    rule.wait_for_calls()
    web.stop()
    assert client.rest() == b""


def test_a_drip_ends_with_the_mock(web, rule, client, entry):
    client.send(b"GET /drip?duration=1e9&numbytes=2 HTTP/1.1\r\nHost: example.com\r\n\r\n")
    web.journal.wait_for(lambda entry: entry.kind == "sent" and entry.data == b"*")
    web.stop()
    assert client.rest().endswith(b"\r\n\r\n*")


def test_a_client_that_leaves_ends_its_drip(web, rule, client, dial, entry):
    client.send(b"GET /drip?duration=1e9&numbytes=2 HTTP/1.1\r\nHost: example.com\r\n\r\n")
    web.journal.wait_for(lambda entry: entry.kind == "sent" and entry.data == b"*")
    client.reset()
    web.journal.wait_for(entry("closed"))
    assert dial(web).get("/uuid").status == 200


def test_a_delay_waits_for_no_other(web, rule, client, dial):
    client.send(b"GET /delay/10 HTTP/1.1\r\nHost: example.com\r\n\r\n")
    rule.wait_for_calls()
    assert dial(web).get("/uuid").status == 200


def test_a_drip_comes_byte_by_byte(web, rule, client):
    assert client.get("/drip?duration=0.03&numbytes=3").body == b"***"
    assert [entry.data for entry in web.journal if entry.kind == "sent"][1:] == [b"*"] * 3


def test_a_drip_of_more_bytes_than_ticks_comes_in_larger_pieces(web, rule, client):
    assert client.get("/drip?duration=0.02&numbytes=7").body == b"*" * 7
    sent = [entry.data for entry in web.journal if entry.kind == "sent"][1:]
    assert sent == [b"****", b"***"]


def test_a_drip_without_duration_comes_in_one_piece(web, rule, client):
    assert client.get("/drip?duration=0&numbytes=70000").body == b"*" * 70000
    assert len([entry for entry in web.journal if entry.kind == "sent"]) == 2


def test_a_drip_of_a_status_without_content_has_none(client):
    for status in (204, 304):
        answer = client.get(f"/drip?duration=0&code={status}")
        assert (answer.status, answer.body) == (status, b"")
    assert client.get("/uuid").status == 200
