"""Logins: how a client proves who it is (RFC 4954), and whether it is so."""

import hmac
import json
from base64 import b64decode
from binascii import Error as Undecodable
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

from aiosmtpd.smtp import MISSING, AuthResult, LoginPassword

from netmocks.mail.smtp.terms import Terms

if TYPE_CHECKING:
    from netmocks.mail.smtp.engine import SMTPEngine


class Proof(Protocol):
    """What a client presents."""

    @property
    def user(self) -> str:
        """Who it says it is."""

    def holds(self, secret: str) -> bool:
        """Whether it knows the secret."""


class Password:
    """A password in the clear: PLAIN and LOGIN."""

    def __init__(self, given: LoginPassword) -> None:
        self.user = _text(given.login)
        self._password = _text(given.password)

    def holds(self, secret: str) -> bool:
        """Whether it is the password."""
        return self._password == secret


class Digest:
    """A digest of the password and what we asked: CRAM-MD5 (RFC 2195 §2)."""

    def __init__(self, challenge: bytes, answer: bytes) -> None:
        user, _, digest = answer.rpartition(b" ")
        self.user = _text(user)
        self._challenge, self._digest = challenge, digest

    def holds(self, secret: str) -> bool:
        """Whether it was made with the password."""
        made = hmac.new(secret.encode(), self._challenge, "md5").hexdigest()
        return made.encode() == self._digest.lower()


class Bearer:
    """A token: XOAUTH2, `user=NAME^Aauth=Bearer TOKEN^A^A`."""

    def __init__(self, given: bytes) -> None:
        pairs = [part.partition("=") for part in _text(given).split("\1")]
        said = {name: value for name, _, value in pairs}
        self.user = said.get("user", "")
        kind, _, self._token = said.get("auth", "").partition(" ")
        self.is_whole = kind.lower() == "bearer" and bool(self.user) and given.endswith(b"\1\1")

    def holds(self, secret: str) -> bool:
        """Whether it is the token."""
        return self._token == secret


#: What an XOAUTH2 client is told before its failure, so that it can say why.
XOAUTH2_FAILURE = json.dumps({"status": "400", "schemes": "bearer", "scope": "https://mail/"})


async def _plain(server: "SMTPEngine", args: list[str]) -> AuthResult:
    return await server.auth_PLAIN(server, args)


async def _login(server: "SMTPEngine", args: list[str]) -> AuthResult:
    return await server.auth_LOGIN(server, args)


async def _cram_md5(server: "SMTPEngine", args: list[str]) -> AuthResult:
    """Take a digest; there can be no initial response."""
    if len(args) > 1:
        await server.push("501 5.5.4 CRAM-MD5 takes no initial response")
        return AuthResult(success=False)
    challenge = f"<{server.client.number}.{server.client.messages}@{server.hostname}>".encode()
    answer = await server.challenge_auth(challenge)
    if answer is MISSING:
        return AuthResult(success=False)
    return AuthResult(success=True, auth_data=Digest(challenge, answer))


async def _xoauth2(server: "SMTPEngine", args: list[str]) -> AuthResult:
    """Take a token, with the command or behind it."""
    given = await _initial(server, args)
    if given is None:
        return AuthResult(success=False)
    bearer = Bearer(given)
    if not bearer.is_whole:
        await server.push("501 5.5.2 Can't read the token")
        return AuthResult(success=False)
    # A client that fails is told why; it answers with an empty line, and hears the reply then.
    if not admits(server.terms, bearer) and (
        await server.challenge_auth(XOAUTH2_FAILURE) is MISSING
    ):
        return AuthResult(success=False)
    return AuthResult(success=True, auth_data=bearer)


#: The mechanisms: two of aiosmtpd's, and those that it lacks. Each is given the words behind AUTH,
#: and returns an `AuthResult` with a `Proof` in it; or one without success, where the client has
#: been told what was wrong.
LOGINS: dict[str, Callable[["SMTPEngine", list[str]], Awaitable[AuthResult]]] = {
    "PLAIN": _plain,
    "LOGIN": _login,
    "CRAM-MD5": _cram_md5,
    "XOAUTH2": _xoauth2,
}


async def _initial(server: "SMTPEngine", args: list[str]) -> Any:
    """Return what came with the command or is asked for now; None if it is broken."""
    if len(args) == 1:
        given = await server.challenge_auth("")
        return None if given is MISSING else given
    try:
        return b64decode(args[1].encode(), validate=True)
    except (Undecodable, UnicodeError):
        await server.push("501 5.5.2 Can't decode base64")
        return None


def admits(terms: Terms, proof: Proof) -> bool:
    """Whether somebody is who they say; where nobody is known, everybody is."""
    known = terms.tokens if isinstance(proof, Bearer) else terms.accounts
    secret = known.get(proof.user.lower())
    if secret is not None:
        return proof.holds(secret)
    if terms.mailboxes is None:
        return not (terms.accounts or terms.tokens)
    if isinstance(proof, Bearer):
        return False
    account = terms.mailboxes.find(proof.user)
    if account is None:
        return terms.mailboxes.unknown == "create"
    return account.password is None or proof.holds(account.password)


def _text(login: bytes) -> str:
    return login.decode("utf-8", "replace")
