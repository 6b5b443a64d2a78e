import asyncio
import threading

import pytest

from netmocks.errors import MisuseError, WaitTimeout
from netmocks.http import Event, Feed

ASK = b"GET /feed HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def feed(web):
    feed = Feed()
    web.on("GET", "/feed", required=False).reply(stream=feed)
    return feed


def _has_sent(web, data):
    web.journal.wait_for(lambda entry: entry.kind == "sent" and data in entry.data)


def test_a_client_reads_what_the_test_sends_step_by_step(web, client, feed):
    client.send(ASK)
    feed.wait_until_open()
    assert feed.send(b"one") == 1
    _has_sent(web, b"one")
    assert feed.send("zwölf") == 1
    feed.end()
    assert client.answer().text == "onezwölf"
    assert client.send(ASK).answer().body == b""  # the connection goes on, and the feed is over


def test_what_is_sent_before_the_first_client_comes_waits_for_it_alone(web, dial, feed):
    assert [feed.send(b"one"), feed.send(b"two")] == [0, 0]
    first, second = dial(web).send(ASK), dial(web)
    feed.wait_until_open()
    second.send(ASK)
    feed.wait_until_open(2)
    feed.end()
    assert (first.answer().body, second.answer().body) == (b"onetwo", b"")


def test_a_feed_may_have_ended_before_the_first_client_comes(client, feed):
    feed.send(b"all there is")
    feed.end()
    assert client.send(ASK).answer().body == b"all there is"


def test_all_who_read_it_get_a_piece_and_nobody_else(web, dial, feed):
    first = dial(web).send(ASK)
    feed.wait_until_open()
    assert feed.send(b"one") == 1
    second = dial(web).send(ASK)
    feed.wait_until_open(2)
    assert (feed.readers, feed.send(b"two")) == (2, 2)
    feed.end()
    assert (first.answer().body, second.answer().body) == (b"onetwo", b"two")


def test_a_client_that_left_is_sent_nothing_more(web, dial, feed):
    client = dial(web).send(ASK)
    feed.wait_until_open()
    client.reset()
    web.journal.wait_for(lambda entry: entry.kind == "closed")
    again = dial(web).send(ASK)
    feed.wait_until_open(2)
    assert feed.send(b"one") == 1
    feed.end()
    assert again.answer().body == b"one"


def test_breaking_off_ends_the_answer_without_its_end(web, client, feed):
    client.send(ASK)
    feed.wait_until_open()
    feed.send(b"one")
    _has_sent(web, b"one")
    feed.break_off()
    assert client.rest().endswith(b"3\r\none\r\n")
    assert web.findings.all == ()


def test_a_feed_of_events_has_its_events(web, client):
    feed = Feed()
    web.on("GET", "/feed").reply(events=feed)
    client.send(ASK)
    feed.wait_until_open()
    feed.send("one")
    feed.send(Event("two", id="2"))
    feed.end()
    answer = client.answer()
    assert answer.text == "data: one\n\nid: 2\ndata: two\n\n"
    assert answer.all("Content-Type") == ["text/event-stream"]


def test_a_feed_may_be_fed_from_any_thread(web, client, feed):
    client.send(ASK)
    feed.wait_until_open()
    threads = [threading.Thread(target=feed.send, args=(b"x" * 10,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    feed.end()
    assert client.answer().body == b"x" * 200


@pytest.mark.asyncio
async def test_a_coroutine_may_wait_and_feed(web, feed):
    reader, writer = await asyncio.open_connection(*web.address)
    writer.write(b"GET /feed HTTP/1.0\r\n\r\n")
    await feed.wait_until_open_async()
    feed.send(b"one")
    feed.end()
    assert (await reader.read()).endswith(b"\r\n\r\none")
    writer.close()
    await writer.wait_closed()


@pytest.mark.asyncio
async def test_a_wait_that_would_block_a_running_loop_is_refused(feed):
    with pytest.raises(MisuseError, match="_async"):
        feed.wait_until_open()


def test_a_wait_in_vain_says_what_did_not_happen(feed):
    with pytest.raises(WaitTimeout, match=r"0 of 2 clients have opened this feed within 0.01 s"):
        feed.wait_until_open(2, timeout=0.01)


@pytest.mark.asyncio
async def test_a_wait_of_a_coroutine_in_vain_says_so_too(feed):
    with pytest.raises(WaitTimeout, match=r"reply\(stream=feed\)"):
        await feed.wait_until_open_async(timeout=0.01)


@pytest.mark.parametrize("finish", [Feed.end, Feed.break_off])
def test_nothing_can_be_sent_behind_the_end(finish):
    feed = Feed()
    finish(feed)
    finish(feed)
    with pytest.raises(MisuseError, match=r"make a new Feed\(\)"):
        feed.send(b"late")
    assert repr(feed) == "<Feed to 0 clients, ended>"


def test_what_is_no_piece_is_refused_at_once():
    with pytest.raises(MisuseError, match="made of bytes, text or"):
        Feed().send(5)


def test_a_stop_does_not_wait_for_the_end_of_a_feed(web, client, feed):
    client.send(ASK)
    feed.wait_until_open()
    web.stop()
    assert feed.readers == 0
    assert feed.send(b"late") == 0
