import ssl

import pytest

from netmocks.mail import POP3Mock

CHUNK = 65536

LARGE = b"Subject: large\r\n\r\n" + b".0123456789\r\n" * 80_000


def _sins(server):
    return [sin.text for sin in server.sins]


# -- the dialogue -----------------------------------------------------------------------------


def test_pipelined_commands_are_answered_in_order(client, account):
    account.add(b"A: 1\r\n\r\n.\r\n")
    client.send(b"USER me@example.com\r\nPASS secret\r\nSTAT\r\nRETR 1\r\nQUIT\r\n")
    assert client.rest() == (
        b"+OK and the password?\r\n+OK welcome, 1 11\r\n+OK 1 11\r\n"
        b"+OK 11 octets\r\nA: 1\r\n\r\n..\r\n.\r\n+OK bye, 0 deleted\r\n"
    )


def test_verbs_may_have_any_case(client):
    assert client.say("user me@example.com") == "+OK and the password?"
    assert client.say("pAsS secret").startswith("+OK welcome")


def test_a_message_leaves_byte_for_byte(client, account):
    content = bytes(range(256)) + b"\r\n.\r\n..\r\n\r\n"
    account.add(content)
    client.log_in().send(b"RETR 1\r\nQUIT\r\n")
    hidden = content.replace(b"\r\n.", b"\r\n..")
    assert client.rest() == b"+OK %d octets\r\n%b.\r\n+OK bye, 0 deleted\r\n" % (
        len(content),
        hidden,
    )


def test_deletion_takes_effect_at_quit(server, client, account):
    account.add(b"1")
    account.add(b"2")
    client.log_in()
    assert client.say("DELE 1").startswith("+OK")
    assert len(account.inbox) == 2
    assert client.say("QUIT") == "+OK bye, 1 deleted"
    assert client.rest() == b""
    assert [message.content for message in account.inbox] == [b"2"]
    assert not server.sins


@pytest.mark.parametrize("leave", ["close", "reset"])
def test_a_client_that_leaves_without_quit_deletes_nothing(
    server, client, account, leave, reset, dial
):
    account.add(b"1")
    client.log_in()
    assert client.say("DELE 1").startswith("+OK")
    if leave == "reset":
        client._file.close()
        reset(client.sock)
    else:
        client.__exit__()
    assert server.sins.wait_for().text == "the client left without QUIT"
    assert len(account.inbox) == 1
    dial(server).log_in()  # the maildrop is free again


def test_a_mock_that_stops_is_no_sin_of_its_client(mailboxes, dial):
    with POP3Mock(mailboxes=mailboxes) as server:
        client = dial(server).log_in()
    assert not server.sins
    assert client.rest() == b""


def test_mail_that_arrives_is_there_at_the_next_login(server, client, account, dial):
    client.log_in()
    account.add(b"new")
    assert client.say("STAT") == "+OK 0 0"
    assert client.say("QUIT").startswith("+OK")
    assert dial(server).log_in().say("STAT") == "+OK 1 3"


# -- TLS --------------------------------------------------------------------------------------


def test_stls_begins_anew(server, client):
    assert client.say("USER me@example.com").startswith("+OK")
    assert client.say("STLS") == "+OK begin TLS"
    client.start_tls()
    assert client.say("PASS secret") == "-ERR PASS comes after USER"
    assert client.say("STLS") == "-ERR TLS is active already"
    client.log_in()
    assert client.say("QUIT").startswith("+OK")
    assert client.rest() == b""
    assert not server.sins


def test_what_is_said_in_the_clear_behind_stls_is_not_heard(server, client):
    client.send(b"STLS\r\nUSER me@example.com\r\nPA")
    assert client.line() == "+OK begin TLS"
    client.start_tls()
    assert client.say("NOOP") == "-ERR NOOP needs a login first"
    (sin,) = _sins(server)
    assert sin.startswith("the client said more in the clear behind STLS")


def test_a_client_that_leaves_during_stls_does_not_stop_the_next(server, client, dial):
    assert client.say("STLS").startswith("+OK")
    client.__exit__()
    assert server.journal.wait_for(lambda entry: entry.kind == "closed")
    dial(server).log_in()


def test_a_broken_handshake_does_not_stop_the_next(server, client, dial, entry):
    assert client.say("STLS").startswith("+OK")
    client.send(b"USER me@example.com\r\n")
    assert server.journal.wait_for(entry("error", "the TLS handshake failed"))
    dial(server).log_in()


def test_a_certificate_that_can_not_be_made_is_told(dial):
    with POP3Mock(names=["no name \udcff"], tolerate=["handler"]) as server:
        client = dial(server)
        assert client.say("STLS") == "+OK begin TLS"
        assert client.rest() == b""


