"""The IMAP mock meets clients that nobody here wrote."""

import asyncio
import imaplib
import os
import shutil
import ssl
import subprocess
import threading
from contextlib import asynccontextmanager
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import aioimaplib
import imapclient
import pytest

from netmocks.mail import IMAPMock
from netmocks.record import PATIENCE
from netmocks.wire.authority import authority

NAME, PASSWORD = "me@example.com", 'pass "word\\'

FIRST = b"From: Ann <ann@example.com>\r\nSubject: first\r\n\r\n.\r\nhello\r\n"
SECOND = "Subject: =?utf-8?q?=C3=BCber?=\r\n\r\nzweite Zeile, ü\r\n".encode()


@pytest.fixture
def server():
    with IMAPMock(accounts={NAME: PASSWORD}) as mock:
        yield mock


@pytest.fixture
def secure(server):
    """A server of implicit TLS, at the same mailboxes."""
    with IMAPMock(mailboxes=server.mailboxes, tls=True) as mock:
        yield mock


@pytest.fixture
def account(server):
    return server.mailboxes[NAME]


@pytest.fixture(autouse=True)
def inbox(account):
    """The inbox, with two messages."""
    account.add(FIRST)
    account.add(SECOND, flags=["\\Flagged"])
    return account.inbox


@pytest.fixture
def letter():
    """A letter with a picture and another letter in it."""
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("within\n")
    message = EmailMessage()
    message["From"] = "Python爱好者 <from@example.com>"
    message["To"] = "管理员 <to@example.com>"
    message["Subject"] = "来自IMAP的问候……"
    message.set_content("hello\n")
    message.add_attachment(b"picture", maintype="image", subtype="png", filename="a.png")
    message.add_attachment(inner)
    return message.as_bytes(policy=SMTP)


# -- imaplib ----------------------------------------------------------------------------------


def _plain(server, secure):
    client = imaplib.IMAP4(server.host, server.port, timeout=PATIENCE)
    client.login(NAME, PASSWORD)
    return client


def _sasl(server, secure):
    client = imaplib.IMAP4(server.host, server.port, timeout=PATIENCE)
    client.authenticate("PLAIN", lambda _: f"\0{NAME}\0{PASSWORD}".encode())
    return client


def _starttls(server, secure):
    client = imaplib.IMAP4(server.host, server.port, timeout=PATIENCE)
    client.starttls(authority().client_context())
    client.login(NAME, PASSWORD)
    return client


def _implicit(server, secure):
    client = imaplib.IMAP4_SSL(
        secure.host, secure.port, ssl_context=authority().client_context(), timeout=PATIENCE
    )
    client.login(NAME, PASSWORD)
    return client


@pytest.fixture
def client(server):
    with _plain(server, None) as client:
        client.select()
        yield client


@pytest.mark.parametrize("connect", [_plain, _sasl, _starttls, _implicit])
def test_imaplib_reads_by_every_way_in(server, secure, connect):
    with connect(server, secure) as client:
        assert client.select() == ("OK", [b"2"])
        assert client.search(None, "UNFLAGGED") == ("OK", [b"1"])
        status, data = client.fetch("1", "(RFC822)")
        assert status == "OK"
        assert data[0] == (b"1 (RFC822 {%d}" % len(FIRST), FIRST)
        assert client.fetch("1:*", "(FLAGS)")[1] == [
            b"1 (FLAGS (\\Seen \\Recent))",
            b"2 (FLAGS (\\Flagged \\Recent))",
        ]
    assert list(server.sins) == []


def test_imaplib_is_told_of_a_wrong_login_and_may_try_again(server):
    with imaplib.IMAP4(server.host, server.port, timeout=PATIENCE) as client:
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            client.login(NAME, "wrong")
        client.login(NAME, PASSWORD)


def test_imaplib_keeps_mail(client, account):
    assert client.create("Work/Deep")[0] == "OK"
    assert client.list('""', "Work*") == (
        "OK",
        [b'(\\HasChildren) "/" "Work"', b'(\\HasNoChildren) "/" "Work/Deep"'],
    )
    assert client.append("Work", "\\Draft", None, SECOND)[0] == "OK"
    assert client.copy("1", "Work")[0] == "OK"
    assert client.uid("MOVE", "2", "Work/Deep")[0] == "OK"
    assert client.store("1", "+FLAGS", "(\\Deleted)") == ("OK", [b"1 (FLAGS (\\Deleted \\Recent))"])
    assert client.expunge() == ("OK", [b"2", b"1"])
    assert [message.content for message in account["Work"]] == [SECOND, FIRST]
    assert [message.content for message in account["Work/Deep"]] == [SECOND]
    assert len(account.inbox) == 0


