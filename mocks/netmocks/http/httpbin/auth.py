"""Auth: endpoints behind Basic (RFC 7617) and Bearer (RFC 6750) authentication."""

import base64
import binascii

from netmocks.http.httpbin import statuses
from netmocks.http.httpbin.answers import as_json, empty
from netmocks.http.request import Request
from netmocks.http.response import Response


def basic(request: Request) -> Response:
    """Let in who has the user name and password of the path; others get 401."""
    return _welcome(request) if _is_known(request) else statuses.of(401)


def hidden_basic(request: Request) -> Response:
    """Let in who has the user name and password of the path; others get 404."""
    return _welcome(request) if _is_known(request) else statuses.of(404)


def bearer(request: Request) -> Response:
    """Let in whoever has a token."""
    scheme, blank, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not blank:
        return empty(401, headers=[("WWW-Authenticate", "Bearer")])
    return as_json({"authenticated": True, "token": token})


def _welcome(request: Request) -> Response:
    return as_json({"authenticated": True, "user": request.params["user"]})


def _is_known(request: Request) -> bool:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        known = base64.b64decode(credentials).decode("utf-8")
    except (binascii.Error, ValueError):
        return False
    return known == f"{request.params['user']}:{request.params['password']}"
