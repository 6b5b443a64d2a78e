"""Rule: which commands of POP3 it answers, and with what."""

from netmocks.mail.condition import Condition, Expected, checked, fits, named, shown
from netmocks.mail.pop3.command import Command
from netmocks.mail.pop3.session import NAMES
from netmocks.mail.ruling import StatusRule

Rule = StatusRule[Command]

#: With what a reply begins (RFC 1939 §3).
STATUSES = ("+OK", "-ERR")


def about(verb: str, argument: Expected | int | None) -> list[Condition]:
    """Return the conditions that a command is of this verb, and has this argument.

    Raises:
        MisuseError: there is no such verb.
    """
    named(verb, NAMES)
    is_called_so = Condition(repr(verb), lambda command: command.verb == verb)
    return [is_called_so] if argument is None else [is_called_so, _argument_is(argument)]


def _argument_is(expected: Expected | int) -> Condition:
    """Return the condition on a command's argument; a number is that of a message."""
    if isinstance(expected, int):
        number = str(expected)
        return Condition(number, lambda command: command.argument.partition(" ")[0] == number)
    wanted = checked("argument", expected)
    return Condition(shown(wanted), lambda command: fits(wanted, command.argument))
