"""Rule: which commands of IMAP it answers, and with what."""

from netmocks.mail.condition import Condition, Expected, checked, fits, named, shown
from netmocks.mail.imap.command import Command
from netmocks.mail.imap.commands import TABLE
from netmocks.mail.ruling import StatusRule

Rule = StatusRule[Command]

#: What a rule can speak of: the commands, and a moment that has none, whose reply is the greeting.
NAMES = ("CONNECT", *sorted(TABLE))


def statuses(name: str) -> tuple[str, ...]:
    """Return with what a reply may begin (RFC 3501 §7.1)."""
    return ("OK", "BYE") if name == "CONNECT" else ("OK", "NO", "BAD", "BYE")


def about(name: str, arguments: Expected | int | None) -> list[Condition]:
    """Return the conditions that a command has this name, or "UID" and it, and these arguments.

    Raises:
        MisuseError: there is no such command.
    """
    named(name, NAMES)
    names = (name, f"UID {name}")
    is_called_so = Condition(repr(name), lambda command: command.name in names)
    return [is_called_so] if arguments is None else [is_called_so, _arguments_are(arguments)]


def _arguments_are(expected: Expected | int) -> Condition:
    """Return the condition on what a client wrote; a number is that of the message it names."""
    if isinstance(expected, int):
        number = str(expected)
        return Condition(number, lambda command: command.arguments.partition(" ")[0] == number)
    if isinstance(expected, str):  # some clients quote what others do not
        bare = expected.replace('"', "")
        return Condition(
            shown(expected), lambda command: fits(bare, command.arguments.replace('"', ""))
        )
    wanted = checked("arguments", expected)
    return Condition(shown(wanted), lambda command: fits(wanted, command.arguments))
