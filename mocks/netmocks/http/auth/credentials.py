"""Credentials: what a client says who it is (RFC 9110 §11.4)."""

import binascii
from collections.abc import Mapping
from typing import NamedTuple

from netmocks.http.cookie_field import as_text
from netmocks.http.parameters import parameters


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
        said = parameters(as_text(value), ",")
        return cls(scheme, value, said.get("username"), parameters=said)


def _user_and_password(value: str) -> tuple[str, str] | tuple[None, None]:
    """Return what Basic says (RFC 7617 §2); nothing where it is broken."""
    try:
        octets = binascii.a2b_base64(value.encode("latin-1"))
    except binascii.Error:
        return None, None
    user, colon, password = as_text(octets.decode("latin-1")).partition(":")
    return (user, password) if colon else (None, None)
