"""A POP3 server through real sockets, and a model of the maildrop: whatever is done, they agree."""

import poplib

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from netmocks.mail import POP3Mock
from netmocks.record import PATIENCE

LINES = st.lists(st.sampled_from([b"", b".", b"..", b".a", b"text", b"\xff\0", b"x" * 100]))

#: Mostly of messages that there are.
NUMBERS = st.integers(0, 5)


class Maildrop(RuleBasedStateMachine):
    """One account; a client that comes and goes, and a test that adds and removes meanwhile."""

    def __init__(self):
        super().__init__()
        self.server = POP3Mock(accounts={"me": "secret"}).start()
        self.inbox = self.server.mailboxes["me"].inbox
        #: what the inbox holds: contents by UID, in order
        self.kept = {}
        self.client = None
        #: the session's messages, each a UID and a content, and the numbers of the deleted ones
        self.seen = []
        self.deleted = set()
        for lines in ([], [b".", b"text"], [b""]):
            self._add(lines)

    def teardown(self):
        if self.client is not None:
            self.client.close()
        self.server.stop()
        self.server.verify()

    # -- what the test does -------------------------------------------------------------------

    @rule(lines=LINES)
    def add(self, lines):
        self._add(lines)

    def _add(self, lines):
        content = b"".join(line + b"\r\n" for line in [b"Subject: x", b"", *lines])
        self.kept[self.inbox.add(content).uid] = content

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def remove(self, data):
        uid = data.draw(st.sampled_from(sorted(self.kept)))
        self.inbox.expunge([self.inbox.get(uid)])
        del self.kept[uid]

    # -- what the client does -----------------------------------------------------------------

    @precondition(lambda self: self.client is None)
    @rule(way=st.sampled_from(["user", "apop"]))
    def log_in(self, way):
        self.client = poplib.POP3(self.server.host, self.server.port, timeout=PATIENCE)
        if way == "user":
            self.client.user("me")
            self.client.pass_("secret")
        else:
            self.client.apop("me", "secret")
        self.seen = list(self.kept.items())
        self.deleted = set()

    @precondition(lambda self: self.client)
    @rule()
    def be_refused_a_second_session(self):
        other = poplib.POP3(self.server.host, self.server.port, timeout=PATIENCE)
        other.user("me")
        with pytest.raises(poplib.error_proto, match="IN-USE"):
            other.pass_("secret")
        other.quit()

    @precondition(lambda self: self.client)
    @rule(number=NUMBERS)
    def retrieve(self, number):
        if self._is_there(number):
            _, lines, _ = self.client.retr(number)
            assert b"".join(line + b"\r\n" for line in lines) == self.seen[number - 1][1]
        else:
            with pytest.raises(poplib.error_proto):
                self.client.retr(number)

    @precondition(lambda self: self.client)
    @rule(number=NUMBERS, count=st.integers(0, 4))
    def top(self, number, count):
        if self._is_there(number):
            _, lines, _ = self.client.top(number, count)
            assert lines == self.seen[number - 1][1].split(b"\r\n")[:-1][: 2 + count]
        else:
            with pytest.raises(poplib.error_proto):
                self.client.top(number, count)

    @precondition(lambda self: self.client)
    @rule(number=NUMBERS)
    def delete(self, number):
        if self._is_there(number):
            self.client.dele(number)
            self.deleted.add(number)
        else:
            with pytest.raises(poplib.error_proto):
                self.client.dele(number)

    @precondition(lambda self: self.client)
    @rule()
    def reset(self):
        self.client.rset()
        self.deleted = set()

    @precondition(lambda self: self.client)
    @rule()
    def quit(self):
        self.client.quit()
        self.client = None
        for number in self.deleted:
            self.kept.pop(self.seen[number - 1][0], None)

    @precondition(lambda self: self.client)
    @rule()
    def leave(self):
        before = len(self.server.sins)
        self.client.close()
        self.client = None
        # Until the server has noticed, the maildrop is not free.
        self.server.sins.wait_for_count(before + 1)

    # -- what always holds --------------------------------------------------------------------

    @invariant()
    def the_inbox_is_as_the_model_says(self):
        assert {message.uid: message.content for message in self.inbox} == self.kept

    @invariant()
    def the_session_sees_what_it_began_with(self):
        if self.client is None:
            return
        there = [
            (number, uid, len(content))
            for number, (uid, content) in enumerate(self.seen, 1)
            if number not in self.deleted
        ]
        assert self.client.stat() == (len(there), sum(size for _, _, size in there))
        assert self.client.list()[1] == [b"%d %d" % (number, size) for number, _, size in there]
        assert self.client.uidl()[1] == [b"%d 1.%d" % (number, uid) for number, uid, _ in there]

    def _is_there(self, number):
        return 1 <= number <= len(self.seen) and number not in self.deleted


TestMaildrop = Maildrop.TestCase
TestMaildrop.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, database=None
)
