import asyncio
import re
import threading

import pytest

from netmocks import Journal, WaitTimeout
from netmocks.record import OVERHEAD
from netmocks.tcp import Script, TCPMock


@pytest.fixture
def journal():
    return Journal()


def test_entries_are_numbered_from_one_across_mocks_and_timed(journal):
    journal.write("web", "received", connection=3, direction="in", data=b"hello", value="value")
    journal.write("mail", "opened")
    first, second = journal
    assert (first.number, second.number) == (1, 2)
    assert first.time <= second.time
    assert first[2:] == ("web", 3, "in", "received", b"hello", "value")
    assert second[2:] == ("mail", 0, "", "opened", b"", None)


def test_numbers_of_many_threads_have_no_gaps_and_each_thread_is_in_order(journal):
    together = threading.Barrier(4)

    def write(name):
        together.wait()
        for _ in range(250):
            journal.write(name, "event")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.number for entry in journal] == list(range(1, 1001))
    for name in "abcd":
        times = [entry.time for entry in journal.of(name)]
        assert len(times) == 250
        assert times == sorted(times)


def test_what_is_dropped_is_bounded_counted_and_shows_in_the_numbers():
    journal = Journal(limit=4 * (OVERHEAD + 100))
    for _ in range(50):
        journal.write("tcp", "received", data=b"x" * 100)
    assert [entry.number for entry in journal] == [47, 48, 49, 50]
    assert journal.dropped == 46


def test_numbers_go_on_after_the_journal_is_cleared(journal):
    journal.write("tcp", "opened")
    journal.clear()
    journal.write("tcp", "closed")
    assert [entry.number for entry in journal] == [2]


# -- the part of one mock -------------------------------------------------------------------------


@pytest.fixture
def mail(journal):
    """The part of one mock, in a journal where another writes too."""
    journal.write("web", "received", data=b"GET")
    journal.write("mail", "received", data=b"EHLO")
    journal.write("web", "sent", data=b"200")
    journal.write("mail", "sent", data=b"250")
    return journal.of("mail")


def test_a_slice_has_the_entries_of_its_mock_alone(mail):
    assert [entry.data for entry in mail] == [b"EHLO", b"250"]
    assert len(mail) == 2
    assert (mail[0].data, mail[-1].number) == (b"EHLO", 4)
    assert "EHLO" in str(mail)
    assert "GET" not in str(mail)


def test_a_slice_is_live(journal, mail):
    journal.write("mail", "closed")
    assert mail[-1].kind == "closed"
    assert len(mail.whole) == 5


def test_a_slice_waits_for_its_mock_alone(mail):
    assert mail.wait_for(lambda entry: entry.kind == "sent").data == b"250"
    found = asyncio.run(mail.wait_for_async(lambda entry: entry.kind == "sent"))
    assert found.data == b"250"
    with pytest.raises(WaitTimeout):
        mail.wait_for(lambda entry: entry.data == b"GET", timeout=0)


def test_a_late_wait_shows_the_transcript_of_the_whole_journal(mail):
    with pytest.raises(WaitTimeout) as raised:
        mail.wait_for(lambda entry: entry.kind == "closed", timeout=0)
    lines = [line[11:] for line in str(raised.value).splitlines()[1:]]
    assert str(raised.value).startswith(
        "nothing that was waited for within 0 s; what did arrive:\n    0.000  "
    )
    assert lines == ["web   C:  GET", "mail  C:  EHLO", "web   S:  200", "mail  S:  250"]


def test_a_late_wait_in_an_empty_journal_says_so(journal):
    with pytest.raises(WaitTimeout, match=r"within 0 s; nothing arrived at all$"):
        journal.of("mail").wait_for(timeout=0)


# -- as text --------------------------------------------------------------------------------------


def test_a_transcript_of_a_dialogue_reads_line_by_line(connect, entry):
    script = (
        Script()
        .send(b"220 mail.example.com ready\r\n")
        .expect(b"EHLO laptop.example.com\r\n")
        .send(b"250-mail.example.com\r\n250 HELP\r\n")
        .expect(b"\x00\x01\xff")
        .close()
    )
    with TCPMock(script, name="mail.example.com") as server:
        client = connect(server)
        client.sendall(b"EHLO laptop.example.com\r\n")
        server.journal.wait_for(lambda entry: b"HELP" in entry.data)
        client.sendall(b"\x00\x01\xff")
        server.journal.wait_for(entry("closed"))
        port = client.getsockname()[1]
        lines = str(server.journal).splitlines()
    assert [line[11:] for line in lines] == [
        f"mail.example.com#1  --  opened by 127.0.0.1:{port}",
        "mail.example.com#1  S:  220 mail.example.com ready",
        "mail.example.com#1  C:  EHLO laptop.example.com",
        "mail.example.com#1  S:  250-mail.example.com",
        "mail.example.com#1  S:  250 HELP",
        "mail.example.com#1  C:  <3 bytes: 00 01 ff>",
        "mail.example.com#1  --  closed: by the mock",
    ]
    assert all(re.match(r" {4}0\.\d{3}  ", line) for line in lines)


@pytest.mark.parametrize("part", [lambda journal: journal, lambda journal: journal.of("tcp")])
def test_a_transcript_says_what_was_dropped(part):
    journal = Journal(limit=OVERHEAD)
    for _ in range(3):
        journal.write("tcp", "opened")
    first, *rest = str(part(journal)).splitlines()
    assert first == "(2 older entries were dropped to stay within the limit)"
    assert len(rest) == 1


def test_a_late_wait_says_what_was_dropped():
    journal = Journal(limit=OVERHEAD)
    for _ in range(3):
        journal.write("tcp", "opened")
    with pytest.raises(WaitTimeout, match=r"\(2 older entries were dropped"):
        journal.wait_for(lambda entry: entry.number == 1, timeout=0)


def test_a_span_has_what_was_written_between_two_moments():
    journal = Journal()
    journal.write("web", "event", value="before")
    began = journal.last_number
    journal.write("web", "event", value="within")
    span = journal.since(began)
    journal.write("web", "event", value="after")

    assert [entry.value for entry in span] == ["within"]
    assert "within" in str(span)
    assert journal.last_number == 3
