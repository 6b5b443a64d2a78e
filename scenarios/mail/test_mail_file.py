"""C19: a mail with a file in it."""

import smtplib
from email.mime.text import MIMEText

import pytest


@pytest.mark.example("C19")
def test_the_attachment_equals_the_file(program, netease, put):
    content = put("program.txt")

    program("mail_file.py").run()

    [message] = netease.messages
    assert message.attachments == [("program.txt", "application/octet-stream", content, "")]


@pytest.mark.example("C19")
def test_the_mail_is_a_text_and_a_file(program, netease, put):
    put("program.txt")

    program("mail_file.py").run()

    [message] = netease.messages
    types = [part.get_content_type() for part in message.parsed.walk()]
    assert types == ["multipart/mixed", "text/plain", "application/octet-stream"]
    assert (message.user, message.subject) == ("sender@example.com", "important message")
    assert message.defects == []


@pytest.mark.example("C19")
def test_the_odd_line_ends_of_the_text_arrive_as_they_are(program, netease, put):
    put("program.txt")

    program("mail_file.py").run()

    assert netease.messages[0].text == "important message\n\r\r\n"


@pytest.mark.example("C19")
def test_the_program_takes_its_leave(program, netease, put):
    put("program.txt")

    program("mail_file.py").run()

    netease.journal.wait_for(lambda entry: entry.kind == "closed")
    assert [entry for entry in netease.journal if entry.data.upper() == b"QUIT\r\n"]
    assert not netease.sins


@pytest.mark.example("C19")
def test_without_the_file_nobody_is_called(program, netease, put):
    with pytest.raises(FileNotFoundError, match=r"program\.txt"):
        program("mail_file.py").run()

    assert list(netease.journal) == []


@pytest.mark.mistake("C19")
def test_mimetext_does_not_take_bytes():
    with pytest.raises(AttributeError, match="'bytes' object has no attribute 'encode'"):
        MIMEText(b"print('hello')\r\n", "base64")


@pytest.mark.mistake("C19")
def test_with_a_charset_it_takes_them_for_a_text_and_keeps_that_type():
    part = MIMEText(b"print('hello')\r\n", "base64", "utf-8")
    part["Content-Type"] = "application/octet-stream"  # adds a second field, replaces none

    assert part.get_all("Content-Type") == [
        'text/base64; charset="utf-8"',
        "application/octet-stream",
    ]
    assert part.get_content_type() == "text/base64"


@pytest.mark.mistake("C19")
def test_close_alone_sends_the_mail_but_no_quit(program, netease, put):
    put("program.txt")
    message = program("mail_file.py").load()["compose"]()

    server = smtplib.SMTP("smtp.163.com", 25)
    try:
        server.login("sender@example.com", "authcode")
        server.send_message(message)
    finally:
        server.close()

    sin = netease.sins.wait_for()
    assert (sin.kind, sin.text) == ("no QUIT", "the client left without QUIT")
    assert len(netease.messages) == 1
