"""URLs: how the URL that was asked for is shown, and what stands before its path."""

import re

from netmocks.http.request import Request

#: What stays percent-encoded in a URL that is shown, besides blanks and controls.
RESERVED = {"path": "%?#", "query": "%&=+#"}

DEFAULT_PORTS = {"http": ":80", "https": ":443"}

ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def root(request: Request, scheme: str) -> str:
    """Return what stands before the path of a URL; "" where the client named no host."""
    host = request.host.removesuffix(DEFAULT_PORTS[request.scheme])
    return f"{scheme}://{host}" if host else ""


def shown(request: Request, scheme: str) -> str:
    """Return the whole URL, readable: only what it could not do without stays encoded."""
    target = request.target
    if target[:1] != "/":  # the absolute form
        target = "/" + target.partition("//")[2].partition("/")[2]
    if "%" in target or "#" in target:
        path, mark, query = target.partition("#")[0].partition("?")
        target = _readable(path, "path") + mark + _readable(query, "query")
    return root(request, scheme) + target.removesuffix("?")


def _readable(text: str, part: str) -> str:
    def decode(encoded: re.Match[str]) -> str:
        octets = bytes.fromhex(encoded[0].replace("%", ""))
        decoded = octets.decode("utf-8", errors="surrogateescape")
        return "".join(_encoded(character, RESERVED[part]) for character in decoded)

    return ENCODED.sub(decode, text)


def _encoded(character: str, reserved: str) -> str:
    code = ord(character)
    if code <= 0x20 or code == 0x7F or character in reserved:
        return f"%{code:02X}"
    if 0xDC80 <= code <= 0xDCFF:  # an octet that is no UTF-8
        return f"%{code - 0xDC00:02X}"
    return character
