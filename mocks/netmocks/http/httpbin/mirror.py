"""Mirror: what a request says, as httpbin shows it."""

import base64
import json
from functools import lru_cache
from typing import Any

from netmocks.errors import PeerError
from netmocks.http import media_type
from netmocks.http.httpbin import urls
from netmocks.http.pairs import MultiMapping, Pairs
from netmocks.http.request import Request

#: Fields that proxies add; shown where the query has `show_env`.
PROXY_FIELDS = frozenset(
    {
        "Connect-Time",
        "Total-Route-Time",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
        "X-Forwarded-Protocol",
        "X-Forwarded-Ssl",
        "X-Heroku-Dynos-In-Use",
        "X-Heroku-Queue-Depth",
        "X-Heroku-Queue-Wait-Time",
        "X-Real-Ip",
        "X-Request-Id",
        "X-Request-Start",
        "X-Varnish",
    }
)


OCTETS = "application/octet-stream"


class Mirror:
    """What a request says, fact by fact."""

    def __init__(self, request: Request) -> None:
        self._request = request
        # Each name in capitals, with its values in one.
        self._fields: dict[str, str] = {}
        fields = self._fields
        for name, value in request.headers.raw:
            name = _capitalised(name)
            fields[name] = f"{fields[name]},{value}" if name in fields else value

    def of(self, *names: str) -> dict[str, Any]:
        """Return these facts by their names, which are those of the properties below."""
        return {name: getattr(self, name) for name in names}

    @property
    def url(self) -> str:
        """The whole URL, by the scheme that a proxy says it was asked with."""
        said = self._fields.get
        scheme = said("X-Forwarded-Proto") or said("X-Forwarded-Protocol")
        if not scheme:
            scheme = "https" if said("X-Forwarded-Ssl") == "on" else self._request.scheme
        return urls.shown(self._request, scheme)

    @property
    def args(self) -> dict[str, str | list[str]]:
        """The query's names with their values."""
        return _flat(self._request.query) if "?" in self._request.target else {}

    @property
    def origin(self) -> str:
        """The client's address; "" on a Unix socket."""
        forwarded = self._fields.get("X-Forwarded-For")
        if forwarded is not None:
            return forwarded
        address = self._request.client
        return address[0] if isinstance(address, tuple) else ""

    @property
    def headers(self) -> dict[str, str]:
        """The header fields, save for those that proxies add."""
        fields = self._fields
        if PROXY_FIELDS.isdisjoint(fields) or shows_all(self._request):
            return fields
        return {name: value for name, value in fields.items() if name not in PROXY_FIELDS}

    @property
    def method(self) -> str:
        """The method."""
        return self._request.method


def shows_all(request: Request) -> bool:
    """Whether to show what is hidden otherwise: what proxies and pages of httpbin add."""
    return "show_env" in request.query


def body(request: Request) -> dict[str, Any]:
    """Return the body: taken apart as a form, with its files; or else as data."""
    is_form = request.content_type == "application/x-www-form-urlencoded"
    if request.content_type == "multipart/form-data":
        is_form = media_type.boundary(request.headers["Content-Type"]) is not None
    try:
        form, parts = request.form, request.files
    except PeerError:
        form, parts = Pairs(), MultiMapping()
    files = {
        name: _safe(part.content, part.headers.get("Content-Type") or OCTETS)
        for name, part in parts.items()
    }
    return {"data": "" if is_form else _safe(request.body), "form": _flat(form), "files": files}


def body_and_json(request: Request) -> dict[str, Any]:
    """Return the body, and what its data is as JSON: None where it is none."""
    shown = body(request)
    try:
        value = json.loads(shown["data"])
    except (ValueError, RecursionError):
        value = None
    return {**shown, "json": value}


@lru_cache(maxsize=1000)
def _capitalised(name: str) -> str:
    return name.title()


def _safe(octets: bytes, media_type: str = OCTETS) -> str:
    """Return what is UTF-8 as it is, other octets as a data: URL (RFC 2397)."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return f"data:{media_type};base64,{base64.b64encode(octets).decode('ascii')}"


def _flat(pairs: Pairs) -> dict[str, str | list[str]]:
    """Return names with their values, as lists where they repeat."""
    return {name: values[0] if len(values := pairs.all(name)) == 1 else values for name in pairs}
