"""RequestReader: bytes in, requests out (RFC 9112); parsed by httptools, without any I/O."""

from collections.abc import Callable

import httptools

from netmocks.http.request import Request
from netmocks.wire.stream import Stream

#: Bytes of a request's head; beyond it, 431. What Apache and nginx take is of the same order.
HEAD_LIMIT = 64 * 1024

RawFields = list[tuple[bytes, bytes]]


class Refused(Exception):
    """A request that is answered by its shape alone: with this status, then the connection ends."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status = status
        self.why = why


class RequestReader:
    """Reads the requests of one connection.

    Arguments:
        take: called with each request, once it is complete, and whether the connection outlives
            it (RFC 9112 §9.3).
        expected: called when a client waits for 100 before it sends its content.
        stream: the connection, which the requests tell of.
    """

    def __init__(
        self,
        take: Callable[[Request, bool], None],
        expected: Callable[[], None],
        stream: Stream,
    ) -> None:
        self._take = take
        self._stream = stream
        self._expected = expected
        self._parser = httptools.HttpRequestParser(self)
        #: whether a request has begun and is not complete
        self.in_request = False
        self._in_head = False
        self._head_size = 0
        self._new_size = 0  # bytes just fed that all belong to a head which begins in them
        self._is_cut = False  # the parser stopped at an upgrade, with the content still to come
        self._head: RawFields = []

    def receive(self, data: bytes) -> None:
        """Take bytes from the client.

        Raises:
            Refused: they are no request; nothing behind them can be read.
        """
        if self._in_head:
            self._head_size += len(data)
        self._new_size = 0 if self.in_request else len(data)
        try:
            self._feed(data)
        except httptools.HttpParserCallbackError as error:
            raise error.__context__ or error from None  # what a callback raised
        except httptools.HttpParserError as error:
            raise Refused(400, f"no HTTP request: {error}") from None
        if self._in_head and self._head_size > HEAD_LIMIT:
            raise Refused(431, f"a head of more than {HEAD_LIMIT} bytes")

    def _feed(self, data: bytes) -> None:
        """Feed the parser, which stops at an upgrade.

        The upgrade is ignored: a server that does not switch goes on in HTTP/1.1 (RFC 9110 §7.8).
        """
        rest: bytes | memoryview = data
        while rest:
            try:
                self._parser.feed_data(rest)
                return
            except httptools.HttpParserUpgrade as upgrade:
                rest = memoryview(rest)[upgrade.args[0] :]
                self._resume_parsing()

    def _resume_parsing(self) -> None:
        """Parse on with a new parser: the old one takes what follows for another protocol."""
        before, self._parser = self._parser, httptools.HttpRequestParser(self)
        if self._is_cut:
            self._is_cut = False
            fields = self._head
            kept = [field for field in fields if field[0].lower() not in (b"upgrade", b"expect")]
            lines = [b"%b %b HTTP/%b" % (before.get_method(), self._target, self._version.encode())]
            lines += [b"%b: %b" % field for field in kept]
            self._parser.feed_data(b"\r\n".join(lines) + b"\r\n\r\n")
            self._head = fields

    # -- what httptools calls -----------------------------------------------------------------

    def on_message_begin(self) -> None:
        """A request begins."""
        self._target = b""
        self._fields: RawFields = []
        self._body: list[bytes] = []
        self.in_request = self._in_head = True
        self._head_size, self._new_size = self._new_size, 0

    def on_url(self, url: bytes) -> None:
        """A piece of its target has come."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field has come; behind the content, a trailer."""
        self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is complete: refuse what must be refused before the content is read."""
        self._in_head = False
        self._version = version = self._parser.get_http_version()
        # What follows the content are trailers, which are no header fields (RFC 9110 §6.5).
        self._head, self._fields = self._fields, []
        if version != "1.1" and version != "1.0":  # faster than "in"
            raise Refused(505, f"HTTP/{version} instead of 1.0 or 1.1")
        size = len(self._target)
        hosts = expects = 0
        for name, value in self._head:
            length = len(name)
            size += length + len(value) + 4
            if length == 4 and name.lower() == b"host":
                hosts += 1
            elif length == 6 and name.lower() == b"expect":
                expects += value.strip().lower() == b"100-continue"
        if size > HEAD_LIMIT:
            raise Refused(431, f"a head of {size} bytes: {HEAD_LIMIT} are taken")
        if hosts > 1 or (version == "1.1" and not hosts):
            raise Refused(400, f"{hosts} Host fields instead of one (RFC 9112 §3.2)")
        if expects and version == "1.1":
            self._expected()
        if self._parser.should_upgrade():
            self._is_cut = self._parser.get_method() != b"CONNECT" and _has_content(self._head)

    def on_body(self, body: bytes) -> None:
        """A piece of its content has come, without its framing."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The request is complete."""
        if self._is_cut:
            return
        self.in_request = False
        parser = self._parser
        request = Request(
            parser.get_method().decode("ascii"),
            self._target.decode("latin-1"),
            self._version,
            self._head,
            b"".join(self._body) if self._body else b"",
            self._stream,
        )
        self._take(request, parser.should_keep_alive())


def _has_content(fields: RawFields) -> bool:
    """Whether a request with these fields goes on behind its head (RFC 9112 §6)."""
    return any(
        name.lower() == b"transfer-encoding"
        or (name.lower() == b"content-length" and value.strip(b" \t0"))
        for name, value in fields
    )
