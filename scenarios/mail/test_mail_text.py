"""A4: a text mail through port 25, through 465 and through 587."""

import re
import smtplib

import pytest

#: The ports, and whether mail travels over TLS there.
PORTS = [(25, False), (465, True), (587, True)]


def number_of(mock, kind, start=b""):
    """Return the place in the journal of the first entry of a kind that begins like this."""
    return next(
        entry.number
        for entry in mock.journal
        if entry.kind == kind and entry.data.startswith(start)
    )


@pytest.mark.example("A4")
@pytest.mark.parametrize(("port", "tls"), PORTS)
def test_the_mail_arrives_as_it_was_written(program, gmail, port, tls):
    console = program("mail_text.py").run(port=port)

    assert console.text == ""
    [message] = gmail.messages
    assert (message.user, message.tls) == ("from@gmail.com", tls)
    assert (message.sender, message.recipients) == ("from@gmail.com", ("to@yahoo.com",))
    assert message.from_ == [("Python爱好者", "from@gmail.com")]
    assert message.to == [("管理员", "to@yahoo.com")]
    assert message.subject == "来自SMTP的问候……"
    assert message.text == "hello, send by Python...\r\n"
    assert message.parsed.get_content_type() == "text/plain"
    assert message.parsed.get_content_charset() == "utf-8"
    assert message.defects == []
    assert not gmail.sins


@pytest.mark.example("A4")
@pytest.mark.parametrize(("port", "tls"), PORTS)
def test_html_arrives_as_html(program, gmail, port, tls):
    html = "<html><body><h1>你好</h1></body></html>"

    program("mail_text.py").run(port=port, text=html, subtype="html")

    [message] = gmail.messages
    assert message.tls is tls
    assert message.parsed.get_content_type() == "text/html"
    assert message.html.strip() == html
    assert message.text == ""


@pytest.mark.example("A4")
def test_names_and_subject_travel_as_encoded_words(program, gmail):
    program("mail_text.py").run()

    [message] = gmail.messages
    assert message.content.isascii()
    for field in (b"From: =?utf-8?", b"To: =?utf-8?", b"Subject: =?utf-8?"):
        assert field in message.content


@pytest.mark.example("A4")
def test_the_dialogue_goes_to_stderr(program, gmail, capsys):
    program("mail_text.py").run()

    shown = capsys.readouterr()
    assert shown.out == ""
    sent = re.findall(r"^send: '(\w+)", shown.err, re.MULTILINE)
    assert sent[:5] + sent[-1:] == ["ehlo", "AUTH", "mail", "rcpt", "data", "QUIT"]
    codes = re.findall(r"^reply: retcode \((\d+)\)", shown.err, re.MULTILINE)
    assert codes == ["250", "235", "250", "250", "354", "250", "221"]


@pytest.mark.example("A4")
def test_on_465_tls_comes_before_the_greeting(program, gmail):
    program("mail_text.py").run(port=465)

    assert number_of(gmail, "tls") < number_of(gmail, "sent", b"220")


@pytest.mark.example("A4")
def test_on_587_the_password_is_sent_over_tls_only(program, gmail):
    program("mail_text.py").run(port=587)

    order = [
        number_of(gmail, "sent", b"220"),
        number_of(gmail, "received", b"STARTTLS"),
        number_of(gmail, "tls"),
        number_of(gmail, "received", b"AUTH"),
    ]
    assert order == sorted(order)


@pytest.mark.example("A4")
@pytest.mark.parametrize(("port", "tls"), PORTS)
def test_a_wrong_password_is_printed_and_nothing_is_sent(program, internet, port, tls):
    gmail = internet.smtp("smtp.gmail.com", accounts={"from@gmail.com": "another"})

    console = program("mail_text.py").run(port=port)

    assert console.text.startswith("Error: (535, ")
    assert list(gmail.messages) == []


@pytest.mark.example("A4")
def test_a_server_that_refuses_is_printed(program, internet):
    internet.refused("smtp.gmail.com")

    console = program("mail_text.py").run()

    assert re.fullmatch(r"Error: .*:25 refuses connections\n", console.text)


@pytest.mark.mistake("A4")
def test_the_plain_class_on_465_waits_for_a_greeting_that_never_comes(gmail):
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        smtplib.SMTP("smtp.gmail.com", 465, timeout=0.2)

    closed = gmail.journal.wait_for(lambda entry: entry.kind == "closed")
    assert closed.value == "by the client"
    assert not {entry.kind for entry in gmail.journal} & {"tls", "received", "sent"}


@pytest.mark.example("A4")
def test_as_a_program_in_the_seal(sealed_processes, sealed_net):
    gmail = sealed_net.smtp("smtp.gmail.com", accounts={"from@gmail.com": "password"})

    child = sealed_processes.start("mail_text.py")

    assert child.wait().output == ""
    assert "reply: retcode (235)" in child.errors  # the dialogue, for debug is on
    [message] = gmail.messages
    assert message.subject == "来自SMTP的问候……"
    assert message.text == "hello, send by Python...\r\n"
