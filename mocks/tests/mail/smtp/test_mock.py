import asyncio
import re
import smtplib
import threading

import pytest

from netmocks.errors import MisuseError, UnexpectedTraffic, WaitTimeout
from netmocks.mail import SMTPMock
from netmocks.wire.authority import authority
from netmocks.wire.endpoint import Endpoint


@pytest.fixture
def deliver(client):
    """Deliver a message by the client of `server`."""

    def send(sender, to, subject):
        client.address(sender, to)
        assert client.say(f"Subject: {subject}\r\n\r\n.") == 250

    return send


@pytest.fixture
def three(server, deliver):
    """A server that has taken three messages."""
    deliver("a@example.com", "b@example.com", "first")
    deliver("b@example.com", "a@example.com", "second")
    deliver("a@example.com", "c@example.com", "=?utf-8?b?5p2l6IeqU01UUOeahOmXruWAmQ==?=")
    return server


@pytest.mark.parametrize(
    ("wanted", "subject"),
    [
        ({}, "first"),
        ({"to": "a@example.com"}, "second"),
        ({"to": "c@example.com"}, "来自SMTP的问候"),
        ({"sender": "b@example.com"}, "second"),
        ({"sender": "a@example.com"}, "first"),
        ({"subject": "来自SMTP的问候"}, "来自SMTP的问候"),
        ({"where": lambda message: "econ" in message.subject}, "second"),
        ({"sender": "a@example.com", "to": "c@example.com"}, "来自SMTP的问候"),
        ({"to": "C@Example.COM"}, "来自SMTP的问候"),
        ({"to": re.compile("^[ac]@")}, "second"),
        ({"sender": lambda sender: sender < "b"}, "first"),
        ({"subject": re.compile("SMTP")}, "来自SMTP的问候"),
        ({"subject": "Second"}, "second"),
    ],
)
def test_a_test_waits_for_the_first_message_that_fits_all_it_says(three, wanted, subject):
    assert three.wait_for_message(**wanted).subject == subject
    assert three.messages.find(**wanted)[0].subject == subject


def test_messages_are_found_in_their_order(three):
    found = three.messages.find(sender="a@example.com")
    assert [message.recipients for message in found] == [("b@example.com",), ("c@example.com",)]
    assert three.messages.find(sender="") == []


@pytest.mark.parametrize(
    ("wanted", "remedy"),
    [
        ({"where": "b@x"}, r"where='b@x': a function of the message; .* write to='b@x'"),
        ({"to": 5}, r"to=5: text, a pattern .* re.compile\('@example.com\$'\), or a function"),
        ({"subject": re.compile(b"x")}, "subject=re.compile.*text, a pattern"),
        ({"sender": ["a@x"]}, "sender="),
    ],
)
def test_what_no_message_could_fit_is_refused_at_once(server, wanted, remedy):
    for look in (server.messages.find, server.wait_for_message):
        with pytest.raises(MisuseError, match=remedy):
            look(**wanted)


def test_a_message_may_still_be_to_come(server, deliver):
    thread = threading.Timer(0, lambda: [deliver("a@x", f"{n}@x", str(n)) for n in range(3)])
    thread.start()
    message = server.wait_for_message(to="2@x")
    thread.join()
    assert message is server.messages[2]


@pytest.mark.asyncio
async def test_a_coroutine_waits_while_its_own_loop_runs_on(server):
    waiting = asyncio.create_task(server.wait_for_message_async(to="b@x", subject="hello"))
    reader, writer = await asyncio.open_connection(*server.address)
    writer.write(b"EHLO a\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nSubject: hello\r\n.\r\n")
    message = await waiting
    assert message.recipients == ("b@x",)
    writer.write(b"QUIT\r\n")
    assert (await reader.read()).endswith(b"221 2.0.0 Bye\r\n")
    writer.close()
    await writer.wait_closed()


@pytest.mark.asyncio
async def test_a_wait_that_would_block_a_running_loop_is_refused(server):
    with pytest.raises(MisuseError, match="_async"):
        server.wait_for_message()


def test_a_wait_in_vain_lists_what_did_arrive(three):
    with pytest.raises(WaitTimeout) as caught:
        three.wait_for_message(to="nobody@example.com", timeout=0.01)
    assert str(caught.value) == (
        "nothing with to='nobody@example.com' within 0.01 s; what did arrive:\n"
        "  mail from <a@example.com> to <b@example.com>: 'first'\n"
        "  mail from <b@example.com> to <a@example.com>: 'second'\n"
        "  mail from <a@example.com> to <c@example.com>: '来自SMTP的问候'"
    )


@pytest.mark.asyncio
async def test_a_coroutine_that_waits_in_vain_is_told_so_too(server):
    with pytest.raises(WaitTimeout, match="no message arrived at all"):
        await server.wait_for_message_async(timeout=0.01)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (None, "no message arrived at all, and no client connected"),
        (["EHLO a"], "no message arrived at all, though 1 connected"),
        (
            ["EHLO a", "MAIL FROM:<a@x>", "AUTH PLAIN x", "DATA"],
            (
                "no message arrived at all\nwhat clients were refused:\n"
                "  connection 1: 503 5.5.1 AUTH within a mail transaction\n"
                "  connection 1: 503 5.5.1 Error: need RCPT command"
            ),
        ),
    ],
)
def test_a_wait_in_vain_tells_what_was_in_the_way(server, dial, lines, says):
    if lines is not None:
        client = dial(server)
        client.reply()
        for line in lines:
            client.say(line)
    with pytest.raises(WaitTimeout) as caught:
        server.wait_for_message(subject="hi", timeout=0.01)
    assert str(caught.value) == f"nothing with subject='hi' within 0.01 s; {says}"


