"""Relay: what applications of both kinds are told of a request, and how their answers go out."""

from collections.abc import Iterable
from typing import Any

from netmocks.errors import MisuseError
from netmocks.http.request import ABSOLUTE, Request
from netmocks.http.response import Response

PORTS = {"http": 80, "https": 443}

NO_WEBSOCKET = "A mounted application is served by HTTP alone: WebSocket is not spoken here.\n"


def refusal(request: Request) -> Response | None:
    """Return the answer to what no application can be asked; None if it can.

    Raises:
        MisuseError: the content is too long to have been kept for it.
    """
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return Response(NO_WEBSOCKET, status=501)
    if request.is_cut:
        raise MisuseError(
            f"the application can't have the content of {request}: of {request.length} bytes,"
            f" {len(request.body)} were kept; HTTPMock(limits=Limits(kept=...)) keeps more"
        )
    return None


def server(request: Request) -> tuple[str, int]:
    """Return the name and the port of the server that the client meant."""
    name, colon, port = request.host.rpartition(":")
    if not colon or not port.isdecimal() or len(port) > 5:  # digits of a port
        return request.host.strip("[]"), PORTS[request.scheme]
    return name.strip("[]"), int(port)


def raw_path(request: Request) -> str:
    """Return the path as it came, percent-encoded."""
    absolute = ABSOLUTE.fullmatch(request.target)
    target = absolute[2] or "/" if absolute else request.target
    return target.partition("?")[0].partition("#")[0]


def client(request: Request) -> tuple[str, int] | None:
    """Return the client's host and port; None if it has none, as on a Unix socket."""
    address = request.client
    return (address[0], address[1]) if isinstance(address, tuple) else None


def relayed(
    request: Request, status: int, fields: Iterable[tuple[str, str]], pieces: Any
) -> Response:
    """Return an application's answer as it told it: no media type is added."""
    has_content = takes_content(request, status)
    response = Response(status=status, headers=list(fields), stream=pieces if has_content else None)
    if not has_content and "content-length" not in response.names:
        response.fields = [field for field in response.fields if field[0] != "Content-Length"]
    if "content-type" not in response.names:
        response.fields = [field for field in response.fields if field[0] != "Content-Type"]
    return response


def takes_content(request: Request, status: int) -> bool:
    """Whether an answer has content that is sent (RFC 9110 §9.3.2, §15)."""
    return request.method != "HEAD" and status not in (204, 304)
