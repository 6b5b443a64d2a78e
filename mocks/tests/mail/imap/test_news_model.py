"""Message numbers: what each client believes, by what it is told, and what it then gets by them.

RFC 3501 §7.4.1: a number changes only when the client is told so, and never while a command that
uses numbers is in progress. The clients here keep the list that a careful client keeps, from the
untagged responses alone; each message must be found where they believe it to be.
"""

import re
import socket

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from netmocks.mail import IMAPMock
from netmocks.record import PATIENCE

NAME, PASSWORD = "me@example.com", "secret"

EXISTS = re.compile(rb"\* (\d+) EXISTS")
EXPUNGE = re.compile(rb"\* (\d+) EXPUNGE")
FETCH = re.compile(rb"\* (\d+) FETCH \((.*)\)")
UID = re.compile(rb"UID (\d+)")
FLAGS = re.compile(rb"FLAGS \(([^)]*)\)")
SEARCH = re.compile(rb"\* SEARCH((?: \d+)*)")

#: Commands during which no number may change.
BY_NUMBER = ("FETCH", "STORE", "SEARCH", "COPY", "MOVE")


class Message:
    """What a client knows of one: None is not yet."""

    def __init__(self):
        self.uid = None
        self.flags = None


class Client:
    """One client, and its list of the inbox."""

    def __init__(self, server):
        self.sock = socket.create_connection(server.address, timeout=PATIENCE)
        self._file = self.sock.makefile("rb")
        self.known = []
        self.is_idle = False
        self._file.readline()
        self.say(f"LOGIN {NAME} {PASSWORD}")
        self.say("SELECT INBOX")

    def say(self, line):
        """Give a command; learn from all that comes, and return its lines."""
        self.sock.sendall(b"a %b\r\n" % line.encode())
        return self.hear(line.partition(" ")[0], lambda said: said.startswith(b"a "))

    def hear(self, command, is_last):
        told = []
        while not told or not is_last(told[-1]):
            told.append(self._file.readline().removesuffix(b"\r\n"))
            assert told[-1], "the server has left"
            self.learn(told[-1], command)
        assert not told[-1].startswith((b"a NO", b"a BAD")), (command, told[-1])
        return told

    def learn(self, line, command):
        if found := EXISTS.fullmatch(line):
            more = int(found[1]) - len(self.known)
            assert more >= 0, "EXISTS never tells that messages are gone"
            self.known += [Message() for _ in range(more)]
        elif found := EXPUNGE.fullmatch(line):
            # MOVE tells of its own messages; of those of others, when it is done.
            assert command not in BY_NUMBER or command == "MOVE", f"EXPUNGE during {command}"
            del self.known[int(found[1]) - 1]
        elif found := FETCH.fullmatch(line):
            message = self.known[int(found[1]) - 1]
            if uid := UID.search(found[2]):
                assert message.uid in (None, int(uid[1])), "another message has this number"
                message.uid = int(uid[1])
            if flags := FLAGS.search(found[2]):
                message.flags = frozenset(flags[1].decode().split()) - {"\\Recent"}

    def idle(self):
        self.sock.sendall(b"a IDLE\r\n")
        self.hear("IDLE", lambda said: said.startswith(b"+"))
        self.is_idle = True

    def done(self):
        self.sock.sendall(b"DONE\r\n")
        self.hear("IDLE", lambda said: said.startswith(b"a "))
        self.is_idle = False

    def close(self):
        self._file.close()
        self.sock.close()


SOME_FLAGS = st.sets(st.sampled_from(["\\Seen", "\\Answered", "$Label"]), max_size=2)


