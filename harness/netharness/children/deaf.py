"""Deaf: Python processes that a start-up module can't reach, and how they are noticed."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

#: Options that make a Python deaf to its environment (-I, -E), or to its site packages (-S).
DEAF = frozenset("ISE")

#: Options that take the next word as their argument.
WITH_ARGUMENT = frozenset("WX")


def is_python(program: str) -> bool:
    """Whether a program is a Python, by its name."""
    name = os.path.basename(program).lower()  # noqa: PTH119  # pathlib costs a child its import
    return name.startswith(("python", "pypy"))


def deaf_option(words: Sequence[str]) -> str:
    """Return the option that makes a Python command deaf; "" if there is none."""
    if not words or not is_python(words[0]):
        return ""
    rest = iter(words[1:])
    for word in rest:
        if not word.startswith("-") or word in ("-", "--") or word.startswith("--"):
            return ""
        for position, letter in enumerate(word[1:], 1):
            if letter in DEAF:
                return f"-{letter}"
            if letter in WITH_ARGUMENT:
                if position == len(word) - 1:
                    next(rest, None)
                break
            if letter in "cm":
                return ""
    return ""


def watch(report: Callable[[str], object]) -> None:
    """Report the Python processes that this one starts and that will be deaf.

    Arguments:
        report: called with what to say of one.
    """

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event not in ("subprocess.Popen", "os.posix_spawn", "os.exec"):
            return
        words, environment = arguments[1], arguments[-1]
        if not isinstance(words, (list, tuple)):
            return
        command = [os.fsdecode(word) for word in words if isinstance(word, (str, bytes))]
        if text := reason(command, environment):
            report(text)

    sys.addaudithook(hear)


def reason(command: Sequence[str], environment: object = None) -> str:
    """Say why a command will be outside the internet; "" if it won't, or is no Python."""
    if option := deaf_option(command):
        return f"{' '.join(command)}: {option} keeps it from its start-up module"
    if isinstance(environment, Mapping) and command and is_python(command[0]):
        from netharness.bequest import STARTUP  # a child has no time for it at its start

        given = {os.fsdecode(name): os.fsdecode(value) for name, value in environment.items()}
        path = given.get("PYTHONPATH", "").split(os.pathsep)
        if "NETHARNESS_CHANNEL" not in given or STARTUP not in path:
            return f"{' '.join(command)}: its environment leaves out what leads it (PYTHONPATH)"
    return ""
