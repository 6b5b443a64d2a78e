"""Digest: an endpoint behind Digest authentication (RFC 7616), with all that it can be asked for.

The server keeps nothing between requests: cookies tell it which nonce came last, and after how
many requests one grows stale.
"""

import os
from collections.abc import Mapping

from netmocks.http.auth import digest as scheme
from netmocks.http.httpbin import cookies
from netmocks.http.httpbin.answers import Refusal, as_json, empty
from netmocks.http.request import Request
from netmocks.http.response import Response

REALM = "netmocks"

ALGORITHMS = frozenset({"MD5", "SHA-256", "SHA-512"})

#: A cookie that clients have to send back if the query says `require-cookie`.
FAKE = ("fake", "fake_value")

NEVER = "never"


def digest(request: Request) -> Response:
    """Let in who has the user name and password of the path; others are challenged."""
    sent = request.cookies
    needs_cookie = request.query.get("require-cookie", "").lower() in ("1", "t", "true")
    credentials = _said(request)
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


def _said(request: Request) -> Mapping[str, str] | None:
    credentials = request.credentials
    is_digest = credentials is not None and credentials.scheme == "digest"
    return credentials.parameters if credentials and is_digest else None


def _needed(credentials: Mapping[str, str], name: str) -> str:
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
    new, opaque = (scheme.hashed(algorithm, os.urandom(16)) for _ in range(2))
    challenge = scheme.challenge(REALM, new, opaque, qop, algorithm, is_stale=is_stale)
    kept = [cookies.field("stale_after", request.params.get("stale_after", NEVER))]
    if nonce is not None:
        kept.append(cookies.field("last_nonce", nonce))
    kept.append(cookies.field(*FAKE))
    return empty(401, headers=[("WWW-Authenticate", challenge), *kept])


def _is_right(credentials: Mapping[str, str], request: Request) -> bool:
    """Compare the response with the one that is right for what the path says."""
    user, password = request.params["user"], request.params["password"]
    qop = credentials.get("qop")
    if qop not in (None, "auth", "auth-int"):
        raise Refusal(f"qop={qop!r} is neither auth nor auth-int")
    for name in ("nc", "cnonce") if qop else ():
        _needed(credentials, name)
    right = scheme.response(
        credentials,
        user.encode(),
        password.encode(),
        method=request.method,
        uri=request.target,
        body=request.body,
    )
    return credentials.get("username") == user and _needed(credentials, "response") == right


def _one_less(count: str) -> str:
    try:
        return str(int(count) - 1)
    except ValueError:
        return NEVER
