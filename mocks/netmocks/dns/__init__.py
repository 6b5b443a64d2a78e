"""Name servers: DNS over UDP and TCP (RFC 1034, 1035, 6891, 7766).

What a rule answers is record data in the form of zone text, or one of what goes wrong:

    NXDOMAIN SERVFAIL REFUSED EMPTY SILENCE
    garbage(...) late(...) truncated(...) wrong_id(...) wrong_question(...)
"""

try:
    import dns.message  # noqa: F401  # whether it is there, before a stranger file asks for it
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "netmocks.dns speaks DNS by dnspython, which is not installed:"
        " pip install 'netharness[dns]'",
        name=error.name,
    ) from None

from netmocks.dns.answer import EMPTY, NXDOMAIN, REFUSED, SERVFAIL, Answer
from netmocks.dns.faults import SILENCE, garbage, late, truncated, wrong_id, wrong_question
from netmocks.dns.mock import DNSMock
from netmocks.dns.query import Query
from netmocks.dns.rule import Rule

__all__ = [
    "EMPTY",
    "NXDOMAIN",
    "REFUSED",
    "SERVFAIL",
    "SILENCE",
    "Answer",
    "DNSMock",
    "Query",
    "Rule",
    "garbage",
    "late",
    "truncated",
    "wrong_id",
    "wrong_question",
]
