import pytest

MAIL, RCPT = "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>"


@pytest.mark.parametrize(
    ("command", "parameters", "code"),
    [
        (MAIL, "RET=FULL ENVID=QQ314159", 250),
        (MAIL, "ret=hdrs envid=a+2Bb", 250),
        (MAIL, "AUTH=<>", 250),
        (MAIL, "AUTH=me+40example.com", 250),
        (MAIL, "RET=HALF", 501),
        (MAIL, "SIZE", 501),
        (MAIL, "SIZE=²", 501),
        (MAIL, "BODY=9BIT", 501),
        (MAIL, "RET", 501),
        (MAIL, "ENVID=a+b", 501),
        (MAIL, "ENVID=" + "x" * 101, 501),
        (MAIL, "NOTIFY=NEVER", 555),
        (MAIL, "SIZE=99999999999", 552),
        (MAIL, "SMTPUTF8=yes", 501),
        (RCPT, "NOTIFY=NEVER", 250),
        (RCPT, "NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;b@example.com", 250),
        (RCPT, "ORCPT=rfc822;b+40example.com", 250),
        (RCPT, "NOTIFY=NEVER,SUCCESS", 501),
        (RCPT, "NOTIFY=ALWAYS", 501),
        (RCPT, "ORCPT=b@example.com", 501),
        (RCPT, "RET=FULL", 555),
        (RCPT, "SIZE=5", 555),
    ],
)
def test_each_parameter_belongs_to_a_command_and_has_a_form(client, command, parameters, code):
    if command is RCPT:
        client.say(MAIL)
    assert client.say(f"{command} {parameters}") == code
    assert client.say("NOOP") == 250


def test_a_message_has_its_parameters_as_the_client_wrote_them(server, client):
    client.say(f"{MAIL} RET=HDRS ENVID=Qq+2B1 SIZE=10")
    client.say(f"{RCPT} NOTIFY=success orcpt=rfc822;B@example.com")
    client.say("RCPT TO:<c@example.com>")
    client.say("DATA")
    client.say(".")
    (message,) = server.messages
    assert message.parameters == ("RET=HDRS", "ENVID=Qq+2B1", "SIZE=10")
    assert message.recipient_parameters == {
        "b@example.com": ("NOTIFY=success", "orcpt=rfc822;B@example.com"),
        "c@example.com": (),
    }


def test_a_rule_keeps_its_calls_however_large_the_mail_that_is_announced(server, client):
    rule = server.on("MAIL")
    for _ in range(3):
        client.say(f"{MAIL} SIZE={server.terms.size_limit}")
        client.say("RSET")
    assert len(rule.calls) == 3


def test_the_parameters_of_one_message_are_not_those_of_the_next(server, client):
    client.say(f"{MAIL} RET=HDRS")
    client.say("RSET")
    client.address().say(".")
    assert server.messages[0].parameters == ()
