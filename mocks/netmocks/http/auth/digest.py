"""Digest authentication (RFC 7616, and RFC 2617 before it)."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from netmocks.errors import MisuseError
from netmocks.http.auth.authentication import Authentication, quoted
from netmocks.http.auth.nonces import Nonces
from netmocks.http.cookie_field import as_text

if TYPE_CHECKING:
    from netmocks.http.request import Request

#: What hashlib calls the algorithms (RFC 7616 §6.1; SHA-512 is not in it, though clients have it).
ALGORITHMS = {
    "MD5": "md5",
    "SHA-256": "sha256",
    "SHA-512-256": "sha512_256",
    "SHA-512": "sha512",
}

SESSION = "-SESS"

#: A URI's part that a request target has, too.
BEFORE_PATH = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")

STALE = "its nonce is stale"

Quality = Literal["auth", "auth-int", "auth, auth-int"]


class Digest(Authentication):
    """Lets in who proves to know this user name and password.

    A client that uses a nonce which was not handed out, or a count for the second time (RFC 7616
    §3.4.5), is told that its nonce is stale, and may try again with a new one.

    Arguments:
        user, password: text.
        realm: what the challenge calls the protected place.
        algorithm: a key of `ALGORITHMS`, with "-sess" behind it or not.
        qop: the quality of protection offered; None for what RFC 2069 had.
        nonces: what is handed out, its own if left out. Several users of one place need the same,
            for a client answers the challenge of just one of them. `nonces.expire()` makes those
            that are out stale.

    Raises:
        MisuseError: an unknown algorithm or quality.
    """

    def __init__(
        self,
        user: str,
        password: str,
        *,
        realm: str = "netmocks",
        algorithm: str = "MD5",
        qop: Quality | None = "auth",
        nonces: Nonces | None = None,
    ) -> None:
        if algorithm.upper().removesuffix(SESSION) not in ALGORITHMS:
            raise MisuseError(
                f"algorithm={algorithm!r}: there are {', '.join(ALGORITHMS)},"
                " each with '-sess' behind it or not"
            )
        if qop not in ("auth", "auth-int", "auth, auth-int", None):
            raise MisuseError(
                f"qop={qop!r}: write 'auth', 'auth-int', 'auth, auth-int', or None for neither"
            )
        if algorithm.upper().endswith(SESSION) and qop is None:
            raise MisuseError(f"algorithm={algorithm!r} needs a qop, with which the cnonce comes")
        self.user = user
        self.password = password
        self.realm = realm
        self.algorithm = algorithm
        self.qop = qop
        self.nonces = nonces or Nonces()
        # A request uses a count up: who asks about it again gets the same answer.
        self._verdicts: WeakKeyDictionary[Request, str | None] = WeakKeyDictionary()

    def __str__(self) -> str:
        return f"Digest {self.user!r}, {self.password!r}, {self.algorithm}"

    def objection(self, request: "Request") -> str | None:
        if request not in self._verdicts:
            self._verdicts[request] = self._judge(request)
        return self._verdicts[request]

    def challenge(self, request: "Request") -> str:
        is_stale = self.objection(request) == STALE
        given = challenge(
            self.realm,
            self.nonces.new(),
            self.nonces.opaque,
            self.qop,
            self.algorithm,
            is_stale=is_stale,
        )
        return f"{given}, charset=UTF-8"

    def _judge(self, request: "Request") -> str | None:
        credentials = request.credentials
        if credentials is None:
            return "no Authorization"
        if credentials.scheme != "digest":
            return f"{credentials.scheme!r} instead of Digest"
        said = credentials.parameters
        wrong = self._unlike_the_challenge(said, request) or self._wrong(
            said, credentials.user, request
        )
        if wrong is None and not self.nonces.take(said["nonce"], said.get("nc", "")):
            return STALE
        return wrong

    def _unlike_the_challenge(self, said: Mapping[str, str], request: "Request") -> str | None:
        """Return what a client that read the challenge would not have said."""
        needed = ["nonce", "uri", "response", *(["nc", "cnonce"] if "qop" in said else ())]
        for name in needed:
            if name not in said:
                return f"Digest without {name} (RFC 7616 §3.4)"
        offered = self.qop.split(", ") if self.qop else []
        expected = {
            "realm": (self.realm,),
            "opaque": (self.nonces.opaque,),
            "algorithm": (self.algorithm, *(("",) if self.algorithm.upper() == "MD5" else ())),
            "qop": (*offered, ""),  # a client of RFC 2069 knows none
        }
        for name, values in expected.items():
            if said.get(name, "") not in values:
                return f"Digest with {name}={said.get(name)!r}, challenged with {values[0]!r}"
        if BEFORE_PATH.sub("", said["uri"]) != BEFORE_PATH.sub("", as_text(request.target)):
            return f"Digest for uri={said['uri']!r} (RFC 7616 §3.4.6)"
        return None

    def _wrong(self, said: Mapping[str, str], user: str | None, request: "Request") -> str | None:
        if user != self.user:
            return f"Digest of user {user!r}"
        if said["response"].lower() not in self._right(said, request):
            return f"Digest of user {user!r} with another password or another request"
        return None

    def _right(self, said: Mapping[str, str], request: "Request") -> Iterator[str]:
        """Return the responses that are right, one for each charset.

        Clients disagree how text becomes octets: RFC 7616 has UTF-8, those before it latin-1.
        """
        for charset in ("utf-8", "latin-1"):
            try:
                secrets = self.user.encode(charset), self.password.encode(charset)
            except UnicodeEncodeError:
                continue
            yield response(
                said, *secrets, method=request.method, uri=said["uri"], body=request.body
            )


def challenge(
    realm: str, nonce: str, opaque: str, qop: str | None, algorithm: str, *, is_stale: bool
) -> str:
    """Return a challenge (RFC 7616 §3.3)."""
    quality = f'qop="{qop}", ' if qop else ""
    return (
        f'Digest realm={quoted(realm)}, nonce="{nonce}", opaque="{opaque}", {quality}'
        f"algorithm={algorithm}, stale={is_stale}"
    )


def response(
    said: Mapping[str, str], user: bytes, password: bytes, *, method: str, uri: str, body: bytes
) -> str:
    """Compute the response that proves to know a password (RFC 7616 §3.4.1).

    Arguments:
        said: the parameters of the credentials: realm, nonce, algorithm, and with a qop also nc
            and cnonce.
        user, password: in the charset of the client.
        method, uri, body: of the request.
    """
    algorithm = (said.get("algorithm") or "MD5").upper()
    realm, nonce, qop = (said.get(name, "").encode() for name in ("realm", "nonce", "qop"))

    def digest(*pieces: bytes) -> bytes:
        return hashed(algorithm.removesuffix(SESSION), b":".join(pieces)).encode()

    secret = digest(user, realm, password)
    if algorithm.endswith(SESSION):
        secret = digest(secret, nonce, said.get("cnonce", "").encode())
    about = [method.encode(), uri.encode()]
    if qop == b"auth-int":
        about.append(digest(body))
    counted = [said["nc"].encode(), said["cnonce"].encode(), qop] if qop else []
    return digest(secret, nonce, *counted, digest(*about)).decode()


def hashed(algorithm: str, octets: bytes) -> str:
    """Return the digest of octets in hexadecimal digits; by MD5 if the algorithm is unknown."""
    name = ALGORITHMS.get(algorithm, "md5")
    return hashlib.new(name, octets, usedforsecurity=False).hexdigest()