def test_what_was_refused_is_told_beside_what_arrived(server, client, deliver):
    server.on("RCPT", to="gone@x").reply(550, "5.1.1 gone@x: no such user\n5.1.1 at all")
    deliver("a@x", "b@x", "first")
    client.say("MAIL FROM:<a@x>")
    client.say("RCPT TO:<gone@x>")
    with pytest.raises(WaitTimeout) as caught:
        server.wait_for_messages(2, to="gone@x", where=lambda _: True, timeout=0.01)
    assert str(caught.value) == (
        "0 of 2 arrived with to='gone@x', where=… within 0.01 s; what did arrive:\n"
        "  mail from <a@x> to <b@x>: 'first'\n"
        "what clients were refused:\n"
        "  connection 1: 550-5.1.1 gone@x: no such user"
    )


def test_what_a_predicate_raises_reaches_who_waits_and_nobody_else(server, client, deliver):
    deliver("a@x", "b@x", "hello")
    with pytest.raises(ZeroDivisionError):
        server.wait_for_message(lambda _: 1 / 0)
    deliver("a@x", "b@x", "next")
    assert server.wait_for_message(subject="next")


def test_messages_are_kept_in_order_and_can_be_forgotten(three):
    assert [message.recipients[0][0] for message in three.messages] == ["b", "a", "c"]
    assert three.messages[-1].recipients == ("c@example.com",)
    three.messages.clear()
    assert len(three.messages) == 0


def test_a_message_that_never_came_is_no_silent_index_error(server):
    with pytest.raises(IndexError, match="no item 0: no message arrived at all"):
        server.messages[0]


def test_a_test_waits_for_several_messages(three):
    assert [message.subject for message in three.wait_for_messages(2)] == ["first", "second"]
    found = three.wait_for_messages(2, sender="a@example.com")
    assert [message.recipients for message in found] == [("b@example.com",), ("c@example.com",)]
    with pytest.raises(WaitTimeout, match=r"3 of 4 arrived.*what did arrive:\n.*'first'"):
        three.wait_for_messages(4, timeout=0.01)


@pytest.mark.asyncio
async def test_a_coroutine_waits_for_several_messages(three):
    assert len(await three.wait_for_messages_async(3)) == 3
    (found,) = await three.wait_for_messages_async(1, to="a@example.com")
    assert found.subject == "second"


def test_that_nothing_was_sent_is_known_at_once(server, client):
    server.on("MESSAGE").reply(554)
    client.address().say(".")
    server.assert_nothing_sent()


def test_what_was_sent_after_all_is_told(three):
    with pytest.raises(UnexpectedTraffic) as caught:
        three.assert_nothing_sent()
    assert str(caught.value) == (
        "smtp was to be sent nothing; what did arrive:\n"
        "  mail from <a@example.com> to <b@example.com>: 'first'\n"
        "  mail from <b@example.com> to <a@example.com>: 'second'\n"
        "  mail from <a@example.com> to <c@example.com>: '来自SMTP的问候'"
    )


def test_a_message_knows_its_session_and_what_the_reply_called_it(server, client, deliver):
    deliver("a@x", "b@x", "first")
    client.address()
    assert client.send(b".\r\n").reply().lines == ["2.0.0 OK: queued as 1.2"]
    first, second = server.messages
    assert (first.queue_id, second.queue_id) == ("1.1", "1.2")
    assert first.session is second.session
    assert (first.session.number, first.session.messages) == (1, 2)
    assert first.session.peer == client.sock.getsockname()
    assert first.session.tls is None
    assert {first, second} == set(server.messages)


def test_its_name_is_what_it_greets_with(dial):
    with SMTPMock(name="mx.example.com") as server:
        assert dial(server).reply().lines == ["mx.example.com ESMTP"]


def test_one_mock_may_stand_on_a_plain_and_a_tls_port():
    with SMTPMock(endpoints=[Endpoint(), Endpoint(tls=True)]) as server:
        plain, secure = server.addresses
        with smtplib.SMTP(*plain) as client:
            client.sendmail("a@x", "b@x", "Subject: plain\r\n")
        with smtplib.SMTP_SSL(*secure, context=authority().client_context()) as client:
            client.sendmail("a@x", "b@x", "Subject: secure\r\n")
        assert [(m.subject, m.tls) for m in server.messages] == [("plain", False), ("secure", True)]


def test_a_mock_that_was_stopped_keeps_its_messages_and_may_start_again(dial):
    server = SMTPMock()
    for _ in range(2):
        with server:
            client = dial(server)
            client.greet()
            client.address().say(".")
    assert len(server.messages) == 2


def test_stopping_closes_whoever_is_connected(dial):
    with SMTPMock() as server:
        client = dial(server)
        client.greet()
        client.address()
    assert client.rest() == b""
    assert server.journal[-1].value == "by the mock, which stopped"
