"""A5: a mail with a picture, by STARTTLS."""

import re

import pytest


def types_of(message):
    return [part.get_content_type() for part in message.parsed.walk()]


@pytest.mark.example("A5")
@pytest.mark.parametrize("form", ["attachment", "alternative", "picture"])
def test_each_form_arrives_over_tls_from_the_user_who_logged_in(program, gmail, put, form):
    put("test.png")

    console = program("mail_attachment.py").run(form=form)

    assert console.text == ""
    [message] = gmail.messages
    assert (message.user, message.tls) == ("from@gmail.com", True)
    assert (message.sender, message.recipients) == ("from@gmail.com", ("to@yahoo.com",))
    assert message.from_ == [("Python爱好者", "from@gmail.com")]
    assert message.to == [("管理员", "to@yahoo.com")]
    assert message.subject == "来自SMTP的问候……"
    assert message.defects == []
    assert not gmail.sins
    said = [entry.data for entry in gmail.journal if entry.kind == "received"]
    assert b"STARTTLS\r\n" in said


@pytest.mark.example("A5")
def test_the_attachment_equals_the_file(program, gmail, put):
    content = put("test.png")

    program("mail_attachment.py").run()

    [message] = gmail.messages
    assert types_of(message) == ["multipart/mixed", "text/plain", "image/png"]
    assert message.text == "send with file...\r\n"
    assert message.attachments == [("test.png", "image/png", content, "0")]


@pytest.mark.example("A5")
def test_the_attachment_has_the_documented_fields(program, gmail, put):
    put("test.png")

    program("mail_attachment.py").run()

    [_, part] = gmail.messages[0].parsed.iter_parts()
    assert part.get_content_disposition() == "attachment"
    assert part["Content-ID"] == "<0>"
    assert part["X-Attachment-Id"] == "0"
    assert part["Content-Transfer-Encoding"] == "base64"


@pytest.mark.example("A5")
def test_the_alternatives_say_the_same_as_text_and_as_html(program, gmail):
    program("mail_attachment.py").run(form="alternative")

    [message] = gmail.messages
    assert types_of(message) == ["multipart/alternative", "text/plain", "text/html"]
    assert message.text == "hello\r\n"
    assert message.html == "<html><body><h1>Hello</h1></body></html>\r\n"
    assert message.attachments == []


@pytest.mark.example("A5")
def test_the_picture_shown_in_html_is_the_attached_one(program, gmail, put):
    content = put("test.png")

    program("mail_attachment.py").run(form="picture")

    [message] = gmail.messages
    assert types_of(message) == ["multipart/mixed", "text/html", "image/png"]
    shown = re.findall(r'<img src="cid:([^"]+)"', message.html)
    assert [(part.cid, part.content) for part in message.attachments] == [("0", content)]
    assert shown == ["0"]


@pytest.mark.example("A5")
def test_without_the_file_nobody_is_called(program, gmail, put):
    with pytest.raises(FileNotFoundError, match=r"test\.png"):
        program("mail_attachment.py").run()

    assert list(gmail.journal) == []


@pytest.mark.example("A5")
def test_a_picture_that_is_too_large_is_refused_and_printed(program, gmail, put):
    gmail.on("MAIL", over=len(put("test.png"))).reply(552)  # base64 makes it larger

    console = program("mail_attachment.py").run()

    assert re.match(r"Error: \(552, ", console.text)
    assert list(gmail.messages) == []
