import pytest


@pytest.mark.parametrize("mailbox", ["", "INBOX"])
def test_idle_lasts_until_done(user, mailbox):
    client = user(mailbox)
    assert client.say("IDLE", b"done") == ["+ idling", "OK IDLE completed"]
    assert not client.session.is_idle


def test_anything_but_done_is_wrong(user):
    client = user()
    assert client.say("IDLE", b"a NOOP") == ["+ idling", "BAD IDLE ends with DONE"]
    assert not client.session.is_idle


def test_a_stranger_can_not_idle(stranger):
    assert stranger().end("IDLE").startswith("BAD ")
