"""Policy: how the guard behaves, and how a child process learns of it."""

import json
from typing import Literal, NamedTuple, get_args

from netharness.guard.allowance import Allowance

Mode = Literal["on", "off", "report"]
MODES: tuple[Mode, ...] = get_args(Mode)

#: The variable by which Python children learn of it.
POLICY = "NETHARNESS_GUARD"


class Policy(NamedTuple):
    """How the guard behaves.

    "on" refuses and tells, "report" lets pass and tells, "off" does neither.
    """

    mode: Mode = "off"
    allowance: Allowance = Allowance()
    #: the file where other processes than the one that made the policy tell of attempts
    log: str = ""

    def to_text(self) -> str:
        """Return it as text for an environment."""
        return json.dumps([self.mode, self.allowance.entries, self.log])

    @classmethod
    def from_text(cls, text: str) -> "Policy":
        """Read what `to_text` wrote."""
        mode, entries, log = json.loads(text)
        return cls(mode, Allowance(entries), log)
