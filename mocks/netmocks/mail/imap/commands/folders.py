"""Commands that change which mailboxes there are (RFC 3501 §6.3.3 to §6.3.7)."""

from netmocks.mail.account import INBOX, Account
from netmocks.mail.folder import SPECIAL_USES, Folder
from netmocks.mail.imap import hierarchy
from netmocks.mail.imap.arguments import Arguments
from netmocks.mail.imap.commands.entry import Entry
from netmocks.mail.imap.reply import Bad, No
from netmocks.mail.imap.session import Session


def create(session: Session, arguments: Arguments) -> str:
    """Make a mailbox, and those above it; maybe for a special use (RFC 6154 §3)."""
    arguments.space()
    name = arguments.mailbox().removesuffix(hierarchy.DELIMITER)
    use = ""
    if session.has("CREATE-SPECIAL-USE") and arguments.skip(b" "):
        use = _use(arguments)
    arguments.end()
    account = session.owner
    with account.lock:
        _must_be_new(account, name)
        for above in hierarchy.above(name):
            if account.get(above) is None:
                account.create(above)
        account.create(name, use=use)
    return "CREATE completed"


def _use(arguments: Arguments) -> str:
    arguments.expect(b"(")
    if not arguments.skip_word(b"USE"):
        raise Bad("CREATE takes no parameter but USE")
    arguments.space()
    uses = arguments.list_of(arguments.flag)
    arguments.expect(b")")
    known = {use.lower(): use for use in SPECIAL_USES}
    if len(uses) != 1 or uses[0].lower() not in known:
        raise No(f"a mailbox has one use here: {', '.join(SPECIAL_USES)}", "USEATTR")
    return known[uses[0].lower()]


def delete(session: Session, arguments: Arguments) -> str:
    """Remove a mailbox; those below it stay.

    Its subscription goes with it: a server that keeps it (RFC 3501 §6.3.9) would tell of each
    mailbox that is gone, for all are subscribed at first.
    """
    name = _only_name(arguments)
    account = session.owner
    with account.lock:
        if _existing(account, name) is account.inbox:
            raise No(f"{INBOX} can't be deleted", "CANNOT")
        account.delete(name)
    return "DELETE completed"


def rename(session: Session, arguments: Arguments) -> str:
    """Give a mailbox, and those below it, another name."""
    arguments.space()
    name = arguments.mailbox()
    arguments.space()
    new = arguments.mailbox()
    arguments.end()
    account = session.owner
    with account.lock:
        folder = _existing(account, name)
        _must_be_new(account, new)
        below = [] if folder is account.inbox else hierarchy.below(name, _names(account))
        moved = [(old, new + old[len(name) :]) for old in below]
        for _, target in moved:
            _must_be_new(account, target)
        if new.startswith(name + hierarchy.DELIMITER):
            raise No(f"{name!r} can't be moved into itself", "CANNOT")
        for above in hierarchy.above(new):
            if account.get(above) is None:
                account.create(above)
        for old, target in [(name, new), *moved]:
            account.rename(old, target)
    return "RENAME completed"


def subscribe(session: Session, arguments: Arguments) -> str:
    """Let LSUB tell of a mailbox."""
    _existing(session.owner, _only_name(arguments)).subscribed = True
    return "SUBSCRIBE completed"


def unsubscribe(session: Session, arguments: Arguments) -> str:
    """Let LSUB not tell of a mailbox."""
    _existing(session.owner, _only_name(arguments)).subscribed = False
    return "UNSUBSCRIBE completed"


def _only_name(arguments: Arguments) -> str:
    arguments.space()
    name = arguments.mailbox()
    arguments.end()
    return name


def _names(account: Account) -> list[str]:
    return [folder.name for folder in account]


def _existing(account: Account, name: str) -> Folder:
    folder = account.get(name)
    if folder is None:
        raise No(f"there is no mailbox {name!r}", "NONEXISTENT")
    return folder


def _must_be_new(account: Account, name: str) -> None:
    if account.get(name) is not None:
        raise No(f"there is a mailbox {name!r} already", "ALREADYEXISTS")
    if not hierarchy.is_name(name):
        raise No(f"{name[:60]!r} is no name of a mailbox", "CANNOT")


TABLE = {
    "CREATE": Entry(create, "authenticated"),
    "DELETE": Entry(delete, "authenticated"),
    "RENAME": Entry(rename, "authenticated"),
    "SUBSCRIBE": Entry(subscribe, "authenticated"),
    "UNSUBSCRIBE": Entry(unsubscribe, "authenticated"),
}