def test_imaplib_appends_at_a_date(client, account):
    moment = imaplib.Time2Internaldate(datetime.fromisoformat("2024-02-29T12:34:56+05:30"))
    client.append("INBOX", "(\\Seen $Label)", moment, FIRST)
    added = account.inbox[-1]
    assert added.internal_date == datetime.fromisoformat("2024-02-29T12:34:56+05:30")
    assert added.flags == {"\\Seen", "$Label"}
    _, data = client.fetch("3", "(INTERNALDATE)")
    assert data == [b'3 (INTERNALDATE "29-Feb-2024 12:34:56 +0530")']


def test_imaplib_searches_in_utf_8(client):
    client.literal = "ÜBER".encode()
    assert client.search("UTF-8", "SUBJECT") == ("OK", [b"2"])
    status, [text] = client.search("KLINGON", "ALL")
    assert (status, text[:11]) == ("NO", b"[BADCHARSET")


def test_imaplib_enables_and_unselects(client, inbox):
    client.store("1", "+FLAGS", "\\Deleted")
    assert client.unselect()[0] == "OK"
    assert client.enable("X-NOTHING")[0] == "OK"
    assert len(inbox) == 2


def test_imaplib_waits_for_mail_by_hand(client, inbox):
    client.send(b"X1 IDLE\r\n")
    assert client.readline() == b"+ idling\r\n"
    threading.Thread(target=inbox.add, args=(b"Subject: new\r\n\r\n",)).start()
    assert client.readline() == b"* 3 EXISTS\r\n"
    assert client.readline() == b"* 3 RECENT\r\n"
    inbox.set_flags(inbox[0], ["\\Answered"])
    assert client.readline() == b"* 1 FETCH (UID 1 FLAGS (\\Answered \\Recent))\r\n"
    inbox.expunge([inbox[0]])
    assert client.readline() == b"* 1 EXPUNGE\r\n"
    client.send(b"DONE\r\n")
    assert client.readline() == b"X1 OK IDLE completed\r\n"


def test_imaplib_takes_a_letter_apart(client, letter, account):
    client.append("INBOX", None, None, letter)
    _, data = client.fetch("3", "(BODY.PEEK[])")
    assert message_from_bytes(data[0][1])["To"] == message_from_bytes(letter)["To"]
    assert client.fetch("3", "(BODY.PEEK[1])")[1][0][1] == b"hello\r\n"
    assert client.fetch("3", "(BODY.PEEK[3.HEADER.FIELDS (SUBJECT)])")[1][0][1] == (
        b"Subject: inner\r\n\r\n"
    )
    assert client.fetch("3", "(BODY.PEEK[3.1])")[1][0][1] == b"within\r\n"
    assert client.fetch("3", "(BODY.PEEK[]<6.3>)")[1][0][1] == letter[6:9]


def test_imaplib_reads_a_large_message(client, inbox):
    large = b"Subject: large\r\n\r\n" + b"0123456789\r\n" * 300_000
    assert client.append("INBOX", None, None, large)[0] == "OK"
    assert inbox[-1].content == large
    assert client.fetch("3", "(RFC822)")[1][0][1] == large


def test_imaplib_does_not_trust_a_stranger(server, entry):
    client = imaplib.IMAP4(server.host, server.port, timeout=PATIENCE)
    with pytest.raises(ssl.SSLCertVerificationError):
        client.starttls(ssl.create_default_context())
    client.file.close()  # its socket is closed by the failed handshake
    assert server.journal.wait_for(entry("error", "the TLS handshake failed"))


# -- IMAPClient -------------------------------------------------------------------------------


@pytest.fixture
def connected(server):
    client = imapclient.IMAPClient(server.host, server.port, ssl=False, timeout=PATIENCE)
    with client:
        client.starttls(authority().client_context())
        client.login(NAME, PASSWORD)
        yield client


def test_imapclient_understands_what_is_fetched(connected, letter):
    connected.append("INBOX", letter, flags=[imapclient.SEEN])
    connected.select_folder("INBOX")
    [uid] = connected.search(["FROM", "from@example.com", "SEEN"])
    data = connected.fetch([uid], ["ENVELOPE", "BODYSTRUCTURE", "FLAGS", "RFC822.SIZE", "BODY"])[
        uid
    ]
    envelope = data[b"ENVELOPE"]
    assert envelope.from_[0].mailbox == b"from"
    assert envelope.to[0].host == b"example.com"
    assert envelope.subject.startswith(b"=?utf-8?")
    assert data[b"RFC822.SIZE"] == len(letter)
    assert imapclient.SEEN in data[b"FLAGS"]
    text, picture, inner = data[b"BODYSTRUCTURE"][0]
    assert text[:2] == (b"TEXT", b"PLAIN")
    assert picture[8] == (b"ATTACHMENT", (b"FILENAME", b"a.png"))
    assert inner[:2] == (b"MESSAGE", b"RFC822")
    assert inner[7][1] == b"inner"


