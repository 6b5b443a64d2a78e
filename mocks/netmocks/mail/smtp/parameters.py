"""Parameters of MAIL and RCPT: which there are, and what they may say (RFC 5321 §4.1.2)."""

import re

from netmocks.mail.smtp.terms import Terms

#: Text in which "+" and what is not printable ASCII is spelled in hexadecimal (RFC 3461 §4).
XTEXT = r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})"

_OPTION = r"(?:SUCCESS|FAILURE|DELAY)"

#: By command and name: the keyword that offers a parameter, and what its value must be.
PARAMETERS = {
    ("MAIL", "SIZE"): ("SIZE", re.compile(r"[0-9]{1,20}")),
    ("MAIL", "BODY"): ("8BITMIME", re.compile(r"7BIT|8BITMIME")),
    ("MAIL", "SMTPUTF8"): ("SMTPUTF8", None),
    ("MAIL", "AUTH"): ("AUTH", re.compile(f"<>|{XTEXT}+")),
    ("MAIL", "RET"): ("DSN", re.compile(r"FULL|HDRS")),
    ("MAIL", "ENVID"): ("DSN", re.compile(f"{XTEXT}{{1,100}}")),
    ("RCPT", "NOTIFY"): ("DSN", re.compile(f"NEVER|{_OPTION}(?:,{_OPTION}){{0,2}}")),
    ("RCPT", "ORCPT"): ("DSN", re.compile(rf"[A-Z0-9-]+;{XTEXT}{{1,500}}")),
}

#: Those that aiosmtpd looks at, too.
KNOWN_TO_AIOSMTPD = frozenset(("SIZE", "BODY", "SMTPUTF8"))

Parameters = dict[str, str | bool]


def left_over(terms: Terms, command: str, given: Parameters) -> Parameters | None:
    """Return what is left for aiosmtpd to look at, or to refuse; None if something is malformed.

    Arguments:
        terms: which say what was offered.
        command: "MAIL" or "RCPT".
        given: names and values, in capitals; True for a name without a value.
    """
    left: Parameters = {}
    for name, value in given.items():
        keyword, form = PARAMETERS.get((command, name), ("", None))
        if not keyword or not terms.offers(keyword):
            left[f"{name} is not offered"] = value  # which is a parameter that nobody knows
        elif form and not (isinstance(value, str) and form.fullmatch(value)):
            return None
        elif name in KNOWN_TO_AIOSMTPD:
            left[name] = value
    return left