class Inbox(RuleBasedStateMachine):
    """Two clients, and the test itself, at one inbox."""

    def __init__(self):
        super().__init__()
        self.server = IMAPMock(accounts={NAME: PASSWORD}).start()
        self.inbox = self.server.mailboxes[NAME].inbox
        #: the flags of what is there, by UID
        self.flags = {}
        for _ in range(3):
            self.deliver()
        self.clients = [Client(self.server), Client(self.server)]

    def teardown(self):
        for client in self.clients:
            client.close()
        self.server.stop()
        self.server.verify()

    who = st.integers(0, 1)
    place = st.integers(0, 5)

    def _awake(self, who):
        client = self.clients[who]
        if client.is_idle:
            client.done()
        return client

    # -- what the test does -------------------------------------------------------------------

    @rule()
    def deliver(self):
        self.flags[self.inbox.add(b"Subject: x\r\n\r\n").uid] = frozenset()

    @precondition(lambda self: self.flags)
    @rule(data=st.data())
    def remove(self, data):
        uid = data.draw(st.sampled_from(sorted(self.flags)))
        self.inbox.expunge([self.inbox.get(uid)])
        del self.flags[uid]

    # -- what the clients do ------------------------------------------------------------------

    @rule(who=who)
    def noop(self, who):
        client = self._awake(who)
        client.say("NOOP")
        assert len(client.known) == len(self.flags), "what is new is told at once"
        for message in client.known:
            if message.flags is not None and message.uid is not None:
                assert message.flags == self.flags[message.uid], "what others change is told, too"

    @rule(who=who)
    def idle(self, who):
        self._awake(who).idle()  # what is new is told behind its "+"

    @precondition(lambda self: any(client.is_idle for client in self.clients))
    @rule()
    def deliver_to_who_is_idle(self):
        self.deliver()
        for client in self.clients:
            if client.is_idle:
                exists = b"* %d EXISTS" % len(self.flags)
                client.hear("IDLE", lambda said, exists=exists: said == exists)

    @rule(who=who)
    def fetch_all(self, who):
        client = self._awake(who)
        if client.known:
            before = len(client.known)
            told = client.say("FETCH 1:* (UID FLAGS)")
            assert sum(b" FETCH (" in line for line in told) >= before

    @rule(who=who, place=place, flags=SOME_FLAGS)
    def store(self, who, place, flags):
        client = self._awake(who)
        if place >= len(client.known):
            return
        client.say(f"FETCH {place + 1} UID")
        message = client.known[place]
        client.say(f"STORE {place + 1} FLAGS ({' '.join(flags)})")
        if message.uid in self.flags:  # others may have removed what this client still sees
            assert message.flags == flags
            self.flags[message.uid] = frozenset(flags)

    @rule(who=who, place=place)
    def delete(self, who, place):
        client = self._awake(who)
        if place >= len(client.known):
            return
        client.say(f"STORE {place + 1} +FLAGS (\\Deleted)")
        client.say(f"FETCH {place + 1} UID")
        uid = client.known[place].uid
        client.say(f"UID EXPUNGE {uid}")
        self.flags.pop(uid, None)
        assert uid not in [message.uid for message in client.known]

    @rule(who=who)
    def search(self, who):
        client = self._awake(who)
        before = len(client.known)
        told = client.say("SEARCH ALL")
        [found] = [found for line in told if (found := SEARCH.fullmatch(line))]
        assert [int(number) for number in found[1].split()] == list(range(1, before + 1))

    # -- what always holds --------------------------------------------------------------------

    @invariant()
    def the_inbox_is_as_the_model_says(self):
        assert [message.uid for message in self.inbox] == list(self.flags)
        for message in self.inbox:
            assert message.flags == self.flags[message.uid]

    @invariant()
    def no_client_knows_what_never_was(self):
        for client in self.clients:
            uids = [message.uid for message in client.known if message.uid is not None]
            assert uids == sorted(set(uids))

    @rule(who=who)
    def see_what_is_there(self, who):
        client = self._awake(who)
        client.say("NOOP")
        if client.known:
            client.say("FETCH 1:* (UID FLAGS)")
        assert {m.uid: m.flags for m in client.known} == self.flags


Inbox.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestInbox = Inbox.TestCase
