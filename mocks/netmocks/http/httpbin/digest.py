"""Digest: an endpoint behind Digest authentication (RFC 7616), with all that it can be asked for.

The server keeps nothing between requests: cookies tell it which nonce came last, and after how
many requests one grows stale.
"""

import hashlib
import os
import re

from netmocks.http.httpbin import cookies
from netmocks.http.httpbin.answers import Refusal, as_json, empty
from netmocks.http.request import Request
from netmocks.http.response import Response

REALM = "netmocks"

ALGORITHMS = {"MD5": "md5", "SHA-256": "sha256", "SHA-512": "sha512"}

#: A parameter of the credentials: its name, and its value with or without quotes.
PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))')

#: A cookie that clients have to send back if the query says `require-cookie`.
FAKE = ("fake", "fake_value")

NEVER = "never"


def digest(request: Request) -> Response:
    """Let in who has the user name and password of the path; others are challenged."""
    sent = cookies.received(request)
    needs_cookie = request.query.get("require-cookie", "").lower() in ("1", "t", "true")
    credentials = _credentials(request)
    if credentials is None or (needs_cookie and "Cookie" not in request.headers):
        return _challenge(request)
    if needs_cookie and sent.get(FAKE[0]) != FAKE[1]:
        problem = {"errors": ["the cookie of the challenge is missing"]}
        return as_json(problem, status=403, headers=[cookies.field(*FAKE)])
    nonce = _needed(credentials, "nonce")
    if nonce == sent.get("last_nonce") or sent.get("stale_after") == "0":
        return _challenge(request, nonce, is_stale=True)
    if not _is_right(credentials, request):
        return _challenge(request, nonce)
    kept = [cookies.field(*FAKE)]
    if sent.get("stale_after"):
        kept.append(cookies.field("stale_after", _one_less(sent["stale_after"])))
    welcome = {"authenticated": True, "user": request.params["user"]}
    return as_json(welcome, headers=kept)


def _credentials(request: Request) -> dict[str, str] | None:
    scheme, _, listed = cookies.as_text(request.headers.get("Authorization", "")).partition(" ")
    if scheme.lower() != "digest":
        return None
    return {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain
        for name, quoted, plain in PARAMETER.findall(listed)
    }


def _needed(credentials: dict[str, str], name: str) -> str:
    if name not in credentials:
        raise Refusal(f"the Digest credentials have no {name} (RFC 7616 §3.4)")
    return credentials[name]


def _challenge(request: Request, nonce: str | None = None, is_stale: bool = False) -> Response:
    algorithm = request.params.get("algorithm", "MD5")
    if algorithm not in ALGORITHMS:
        algorithm = "MD5"
    qop = request.params["qop"]
    if qop not in ("auth", "auth-int"):
        qop = "auth, auth-int"
    random = [_hash(algorithm, os.urandom(16)) for _ in range(2)]
    challenge = (
        f'Digest realm="{REALM}", nonce="{random[0]}", opaque="{random[1]}", qop="{qop}",'
        f" algorithm={algorithm}, stale={is_stale}"
    )
    kept = [cookies.field("stale_after", request.params.get("stale_after", NEVER))]
    if nonce is not None:
        kept.append(cookies.field("last_nonce", nonce))
    kept.append(cookies.field(*FAKE))
    return empty(401, headers=[("WWW-Authenticate", challenge), *kept])


def _is_right(credentials: dict[str, str], request: Request) -> bool:
    """Compute the response (RFC 7616 §3.4.1), and compare."""
    user, password = request.params["user"], request.params["password"]
    algorithm = credentials.get("algorithm", "MD5")
    qop = credentials.get("qop")
    uri = request.target
    if qop not in (None, "auth", "auth-int"):
        raise Refusal(f"qop={qop!r} is neither auth nor auth-int")
    secret = _hash(algorithm, f"{user}:{credentials.get('realm', '')}:{password}".encode())
    about = f"{request.method}:{uri}"
    if qop == "auth-int":
        about += ":" + _hash(algorithm, request.body)
    middle = [credentials["nonce"]]
    if qop is not None:
        middle += [_needed(credentials, "nc"), _needed(credentials, "cnonce"), qop]
    right = ":".join([secret, *middle, _hash(algorithm, about.encode())])
    return credentials.get("username") == user and _needed(credentials, "response") == _hash(
        algorithm, right.encode()
    )


def _hash(algorithm: str, data: bytes) -> str:
    name = ALGORITHMS.get(algorithm, "md5")
    return hashlib.new(name, data, usedforsecurity=False).hexdigest()


def _one_less(count: str) -> str:
    try:
        return str(int(count) - 1)
    except ValueError:
        return NEVER
