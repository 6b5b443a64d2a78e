"""Credentials: what a client says who it is (RFC 9110 §11.4)."""

import binascii
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from netmocks.http.cookie_field import as_text

#: A parameter: its name, and its value with or without quotes (RFC 9110 §11.2).
PARAMETER = re.compile(r'([\w-]+\*?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))')

#: A value with its charset (RFC 8187 §3.2), as in username*=UTF-8''J%C3%A4s
EXTENDED = re.compile(r"(utf-8|iso-8859-1)'[^']*'(.*)", re.IGNORECASE)


class Credentials(NamedTuple):
    """The field Authorization, taken apart; what it does not say is None or empty."""

    #: "basic", "digest", "bearer", …: in lower case
    scheme: str
    #: what follows the scheme, as it came
    value: str
    #: of Basic and Digest
    user: str | None = None
    #: of Basic
    password: str | None = None
    #: of Bearer
    token: str | None = None
    #: of Digest and other schemes that have some, by names in lower case
    parameters: Mapping[str, str] = {}

    @classmethod
    def read(cls, field: str) -> "Credentials | None":
        """Take the field apart; None if it is empty."""
        scheme, _, value = field.partition(" ")
        scheme, value = scheme.lower(), value.strip()
        match scheme:
            case "":
                return None
            case "basic":
                return cls(scheme, value, *_user_and_password(value))
            case "bearer":
                return cls(scheme, value, token=value)
        parameters = _parameters(value)
        return cls(scheme, value, _user(parameters), parameters=parameters)


def _user_and_password(value: str) -> tuple[str, str] | tuple[None, None]:
    """Return what Basic says (RFC 7617 §2); nothing where it is broken."""
    try:
        octets = binascii.a2b_base64(value.encode("latin-1"))
    except binascii.Error:
        return None, None
    user, colon, password = as_text(octets.decode("latin-1")).partition(":")
    return (user, password) if colon else (None, None)


def _parameters(value: str) -> dict[str, str]:
    return {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain
        for name, quoted, plain in PARAMETER.findall(as_text(value))
    }


def _user(parameters: Mapping[str, str]) -> str | None:
    """Return the user name of Digest (RFC 7616 §3.4)."""
    extended = EXTENDED.fullmatch(parameters.get("username*", ""))
    if extended:
        return unquote(extended[2], encoding=extended[1])
    return parameters.get("username")