# -- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "sin"),
    [
        (b"NOOP\n", "a line ends in a bare LF"),
        (b"NO\0OP\r\n", "a line has a NUL in it"),
        (b"USER \xff\r\n", "a line has 8-bit characters"),
        (b"NO\rOP\r\n", "a line has a bare CR in it"),
        (b"USER " + b"x" * 300 + b"\r\n", "a line is longer than 255 bytes"),
        (b"x" * 1_000_000 + b"\r\n", "a line is longer than 255 bytes"),
    ],
)
def test_a_line_that_is_wrong_is_answered_and_noted(server, client, line, sin):
    client.send(line)
    assert client.line()[:4] in ("-ERR", "+OK ")
    assert _sins(server)[0].startswith(sin)
    client.log_in()


def test_a_line_that_is_too_long_is_refused_as_such(client):
    assert client.say("USER " + "x" * 300) == "-ERR that line is too long"


def test_a_step_of_a_login_may_be_longer_than_a_command(client):
    assert client.say("AUTH PLAIN") == "+ "
    assert client.say("A" * 10_000).startswith("-ERR that is no response for PLAIN")
    assert client.say("AUTH PLAIN") == "+ "
    assert client.say("A" * 13_000) == "-ERR that line is too long"
    assert client.say("*") == "-ERR the login is cancelled"
    client.log_in()


def test_half_a_command_is_noted_and_not_done(server, client, account):
    account.add(b"1")
    client.log_in().send(b"DELE 1\r\nQUIT").half_close()
    assert client.rest() == b"+OK message 1 is deleted at QUIT\r\n"
    assert server.sins.wait_for().text == ("the client left without QUIT, in the middle of a line")
    assert len(account.inbox) == 1


def test_a_client_that_half_closes_gets_what_it_asked_for(client, account):
    account.add(LARGE)
    client.log_in().send(b"RETR 1\r\nRETR 1\r\nQUIT\r\n").half_close()
    said = client.rest()
    assert said.count(b"\r\n.\r\n") == 2
    assert said.endswith(b"+OK bye, 0 deleted\r\n")


def test_many_bad_logins_leave_the_server_as_it_was(server, client, dial):
    for n in range(200):
        assert client.say("USER me@example.com").startswith("+OK")
        assert client.say(f"PASS {n}").startswith("-ERR [AUTH]")
    dial(server).log_in()


def test_a_client_that_vanishes_within_a_message_does_not_stop_the_next(
    server, client, account, dial, reset
):
    account.add(LARGE)
    client.log_in().send(b"RETR 1\r\n" * 100)
    assert client.line() == f"+OK {len(LARGE)} octets"
    client._file.close()
    reset(client.sock)
    assert server.sins.wait_for().text == "the client left without QUIT"
    again = dial(server).log_in()
    again.send(b"RETR 1\r\n")
    assert again.line().startswith("+OK")
    assert "\r\n".join(again.lines()).encode() + b"\r\n" == LARGE.replace(b"\r\n.", b"\r\n..")


def test_a_client_that_reads_nothing_is_not_answered_without_end(server, client, account):
    account.add(LARGE)
    client.log_in().send(b"RETR 1\r\n" * 1000)
    server.wait_for_command("RETR")
    # Each answer is a megabyte: no more are made than the kernel takes, which is a few.
    assert client.line() == f"+OK {len(LARGE)} octets"
    assert len([command for command in server.commands if command.verb == "RETR"]) < 50


def test_a_pause_between_answers_changes_nothing(client, account):
    account.add(LARGE)
    client.log_in().send(b"RETR 1\r\n" * 20 + b"QUIT\r\n")
    whole = b"+OK %d octets\r\n%b.\r\n" % (len(LARGE), LARGE.replace(b"\r\n.", b"\r\n.."))
    assert client.rest() == whole * 20 + b"+OK bye, 0 deleted\r\n"


def test_implicit_tls_needs_no_stls(mailboxes, connect_tls, account):
    account.add(b"1")
    with POP3Mock(mailboxes=mailboxes, tls=True, tls_required=True) as server:
        client = connect_tls(server)
        client.sendall(b"USER me@example.com\r\nPASS secret\r\nDELE 1\r\nQUIT\r\n")
        assert client.recv(CHUNK).startswith(b"+OK ready")
        while client.recv(CHUNK):
            pass
    assert len(account.inbox) == 0


def test_a_client_that_speaks_plainly_to_tls_is_told_apart(mailboxes, connect, entry):
    with POP3Mock(mailboxes=mailboxes, tls=True) as server:
        connect(server).sendall(b"USER me@example.com\r\n")
        assert server.journal.wait_for(entry("error", "the TLS handshake failed"))


def test_a_stranger_is_not_trusted(server, client, entry):
    assert client.say("STLS").startswith("+OK")
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(client.sock, server_hostname="localhost")
    assert server.journal.wait_for(entry("error", "the TLS handshake failed"))
