"""Options: how a program is to run."""

import os
from collections.abc import Mapping
from typing import TypedDict

#: Seconds that a wait for a program lasts unless it is told otherwise: some take long to start.
PROGRAM_PATIENCE = 15.0


class ProgramOptions(TypedDict, total=False):
    """The arguments that every start of a program takes, all of them by keyword."""

    #: the folder that it runs in; the test's where left out
    cwd: str | os.PathLike[str]
    #: variables besides those of the test; None takes one away
    env: Mapping[str, str | None]
    #: whether it has a pseudo-terminal instead of pipes
    terminal: bool
