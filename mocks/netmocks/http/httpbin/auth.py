"""Auth: endpoints behind Basic (RFC 7617) and Bearer (RFC 6750) authentication."""

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
    # Spelled just so, as httpbin has it: for others, scheme names have no letter case.
    scheme, blank, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not blank:
        return empty(401, headers=[("WWW-Authenticate", "Bearer")])
    return as_json({"authenticated": True, "token": token})


def _welcome(request: Request) -> Response:
    return as_json({"authenticated": True, "user": request.params["user"]})


def _is_known(request: Request) -> bool:
    known = request.credentials
    wanted = (request.params["user"], request.params["password"])
    return known is not None and (known.user, known.password) == wanted
