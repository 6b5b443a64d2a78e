"""Rule: which commands of POP3 it answers, and with what."""

from netmocks.mail.condition import Condition, Expected, fits, named, shown
from netmocks.mail.pop3.command import Command
from netmocks.mail.pop3.session import NAMES
from netmocks.mail.ruling import StatusRule

Rule = StatusRule[Command]

#: With what a reply begins (RFC 1939 §3).
STATUSES = ("+OK", "-ERR")


def verb_is(verb: str) -> Condition:
    """Return the condition that a command is of this verb.

    Raises:
        MisuseError: there is no such verb.
    """
    named(verb, NAMES)
    return Condition(repr(verb), lambda command: command.verb == verb)


def argument_is(expected: Expected | int | None) -> Condition | None:
    """Return the condition on a command's argument; a number is that of a message."""
    if expected is None:
        return None
    if isinstance(expected, int):
        number = str(expected)
        return Condition(number, lambda command: command.argument.partition(" ")[0] == number)
    return Condition(shown(expected), lambda command: fits(expected, command.argument))
