"""C18: a text mail from a client that does not say QUIT."""

import re
import smtplib

import pytest


@pytest.mark.example("C18")
def test_the_mail_is_accepted(program, netease):
    program("mail_simple.py").run()

    [message] = netease.messages
    assert (message.user, message.tls) == ("sender@example.com", False)
    assert (message.sender, message.recipients) == ("sender@example.com", ("receiver@example.com",))
    assert message.subject == "important message"
    assert message.text == "hello message\r\n"
    assert message.defects == []


@pytest.mark.example("C18")
def test_the_server_notes_the_missing_quit(program, netease):
    program("mail_simple.py").run()

    sin = netease.sins.wait_for()
    assert (sin.kind, sin.text) == ("no QUIT", "the client left without QUIT")
    assert not [entry for entry in netease.journal if entry.data.upper().startswith(b"QUIT")]


@pytest.mark.example("C18")
def test_the_dialogue_is_shown_up_to_the_mail_and_no_further(program, netease, capsys):
    program("mail_simple.py").run()

    codes = re.findall(r"^reply: retcode \((\d+)\)", capsys.readouterr().err, re.MULTILINE)
    assert codes == ["250", "235", "250", "250", "354", "250"]


@pytest.mark.example("C18")
def test_a_wrong_password_is_raised(program, internet):
    netease = internet.smtp("smtp.163.com", accounts={"sender@example.com": "another"})

    with pytest.raises(smtplib.SMTPAuthenticationError):
        program("mail_simple.py").run()

    assert list(netease.messages) == []
