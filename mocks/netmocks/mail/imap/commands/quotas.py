"""Commands that tell of quotas (RFC 2087): each account has one, for all of its mailboxes."""

from netmocks.mail.imap import utf7
from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.reply import No, Reply, Serving, astring, untagged
from netmocks.mail.imap.session import Session

#: The name of the only quota root.
ROOT = b'""'

#: Bytes of the unit in which STORAGE is told (RFC 2087 §3).
UNIT = 1024


def getquota(session: Session, arguments: Arguments) -> Serving:
    """Tell what may be stored, and what is."""
    arguments.space()
    root = arguments.astring()
    arguments.end()
    if root:
        raise No(f"there is no quota root {root[:60].decode('ascii', 'replace')!r}", "NONEXISTENT")
    yield _quota(session)
    return "GETQUOTA completed"


def getquotaroot(session: Session, arguments: Arguments) -> Serving:
    """Tell which quota a mailbox has."""
    arguments.space()
    name = arguments.mailbox()
    arguments.end()
    if session.owner.get(name) is None:
        raise No(f"there is no mailbox {name!r}", "NONEXISTENT")
    yield untagged(b"QUOTAROOT %b %b" % (astring(utf7.encode(name)), ROOT))
    yield _quota(session)
    return "GETQUOTAROOT completed"


def setquota(session: Session, arguments: Arguments) -> str:
    """Refuse: it is the test that sets quotas."""
    raise No("quotas are not for users to set", "NOPERM")


def _quota(session: Session) -> Reply:
    account = session.owner
    if account.quota is None:
        return untagged(b"QUOTA %b ()" % ROOT)
    used = -(-account.used // UNIT)
    return untagged(b"QUOTA %b (STORAGE %d %d)" % (ROOT, used, account.quota // UNIT))


TABLE = {
    "GETQUOTA": Entry(getquota, "authenticated", "QUOTA"),
    "GETQUOTAROOT": Entry(getquotaroot, "authenticated", "QUOTA"),
    "SETQUOTA": Entry(setquota, "authenticated", "QUOTA"),
}