def test_imapclient_uses_folders_with_any_name(connected, account):
    name = "Entwürfe & Söhne/台北"
    connected.create_folder(name)
    assert ((b"\\HasNoChildren",), b"/", name) in [
        (flags, delimiter, found) for flags, delimiter, found in connected.list_folders()
    ]
    connected.select_folder("INBOX")
    connected.move([1], name)
    assert [message.content for message in account[name]] == [FIRST]
    connected.rename_folder(name, "Neu")
    connected.unsubscribe_folder("Neu")
    assert "Neu" not in [found for _, _, found in connected.list_sub_folders()]
    assert connected.folder_status("Neu", ["MESSAGES", "UIDNEXT"]) == {
        b"MESSAGES": 1,
        b"UIDNEXT": 2,
    }
    connected.delete_folder("Neu")
    assert not connected.folder_exists("Neu")


def test_imapclient_idles(connected, inbox):
    connected.select_folder("INBOX")
    connected.idle()
    inbox.add(b"Subject: new\r\n\r\n")
    news = connected.idle_check(timeout=PATIENCE)
    text, more = connected.idle_done()
    assert (3, b"EXISTS") in [*news, *more]
    assert text == b"IDLE completed"


def test_imapclient_searches_and_marks(connected, inbox):
    connected.select_folder("INBOX")
    assert connected.search(["SUBJECT", "über"], charset="UTF-8") == [2]
    assert connected.add_flags([1], ["\\Answered"]) == {1: (b"\\Answered", b"\\Recent")}
    assert connected.remove_flags([2], ["\\Flagged"]) == {2: (b"\\Recent",)}
    connected.delete_messages([1, 2])
    connected.uid_expunge([1])
    assert [message.uid for message in inbox] == [2]


def test_imapclient_asks_for_all_that_is_announced(connected, server):
    assert connected.namespace().personal == (("", "/"),)
    assert connected.id_({"name": "test"}) == ((b"name", b"netmocks"),)
    server.mailboxes[NAME].quota = 10 * 1024
    [quota] = connected.get_quota()
    assert (quota.resource, quota.usage, quota.limit) == ("STORAGE", 1, 10)
    assert connected.has_capability("MOVE")


def test_imapclient_finds_folders_by_their_use(connected, account):
    account.create("Versand", use="\\Sent")
    connected._imap._simple_command("CREATE", "Papierkorb", "(USE (\\Trash))")
    assert connected.find_special_folder(imapclient.imapclient.SENT) == "Versand"
    assert connected.find_special_folder(imapclient.imapclient.TRASH) == "Papierkorb"
    assert connected.find_special_folder(imapclient.imapclient.DRAFTS) is None


# -- aioimaplib -------------------------------------------------------------------------------


@asynccontextmanager
async def _aio(kind, mock, **options):
    """A client that leaves nothing open: aioimaplib's logout does not wait for its transport."""
    lost = asyncio.Event()
    client = kind(mock.host, mock.port, timeout=PATIENCE, **options)
    client.protocol.conn_lost_cb = lambda _: lost.set()
    await client.wait_hello_from_server()
    yield client
    assert (await client.logout()).result == "OK"
    await asyncio.wait_for(lost.wait(), PATIENCE)


@pytest.mark.asyncio
async def test_aioimaplib_reads_and_idles(server, inbox):
    async with _aio(aioimaplib.IMAP4, server) as client:
        await _read_and_idle(client, inbox)
    assert len(inbox) == 4


async def _read_and_idle(client, inbox):
    assert (await client.login(NAME, PASSWORD)).result == "OK"
    assert (await client.select()).result == "OK"
    fetched = await client.fetch("1", "(RFC822)")
    assert fetched.lines[1] == FIRST
    assert (await client.search("ALL")).lines[0] == b"1 2"
    idle = await client.idle_start(timeout=PATIENCE)
    inbox.add(b"Subject: new\r\n\r\n")
    assert b"3 EXISTS" in await client.wait_server_push(PATIENCE)
    client.idle_done()
    await asyncio.wait_for(idle, PATIENCE)
    assert (await client.append(FIRST, "INBOX", "\\Seen")).result == "OK"


@pytest.mark.asyncio
async def test_aioimaplib_reads_over_implicit_tls(secure):
    context = authority().client_context()
    async with _aio(aioimaplib.IMAP4_SSL, secure, ssl_context=context) as client:
        await client.login(NAME, PASSWORD)
        await client.select()
        assert (await client.uid("fetch", "2", "(BODY.PEEK[])")).lines[1] == SECOND


# -- curl -------------------------------------------------------------------------------------

LOGIN_DENIED = 67


