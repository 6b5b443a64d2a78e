"""Media types: what a Content-Type says (RFC 9110 §8.3)."""

from netmocks.http.parameters import parameters


def essence(content_type: str) -> str:
    """Return type and subtype, in lower case and without parameters; "" if there is none."""
    return content_type.partition(";")[0].strip().lower()


def decode(octets: bytes, content_type: str) -> str:
    """Return octets as text, in the charset stated or UTF-8; what can't be decoded is replaced."""
    charset = parameters(content_type).get("charset", "utf-8")
    try:
        return octets.decode(charset, errors="replace")
    except (LookupError, ValueError):  # no charset, or one that can't replace
        return octets.decode("utf-8", errors="replace")


def boundary(content_type: str) -> bytes | None:
    """Return what parts the parts of a multipart body; None if nothing is stated."""
    stated = parameters(content_type).get("boundary")
    return stated.encode("latin-1", errors="replace") if stated else None
