"""Location: where a redirect leads (RFC 9110 §10.2.2)."""

import re
from urllib.parse import quote

from netmocks.errors import MisuseError

#: What may stand in a URL as it is, percent signs among it (RFC 3986 §2).
SAFE = "!#$%&'()*+,/:;=?@[]~"

#: The host in a URL that has one.
HOST = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#@:]+)")


def as_uri(location: str) -> str:
    """Encode what a URL may not have: a host that is not ASCII by IDNA, the rest by percent signs.

    Raises:
        MisuseError: its host can't be encoded.
    """
    named = HOST.match(location)
    if named and not named[1].isascii():
        try:
            host = named[1].encode("idna").decode("ascii")
        except UnicodeError as error:
            raise MisuseError(
                f"redirect={location!r} has no host that IDNA can encode: {error}"
            ) from None
        location = location[: named.start(1)] + host + location[named.end(1) :]
    return quote(location, safe=SAFE)
