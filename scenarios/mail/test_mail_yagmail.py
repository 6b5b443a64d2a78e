"""C20: a text and a file, sent with yagmail."""

import smtplib
import ssl

import pytest

yagmail = pytest.importorskip("yagmail", reason="needs yagmail, of the dependency group test")

#: The ways in which it works, and whether the mail travels over TLS.
WAYS = [
    pytest.param({"port": 465}, True, id="implicit TLS"),
    pytest.param({"port": 25}, True, id="STARTTLS"),
    pytest.param({"port": 25, "starttls": False}, False, id="plain"),
]


@pytest.mark.example("C20")
@pytest.mark.parametrize(("way", "tls"), WAYS)
def test_the_mail_has_one_text_and_one_attachment(program, qq, put, way, tls):
    content = put("program.txt")

    program("mail_yagmail.py").run(**way)

    [message] = qq.messages
    assert (message.user, message.tls) == ("sender@qq.example", tls)
    assert (message.sender, message.recipients) == ("sender@qq.example", ("receiver@example.com",))
    assert message.subject == "subject"
    assert message.text == "import message"
    assert message.attachments == [("program.txt", "text/plain", content, "")]
    assert message.defects == []


@pytest.mark.example("C20")
def test_the_text_comes_as_html_too(program, qq, put):
    put("program.txt")

    program("mail_yagmail.py").run()

    [body, _] = qq.messages[0].parsed.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    assert "<div>import message</div>" in qq.messages[0].html


@pytest.mark.example("C20")
def test_the_program_takes_its_leave(program, qq, put):
    put("program.txt")

    program("mail_yagmail.py").run()

    qq.journal.wait_for(lambda entry: entry.kind == "closed")
    assert not qq.sins


@pytest.mark.example("C20")
@pytest.mark.parametrize(("way", "tls"), WAYS)
def test_a_wrong_code_is_refused(program, internet, put, way, tls):
    qq = internet.smtp("smtp.qq.com", accounts={"sender@qq.example": "another"})
    put("program.txt")

    with pytest.raises(smtplib.SMTPAuthenticationError):
        program("mail_yagmail.py").run(**way)

    assert list(qq.messages) == []


@pytest.mark.mistake("C20")
def test_by_itself_yagmail_speaks_tls_to_the_plain_port_25(qq, put):
    put("program.txt")
    mail = yagmail.SMTP("sender@qq.example", "authcode", "smtp.qq.com", 25)

    with pytest.raises(ssl.SSLError, match=r"(?i)wrong.version.number"):
        mail.send("receiver@example.com", "subject", ["import message", "program.txt"])

    assert list(qq.messages) == []
