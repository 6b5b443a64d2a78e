"""Bearer authentication (RFC 6750)."""

from typing import TYPE_CHECKING

from netmocks.errors import MisuseError
from netmocks.http.auth.authentication import Authentication, quoted

if TYPE_CHECKING:
    from netmocks.http.request import Request


class Bearer(Authentication):
    """Lets in who sends one of these tokens.

    Arguments:
        tokens: what is let in.
        realm: what the challenge calls the protected place.

    Raises:
        MisuseError: no token, or one that no field can carry.
    """

    def __init__(self, *tokens: str, realm: str = "netmocks") -> None:
        for token in tokens:
            if not token.isascii() or not token.isprintable() or not token.strip():
                raise MisuseError(f"token {token!r}: it is printable ASCII (RFC 6750 §2.1)")
        if not tokens:
            raise MisuseError("Bearer() lets nobody in: give it a token")
        self.tokens = tokens
        self.realm = realm

    def __str__(self) -> str:
        return f"Bearer {' or '.join(map(repr, self.tokens))}"

    def objection(self, request: "Request") -> str | None:
        credentials = request.credentials
        if credentials is None:
            return "no Authorization"
        if credentials.scheme != "bearer":
            return f"{credentials.scheme!r} instead of Bearer"
        return None if credentials.token in self.tokens else f"Bearer {credentials.token!r}"

    def challenge(self, request: "Request") -> str:
        # Who sent no token is not told of an error (RFC 6750 §3.1).
        credentials = request.credentials
        has_token = credentials is not None and credentials.scheme == "bearer"
        error = ', error="invalid_token"' if has_token else ""
        return f"Bearer realm={quoted(self.realm)}{error}"
