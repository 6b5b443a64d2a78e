"""Basic authentication (RFC 7617)."""

from typing import TYPE_CHECKING

from netmocks.errors import MisuseError
from netmocks.http.auth.authentication import Authentication, quoted

if TYPE_CHECKING:
    from netmocks.http.request import Request


class Basic(Authentication):
    """Lets in who sends this user name and password, in UTF-8 or latin-1.

    Arguments:
        user, password: text.
        realm: what the challenge calls the protected place.

    Raises:
        MisuseError: a user name with a colon, which none can send.
    """

    def __init__(self, user: str, password: str, *, realm: str = "netmocks") -> None:
        if ":" in user:
            raise MisuseError(f"user {user!r}: Basic ends the name at its colon (RFC 7617 §2)")
        self.user = user
        self.password = password
        self.realm = realm

    def __str__(self) -> str:
        return f"Basic {self.user!r}, {self.password!r}"

    def objection(self, request: "Request") -> str | None:
        credentials = request.credentials
        if credentials is None:
            return "no Authorization"
        if credentials.scheme != "basic":
            return f"{credentials.scheme!r} instead of Basic"
        if credentials.user is None:
            return f"no user and password in Base64: {credentials.value!r}"
        if (credentials.user, credentials.password) != (self.user, self.password):
            return f"Basic {credentials.user!r}, {credentials.password!r}"
        return None

    def challenge(self, request: "Request") -> str:
        return f'Basic realm={quoted(self.realm)}, charset="UTF-8"'
