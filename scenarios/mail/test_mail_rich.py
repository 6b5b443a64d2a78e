"""B13: an HTML mail with a picture in it and three attachments."""

import mimetypes
import re
from pathlib import Path

import pytest

FILES = ["picture.jpg", "me.jpg", "test.xlsx"]


@pytest.fixture
def contents(put):
    """The bytes of the files that are sent, by name."""
    return {name: put(name) for name in FILES}


@pytest.mark.example("B13")
def test_every_attachment_has_its_type_name_and_bytes(program, qq, contents):
    program("mail_rich.py").run()

    [message] = qq.messages
    assert [(part.type, part.name, part.content) for part in message.attachments] == [
        ("image/jpeg", "picture.jpg", contents["picture.jpg"]),
        ("image/jpeg", "me.jpg", contents["me.jpg"]),
        ("file/excel", "test.xlsx", contents["test.xlsx"]),
    ]


@pytest.mark.example("B13")
def test_the_parts_are_the_html_and_the_attachments(program, qq, contents):
    program("mail_rich.py").run()

    [message] = qq.messages
    html, *files = message.parsed.iter_parts()
    assert message.parsed.get_content_type() == "multipart/mixed"
    assert html.get_content_type() == "text/html"
    assert [part.get_content_disposition() for part in files] == ["attachment"] * 3


@pytest.mark.example("B13")
def test_the_picture_in_the_html_is_one_of_the_attachments(program, qq, contents):
    program("mail_rich.py").run()

    [message] = qq.messages
    [shown] = re.findall(r'<img src="cid:([^"]+)"', message.html)
    [part] = [part for part in message.attachments if part.cid == shown]
    assert part.content == contents["picture.jpg"]
    assert [part.cid for part in message.attachments[1:]] == ["", ""]


@pytest.mark.example("B13")
def test_the_head_shows_the_names_and_the_subject(program, qq, contents):
    program("mail_rich.py").run()

    [message] = qq.messages
    assert message.from_ == [("Harry", "sender@qq.example")]
    assert message.to == [("ChengGuoqian", "receiver@example.com")]
    assert message.subject == "HTML邮件测试-带有附件"
    assert b"\r\nSubject: =?utf-8?" in message.content
    assert (message.user, message.tls, message.defects) == ("sender@qq.example", True, [])
    assert not qq.sins


@pytest.mark.example("B13")
@pytest.mark.parametrize("missing", FILES)
def test_without_one_of_the_files_nobody_is_called(program, qq, contents, missing):
    Path(missing).unlink()

    with pytest.raises(FileNotFoundError, match=re.escape(missing)):
        program("mail_rich.py").run()

    assert list(qq.journal) == []


@pytest.mark.mistake("B13")
def test_the_files_of_another_persons_drive_are_not_here(contents):
    with pytest.raises(FileNotFoundError, match=r"picture\.jpg"):
        open(r"Q:\mail\picture.jpg", "rb")  # noqa: PTH123, SIM115  # as documented; never opens


@pytest.mark.mistake("B13")
def test_file_excel_is_no_registered_type():
    registered = mimetypes.MimeTypes().types_map[True].values()

    assert "image/jpeg" in registered
    assert "file/excel" not in registered
