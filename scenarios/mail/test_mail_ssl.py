"""B12: a mail without subject, sender and recipient in its head, over implicit TLS."""

import smtplib
import ssl

import pytest


@pytest.mark.example("B12")
def test_a_mail_without_a_head_is_accepted_and_readable(program, qq):
    program("mail_ssl.py").run()

    [message] = qq.messages
    assert message.text == "The mail from python application.\r\n"
    assert not {"subject", "from", "to"} & {name.lower() for name in message.parsed}
    assert (message.subject, message.from_, message.to) == ("", [], [])
    assert message.defects == []
    assert not qq.sins


@pytest.mark.example("B12")
def test_the_envelope_says_who_sends_and_who_receives(program, qq):
    program("mail_ssl.py").run()

    [message] = qq.messages
    assert message.user == "sender@qq.example"
    assert (message.sender, message.recipients) == ("sender@qq.example", ("receiver@example.com",))


@pytest.mark.example("B12")
def test_tls_comes_before_all_else(program, qq):
    program("mail_ssl.py").run()

    assert qq.messages[0].tls
    kinds = [entry.kind for entry in qq.journal]
    assert kinds.index("tls") < min(kinds.index("sent"), kinds.index("received"))


@pytest.mark.example("B12")
def test_a_server_that_speaks_no_tls_on_465_is_not_told_the_password(program, internet):
    plain = internet.smtp("smtp.qq.com", 465)

    with pytest.raises(ssl.SSLError):
        program("mail_ssl.py").run()

    plain.journal.wait_for(lambda entry: entry.kind == "closed")
    assert not [entry for entry in plain.journal if entry.data.startswith(b"AUTH")]


@pytest.mark.example("B12")
def test_a_wrong_code_is_refused(program, internet):
    qq = internet.smtp("smtp.qq.com", accounts={"sender@qq.example": "another"})

    with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
        program("mail_ssl.py").run()

    assert caught.value.smtp_code == 535
    assert list(qq.messages) == []
