"""Request: one HTTP request as the mock saw it."""

import json
import re
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote
from zlib import crc32

from netmocks.errors import PeerError
from netmocks.http import cookie_field, media_type, multipart
from netmocks.http.auth.credentials import Credentials
from netmocks.http.pairs import Fields, MultiMapping, Pairs
from netmocks.http.upload import Upload

if TYPE_CHECKING:
    from netmocks.http.rule import Rule
    from netmocks.wire.stream import Stream
    from netmocks.wire.tls import TLSInfo

#: Bytes of memory that a request takes besides its target and its body, about.
KEPT = 1000

#: Where a body of no stated type is shown only in part, in bytes.
SHOWN = 60

#: A request target in absolute form: its authority, and what follows (RFC 9112 §3.2.2). Taken
#: apart by hand, for urlsplit raises where a client sends a broken address in brackets.
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)(.*)")

_numbers = count(1)


class Request:
    """One request; what has to be parsed is parsed when it is asked for.

    A test reads requests from `rule.calls`; a handler gets one as its argument.
    """

    def __init__(
        self,
        method: str,
        target: str,
        version: str,
        fields: list[tuple[bytes, bytes]],
        body: bytes,
        stream: "Stream",
        content: Upload | None = None,
    ) -> None:
        #: its place among all requests to mocks of this process, from 1
        self.number = next(_numbers)
        self.method = method
        #: the request target as it came, percent-encoded (RFC 9112 §3.2)
        self.target = target
        #: "1.0" or "1.1"
        self.version = version
        #: the content, decoded from chunks; of a very long one, its beginning: see `is_cut`
        self.body = body
        #: what a path template captured; see `HTTPMock.on`
        self.params: dict[str, Any] = {}
        self._fields = fields
        #: the path without its query, percent-decoded; "*" and authorities stay as they are
        self.path = _path(target)
        #: the rule that answered it, None if none matched
        self.rule: Rule | None = None
        self._stream = stream
        self._content = content

    @property
    def length(self) -> int:
        """Bytes of its content, those that `body` leaves out too."""
        return len(self.body) if self._content is None else self._content.length

    @property
    def is_cut(self) -> bool:
        """Whether `body` is only the beginning of its content; see `Limits.kept`."""
        return self.length > len(self.body)

    @property
    def crc32(self) -> int:
        """The CRC-32 of its whole content, as `zlib.crc32` computes it.

        No cryptographic hash, for that would take most of the time of a long upload.
        """
        return crc32(self.body) if self._content is None else self._content.crc32

    @property
    def size(self) -> int:
        """About how many bytes of memory it holds."""
        return KEPT + len(self.body) + len(self.target)

    def __str__(self) -> str:
        content = f" ({self.length} bytes, CRC-32 {self.crc32:08x})" if self.is_cut else ""
        return f"{self.method} {self.url}{content}"

    def __repr__(self) -> str:
        body = f" {self.body[:SHOWN]!r}" if self.body else ""
        return f"<Request {self.method} {self.url}{body}>"

    @cached_property
    def headers(self) -> Fields:
        """The header fields; latin-1, as RFC 9110 §5.5 has it for what is not ASCII."""
        return Fields(
            # The parser leaves the blanks behind a value, which are none of it (RFC 9110 §5.5).
            (name.decode("latin-1"), value.decode("latin-1").rstrip(" \t"))
            for name, value in self._fields
        )

    @property
    def scheme(self) -> str:
        """The scheme it came by: "https" over TLS, else "http"."""
        return "https" if self._stream.encrypted else "http"

    @cached_property
    def host(self) -> str:
        """The host and port that the client meant: of an absolute target, else of Host."""
        absolute = ABSOLUTE.fullmatch(self.target)
        return absolute[1] if absolute else self.headers.get("Host", "")

    @property
    def url(self) -> str:
        """The whole URL that the client meant."""
        if self.target[:1] == "/":
            return f"{self.scheme}://{self.host}{self.target}"
        return self.target

    @cached_property
    def query_string(self) -> str:
        """The query as it came, without its question mark."""
        return self.target.partition("?")[2].partition("#")[0]

    @cached_property
    def query(self) -> Pairs:
        """The query's pairs, decoded; blank values are kept."""
        return Pairs(parse_qsl(self.query_string, keep_blank_values=True))

    @cached_property
    def cookies(self) -> Pairs:
        """The cookies sent (RFC 6265 §4.2), also odd ones."""
        return Pairs(cookie_field.cookies(self.headers.all("Cookie")))

    @cached_property
    def credentials(self) -> Credentials | None:
        """What the field Authorization says; None if there is none."""
        return Credentials.read(self.headers.get("Authorization", ""))

    @cached_property
    def content_type(self) -> str:
        """The media type of the body, in lower case and without parameters; "" if not stated."""
        return media_type.essence(self.headers.get("Content-Type", ""))

    @property
    def text(self) -> str:
        """The body as text, in the charset stated or UTF-8; what can't be decoded is replaced."""
        return media_type.decode(self.body, self.headers.get("Content-Type", ""))

    def json(self) -> Any:
        """Return the body parsed as JSON; parsed once, whoever asks.

        Raises:
            PeerError: it is none, or was not kept as a whole.
        """
        return self._json

    @cached_property
    def _json(self) -> Any:
        try:
            return json.loads(self._whole_body)
        except (ValueError, RecursionError) as error:
            raise PeerError(
                f"the body of {self} is no JSON ({error}): {self.body[:SHOWN]!r}"
            ) from None

    @cached_property
    def form(self) -> Pairs:
        """The fields of a form, URL-encoded or multipart; none if the body is of another type.

        Raises:
            PeerError: the body is multipart and broken, or was not kept as a whole.
        """
        if self.content_type == "application/x-www-form-urlencoded":
            text = media_type.decode(self._whole_body, self.headers["Content-Type"])
            return Pairs(parse_qsl(text, keep_blank_values=True))
        return Pairs((part.name, part.text) for part in self.parts if part.filename is None)

    @cached_property
    def files(self) -> MultiMapping[multipart.Part]:
        """The files of a multipart form, by the names of their fields.

        Raises:
            PeerError: the body is broken, or was not kept as a whole.
        """
        return MultiMapping((part.name, part) for part in self.parts if part.filename is not None)

    @cached_property
    def parts(self) -> list[multipart.Part]:
        """All parts of a multipart form, fields and files, in order (RFC 7578).

        Raises:
            PeerError: the body is broken, or was not kept as a whole.
        """
        if self.content_type != "multipart/form-data":
            return []
        return multipart.parts(self.headers["Content-Type"], self._whole_body)

    @property
    def _whole_body(self) -> bytes:
        if self.is_cut:
            raise PeerError(
                f"{self} has {self.length} bytes of content, of which the first {len(self.body)}"
                " were kept: too few to be parsed; HTTPMock(limits=Limits(kept=...)) keeps more"
            )
        return self.body

    @property
    def client(self) -> Any:
        """The client's address."""
        return self._stream.get_extra_info("peername")

    @property
    def server_name(self) -> str:
        """The name asked for in the TLS handshake (SNI), "" if none."""
        return self._stream.server_name

    @property
    def tls(self) -> "TLSInfo | None":
        """What the TLS handshake agreed on: version and cipher; None in the clear."""
        return self._stream.tls_info

    @property
    def connection(self) -> int:
        """The ordinal of its connection at the mock, from 1: equal ones were kept alive."""
        return self._stream.number


def _path(target: str) -> str:
    """Return the decoded path of a request target in any of its forms."""
    if target[:1] != "/" and (absolute := ABSOLUTE.fullmatch(target)):
        target = absolute[2]
        if target[:1] != "/":
            target = "/" + target
    path = target.partition("?")[0].partition("#")[0]
    return unquote(path) if "%" in path else path