@pytest.fixture
def ca_file(tmp_path):
    file = tmp_path / "authority.pem"
    file.write_text(authority().pem)
    return file


@pytest.fixture
def curl(ca_file):
    """Let curl do something with these options; its exit status, and what it printed."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("this machine has no curl")
    common = [program, "-q", "--silent", "--max-time", str(PATIENCE), "--cacert", str(ca_file)]

    def ask(url, *options, user=f"{NAME}:{PASSWORD}"):
        done = subprocess.run(
            [*common, "--user", user, *options, url], check=False, capture_output=True
        )
        return done.returncode, done.stdout

    return ask


@pytest.mark.parametrize(
    "options", [[], ["--ssl-reqd"], ["--login-options", "AUTH=PLAIN"], ["--sasl-ir"]]
)
def test_curl_reads_a_message(server, curl, options):
    assert curl(f"imap://{server.host}:{server.port}/INBOX;UID=1", *options) == (0, FIRST)
    assert server.wait_for_command("LOGOUT").ok
    assert list(server.sins) == []


def test_curl_reads_over_implicit_tls(secure, curl):
    url = f"imaps://{secure.host}:{secure.port}/INBOX;UID=2;SECTION=TEXT"
    assert curl(url) == (0, SECOND.partition(b"\r\n\r\n")[2])


def test_curl_lists_searches_and_stores(server, curl, inbox):
    url = f"imap://{server.host}:{server.port}"
    assert curl(f"{url}/") == (0, b'* LIST (\\HasNoChildren) "/" "INBOX"\r\n')
    assert curl(f"{url}/INBOX?FLAGGED") == (0, b"* SEARCH 2\r\n")
    assert curl(f"{url}/INBOX", "--request", "STORE 1 +FLAGS \\Deleted")[0] == 0
    assert inbox[0].flags == {"\\Deleted"}


def test_curl_uploads_a_message(server, curl, inbox, tmp_path):
    file = tmp_path / "mail.eml"
    file.write_bytes(FIRST)
    assert curl(f"imap://{server.host}:{server.port}/INBOX", "--upload-file", str(file))[0] == 0
    assert inbox[-1].content == FIRST


def test_curl_is_told_of_a_wrong_login(server, curl):
    status, _ = curl(f"imap://{server.host}:{server.port}/INBOX;UID=1", user=f"{NAME}:wrong")
    assert status == LOGIN_DENIED


# -- mbsync -----------------------------------------------------------------------------------


@pytest.fixture
def mbsync(tmp_path, ca_file):
    """Let mbsync (isync) synchronise all folders with a Maildir."""
    program = shutil.which("mbsync")
    if program is None:
        pytest.skip("this machine has no mbsync (Debian: apt install isync)")
    maildir = tmp_path / "maildir"
    maildir.mkdir()

    def synchronise(mock, tls):
        file = tmp_path / "mbsyncrc"
        password = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
        file.write_text(
            f"IMAPAccount mock\nHost localhost\nPort {mock.port}\nUser {NAME}\n"
            f'Pass "{password}"\nSSLType {tls}\nCertificateFile {ca_file}\n'
            f"SystemCertificates no\nTimeout {int(PATIENCE)}\n\n"
            "IMAPStore far\nAccount mock\n\n"
            f"MaildirStore near\nPath {maildir}/\nInbox {maildir}/INBOX\nSubFolders Verbatim\n\n"
            "Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Both\nExpunge Both\n"
            "SyncState *\n"
        )
        done = subprocess.run(
            [program, "--config", str(file), "--all"],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C"},
        )
        assert done.returncode == 0, done.stderr

    synchronise.maildir = maildir
    return synchronise


def _letters(folder):
    """The files of a Maildir folder, with Unix line ends as they are kept there."""
    return sorted(path for name in ("cur", "new") for path in (folder / name).iterdir())


@pytest.mark.parametrize("tls", ["STARTTLS", "IMAPS", "None"])
def test_mbsync_synchronises_both_ways(server, secure, mbsync, account, tls):
    mock = secure if tls == "IMAPS" else server
    account.add(b"Subject: deep\r\n\r\n", folder="Work/Deep")
    mbsync(mock, tls)
    inbox = mbsync.maildir / "INBOX"
    assert len(_letters(inbox)) == 2
    assert len(_letters(mbsync.maildir / "Work" / "Deep")) == 1
    # What changes near is changed far: one is gone, one is new.
    [first, _] = sorted(_letters(inbox), key=lambda path: b"first" not in path.read_bytes())
    first.unlink()
    (inbox / "new" / "1.new.here").write_bytes(b"Subject: near\n\nmade here\n")
    mbsync(mock, tls)
    assert {message.subject for message in account.inbox} == {"über", "near"}
    assert list(mock.sins) == []
