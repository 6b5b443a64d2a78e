"""Rule: which commands of IMAP it answers, and with what."""

from netmocks.mail.condition import Condition, Expected, fits, named, shown
from netmocks.mail.imap.command import Command
from netmocks.mail.imap.commands import TABLE
from netmocks.mail.ruling import StatusRule

Rule = StatusRule[Command]

#: What a rule can speak of: the commands, and a moment that has none, whose reply is the greeting.
NAMES = ("CONNECT", *sorted(TABLE))


def statuses(name: str) -> tuple[str, ...]:
    """Return with what a reply may begin (RFC 3501 §7.1)."""
    return ("OK", "BYE") if name == "CONNECT" else ("OK", "NO", "BAD", "BYE")


def name_is(name: str) -> Condition:
    """Return the condition that a command has this name; "FETCH" is "UID FETCH", too.

    Raises:
        MisuseError: there is no such command.
    """
    named(name, NAMES)
    names = (name, f"UID {name}")
    return Condition(repr(name), lambda command: command.name in names)


def arguments_are(expected: Expected | None) -> Condition | None:
    """Return the condition on a command's arguments, as the client wrote them."""
    if expected is None:
        return None
    if isinstance(expected, str):  # some clients quote what others do not
        bare = expected.replace('"', "")
        return Condition(
            shown(expected), lambda command: fits(bare, command.arguments.replace('"', ""))
        )
    return Condition(shown(expected), lambda command: fits(expected, command.arguments))
