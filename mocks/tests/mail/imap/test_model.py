"""Whatever two clients and a test do: all of them see what a simple model of the mailbox says."""

import imaplib
import re
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from netmocks.mail import IMAPMock
from netmocks.record import PATIENCE

NAME, PASSWORD = "me@example.com", "secret"

FOLDERS = ("INBOX", "Work")
FLAGS = ("\\Seen", "\\Deleted", "\\Answered", "$Label")

FETCHED = re.compile(rb"(\d+) \(UID (\d+) FLAGS \(([^)]*)\) BODY\[\] \{\d+\}")


@dataclass
class Mail:
    """A message of the model."""

    uid: int
    content: bytes
    flags: frozenset


@dataclass
class Place:
    """A folder of the model."""

    mails: list = field(default_factory=list)
    uid_next: int = 1

    def add(self, content, flags):
        self.mails.append(Mail(self.uid_next, content, frozenset(flags)))
        self.uid_next += 1


class Client:
    """One client, and what it should know of the folder that it has selected."""

    def __init__(self, server):
        self.imap = imaplib.IMAP4(server.host, server.port, timeout=PATIENCE)
        self.imap.login(NAME, PASSWORD)
        self.name = "INBOX"
        self.select(self.name)

    def select(self, name):
        self.name = name
        self.do("SELECT", lambda: self.imap.select(name))

    def do(self, what, command):
        status, data = command()
        assert status == "OK", (what, data)
        return data

    def uid(self, *words):
        return self.do(words, lambda: self.imap.uid(*words))

    def fetched(self):
        """What the selected folder has, as this client reads it: by UID, content and flags."""
        data = self.do("FETCH", lambda: self.imap.fetch("1:*", "(UID FLAGS BODY.PEEK[])"))
        found = {}
        for piece in data:
            if isinstance(piece, tuple):
                number, uid, flags = FETCHED.fullmatch(piece[0]).groups()
                assert int(number) == len(found) + 1
                known = frozenset(flags.decode().split()) - {"\\Recent"}
                found[int(uid)] = (piece[1], known)
        return found

    def close(self):
        self.imap.logout()


CONTENTS = st.binary(min_size=1, max_size=20)
SOME_FLAGS = st.sets(st.sampled_from(FLAGS), max_size=2)


class Mailbox(RuleBasedStateMachine):
    """Two clients, and the test itself, at one account."""

    def __init__(self):
        super().__init__()
        self.server = IMAPMock(accounts={NAME: PASSWORD}).start()
        self.account = self.server.mailboxes[NAME]
        self.account.create("Work")
        self.model = {name: Place() for name in FOLDERS}
        self.clients = [Client(self.server), Client(self.server)]

    def teardown(self):
        try:
            for client in self.clients:
                client.close()
        finally:
            self.server.stop()
        self.server.verify()
        assert list(self.server.sins) == []

    def _uids(self, client, data):
        """Some of the messages in a client's folder."""
        mails = self.model[client.name].mails
        uids = [mail.uid for mail in mails]
        chosen = data.draw(st.sets(st.sampled_from(uids), min_size=1, max_size=3))
        return ",".join(map(str, sorted(chosen))), [m for m in mails if m.uid in chosen]

    who = st.integers(0, 1)

    @rule(who=who, name=st.sampled_from(FOLDERS))
    def select(self, who, name):
        self.clients[who].select(name)

    @rule(name=st.sampled_from(FOLDERS), content=CONTENTS, flags=SOME_FLAGS)
    def deliver(self, name, content, flags):
        self.account.add(content, folder=name, flags=flags)
        self.model[name].add(content, flags)

    @rule(who=who, name=st.sampled_from(FOLDERS), content=CONTENTS, flags=SOME_FLAGS)
    def append(self, who, name, content, flags):
        content = re.sub(rb"\r?\n|\r", b"\r\n", content)  # which imaplib does
        imap = self.clients[who].imap
        status, _ = imap.append(name, " ".join(flags), None, content)
        assert status == "OK"
        self.model[name].add(content, flags)

    @rule(
        who=who,
        data=st.data(),
        how=st.sampled_from(["FLAGS", "+FLAGS", "-FLAGS.SILENT"]),
        flags=SOME_FLAGS,
    )
    def store(self, who, data, how, flags):
        client = self.clients[who]
        if not self.model[client.name].mails:
            return
        uids, mails = self._uids(client, data)
        client.uid("STORE", uids, how, f"({' '.join(flags)})")
        for mail in mails:
            match how[0]:
                case "+":
                    mail.flags |= flags
                case "-":
                    mail.flags -= flags
                case _:
                    mail.flags = frozenset(flags)

    @rule(who=who, data=st.data(), name=st.sampled_from(FOLDERS), moves=st.booleans())
    def transfer(self, who, data, name, moves):
        client = self.clients[who]
        place = self.model[client.name]
        if not place.mails:
            return
        uids, mails = self._uids(client, data)
        client.uid("MOVE" if moves else "COPY", uids, name)
        for mail in mails:
            self.model[name].add(mail.content, mail.flags)
        if moves:
            place.mails = [mail for mail in place.mails if mail not in mails]

    @rule(who=who)
    def expunge(self, who):
        client = self.clients[who]
        client.do("NOOP", client.imap.noop)  # what it does not know of would stay
        client.do("EXPUNGE", client.imap.expunge)
        place = self.model[client.name]
        place.mails = [mail for mail in place.mails if "\\Deleted" not in mail.flags]

    @precondition(lambda self: self.model["INBOX"].mails)
    @rule(data=st.data())
    def remove(self, data):
        mails = self.model["INBOX"].mails
        mail = data.draw(st.sampled_from(mails))
        inbox = self.account.inbox
        inbox.expunge([inbox.get(mail.uid)])
        mails.remove(mail)

    @rule(who=who, flag=st.sampled_from(["SEEN", "DELETED", "ANSWERED", "KEYWORD $Label"]))
    def search(self, who, flag):
        client = self.clients[who]
        [found] = client.uid("SEARCH", *flag.split())
        wanted = {"KEYWORD $Label": "$Label"}.get(flag, f"\\{flag.capitalize()}")
        expected = [m.uid for m in self.model[client.name].mails if wanted in m.flags]
        assert [int(uid) for uid in found.split()] == expected

    @invariant()
    def everybody_sees_what_is_there(self):
        for client in self.clients:
            client.do("NOOP", client.imap.noop)
            place = self.model[client.name]
            expected = {mail.uid: (mail.content, mail.flags) for mail in place.mails}
            assert client.fetched() == expected
        for name, place in self.model.items():
            [told] = self.clients[0].do(
                "STATUS",
                lambda name=name: self.clients[0].imap.status(name, "(MESSAGES UIDNEXT)"),
            )
            assert told == b"%b (MESSAGES %d UIDNEXT %d)" % (
                *(name.encode(), len(place.mails)),
                place.uid_next,
            )


Mailbox.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestMailbox = Mailbox.TestCase
