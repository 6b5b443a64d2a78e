import json

import pytest

from netmocks.errors import MisuseError
from netmocks.http import Event, Response


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (Event("hello"), "data: hello\n\n"),
        (Event("one\ntwo\r\nthree\rfour"), "data: one\ndata: two\ndata: three\ndata: four\n\n"),
        (Event(""), "data: \n\n"),
        (Event(" leading blank "), "data:  leading blank \n\n"),
        (Event("Grüße"), "data: Grüße\n\n"),
        (Event("a", event="news", id="7", retry=50), "event: news\nid: 7\nretry: 50\ndata: a\n\n"),
        (Event(retry=0), "retry: 0\n\n"),
        (Event(id=""), "id: \n\n"),
    ],
)
def test_an_event_is_written_line_by_line(event, text):
    assert event.encode() == text.encode()


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ({"data": {"a": 1}}, r"write json.dumps\(\{'a': 1\}\)"),
        ({"data": b"a"}, "its data is text"),
        ({"event": "a\nb"}, "a single line"),
        ({"id": "a\rb"}, "a single line"),
        ({"id": "a\0"}, "a single line"),
        ({"id": 5}, "text of a single line"),
        ({"retry": 0.5}, "whole milliseconds"),
        ({"retry": -1}, "whole milliseconds"),
        ({"retry": True}, "whole milliseconds"),
    ],
)
def test_an_event_that_cannot_be_told_is_refused_at_once(arguments, remedy):
    with pytest.raises(MisuseError, match=remedy):
        Event(**arguments)


async def _async_events():
    yield Event("one")
    yield "two"


@pytest.mark.parametrize(
    "events",
    [
        lambda: [Event("one"), "two"],
        lambda: iter([Event("one"), "two"]),
        _async_events,
    ],
)
def test_events_are_sent_as_an_event_stream(web, client, events):
    web.on("GET", "/").reply(events=events())
    answer = client.get("/", "Accept: text/event-stream")
    assert answer.text == "data: one\n\ndata: two\n\n"
    assert answer.all("Content-Type") == ["text/event-stream"]


@pytest.mark.parametrize("events", ["text", Event("one"), 5, [Event("one"), b"two"]])
def test_what_is_no_list_of_events_is_refused_at_once(events):
    with pytest.raises(MisuseError, match=r"events="):
        Response(events=events)


def test_a_wrong_event_of_a_generator_is_told(web, client):
    web.on("GET", "/").reply(events=iter(["one", json]))
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert client.rest().endswith(b"data: one\n\n\r\n")
    assert "events= are Event('data') or text; one of them is <module 'json'" in (
        web.findings.all[0].text
    )
    web.findings.clear()
