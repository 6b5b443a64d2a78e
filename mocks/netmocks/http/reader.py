"""RequestReader: bytes in, requests out (RFC 9112); parsed by httptools, without any I/O."""

import re
from collections.abc import Callable

import httptools

from netmocks.http.framing import Framing
from netmocks.http.heads import Head, Heads, RawFields
from netmocks.http.limits import Limits
from netmocks.http.request import Request
from netmocks.http.upload import Upload
from netmocks.wire.stream import Stream

#: What the parser says of a version that is none of HTTP/1; "PRI" begins HTTP/2 (RFC 9113 §3.4).
OTHER_VERSIONS = ("Invalid HTTP version", "Pause on PRI/Upgrade")

#: A host, and a port if need be (RFC 9110 §7.2, RFC 3986 §3.2.2); what its brackets hold, and
#: whether an escape has its digits, is left to whoever looks it up.
HOST = re.compile(rb"(?:\[[\w.:%~+-]*\]|[\w.~%!$&'()*+,;=-]*)(?::\d*)?")

#: How a client begins that speaks TLS: with a record of the handshake (RFC 8446 §5.1).
HANDSHAKE = b"\x16"

#: Bytes of content that are still to come from which on they are bulk: looked at, but neither
#: parsed nor kept in the journal.
BULK = 1024 * 1024


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
        begun: called with a request whose content is still to come, and whether the client waits
            for 100 before it sends it.
        stream: the connection, which the requests tell of.
        limits: how much is taken.
        heads: what was read before, on any connection.
    """

    def __init__(
        self,
        take: Callable[[Request, bool], None],
        begun: Callable[[Request, bool], None],
        stream: Stream,
        limits: Limits,
        heads: Heads,
    ) -> None:
        self._take = take
        self._begun = begun
        self._stream = stream
        self._limits = limits
        self._heads = heads
        self._parser = httptools.HttpRequestParser(self)
        #: whether a request has begun and is not complete, and whether its head is not
        self.in_request = False
        self.in_head = False
        self._head_size = 0
        self._new_size = 0  # bytes just fed that all belong to a head which begins in them
        self._is_cut = False  # the parser stopped at an upgrade, with the content still to come
        self._is_bare = False  # it is nothing but a head, whose like may come again
        self._completed = 0  # requests since the last bytes were fed
        self._left = 0  # bytes of content that Content-Length says are still to come
        self._bulk = 0  # those of them that come as bulk
        self._head: Head
        self._content: Upload | None = None

    def receive(self, data: bytes) -> None:
        """Take bytes from the client; or a view of them, where they are bulk.

        Raises:
            Refused: they are no request; nothing behind them can be read.
        """
        if self._bulk:
            self._receive_bulk(data)
            return
        if not self.in_request:
            head = self._heads.get(data)
            if head is not None:
                self._take(Request(*head, b"", self._stream), True)
                return
        self._completed = 0
        if self.in_head:
            self._head_size += len(data)
        self._new_size = 0 if self.in_request else len(data)
        is_whole = not self.in_request
        try:
            self._feed(data)
        except httptools.HttpParserCallbackError as error:
            raise error.__context__ or error from None  # what a callback raised
        except httptools.HttpParserError as error:
            raise _refusal(error, is_tls=is_whole and data[:1] == HANDSHAKE) from None
        if self.in_head and self._head_size > self._limits.head:
            raise Refused(431, f"a head of more than {self._limits.head} bytes")
        if is_whole and self._is_bare and self._completed == 1 and not self.in_request:
            self._heads.remember(data, self._head)
        if self._left > BULK and not self.in_head and not self._is_cut:
            self._bulk = self._left
            self._stream.expect_bulk(self._left)

    def _receive_bulk(self, data: bytes) -> None:
        self._bulk -= len(data)
        self.on_body(data)
        if not self._bulk:
            # The old parser waits for content that it will not see.
            before, self._parser = self._parser, httptools.HttpRequestParser(self)
            self._complete(before.should_keep_alive())

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
        self._parser = httptools.HttpRequestParser(self)
        if self._is_cut:
            self._is_cut = False
            head = self._head
            kept = [
                field for field in head.fields if field[0].lower() not in (b"upgrade", b"expect")
            ]
            lines = [f"{head.method} {head.target} HTTP/{head.version}".encode("latin-1")]
            lines += [b"%b: %b" % field for field in kept]
            self._parser.feed_data(b"\r\n".join(lines) + b"\r\n\r\n")
            self._head = head

    # -- what httptools calls -----------------------------------------------------------------

    def on_message_begin(self) -> None:
        """A request begins."""
        self._target = b""
        self._fields: RawFields = []
        self._content = None
        self.in_request = self.in_head = True
        self._head_size, self._new_size = self._new_size, 0

    def on_url(self, url: bytes) -> None:
        """A piece of its target has come."""
        self._target += url
        if len(self._target) > self._limits.target:
            raise Refused(414, f"a request target of more than {self._limits.target} bytes")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field has come; behind the content, a trailer."""
        self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is complete: refuse what must be refused before the content is read."""
        self.in_head = False
        parser = self._parser
        # What follows the content are trailers, which are no header fields (RFC 9110 §6.5).
        fields, self._fields = self._fields, []
        method, version = parser.get_method().decode("ascii"), parser.get_http_version()
        self._head = Head(method, self._target.decode("latin-1"), version, fields)
        framing = Framing(fields)
        self._check(version, framing, len(fields))
        self._left = framing.length
        is_upgrade = parser.should_upgrade()
        self._is_cut = is_upgrade and method != "CONNECT" and framing.has_content
        waits = framing.has_content or framing.expects_continue
        self._is_bare = not waits and not is_upgrade
        if waits:
            self._begun(self._request(), framing.expects_continue and version == "1.1")

    def _check(self, version: str, framing: Framing, count: int) -> None:
        limits = self._limits
        # As it is usually written, so that it makes no difference where it was cut.
        line = len(self._head.method) + len(self._target) + len("  HTTP/1.1\r\n")
        size = line + framing.size + len("\r\n")
        if version not in ("1.0", "1.1"):
            raise Refused(505, f"HTTP/{version} instead of 1.0 or 1.1")
        if size > limits.head:
            raise Refused(431, f"a head of {size} bytes: {limits.head} are taken")
        if count > limits.fields:
            raise Refused(431, f"{count} header fields: {limits.fields} are taken")
        if framing.hosts > 1 or (version == "1.1" and not framing.hosts):
            raise Refused(400, f"{framing.hosts} Host fields instead of one (RFC 9112 §3.2)")
        if not HOST.fullmatch(framing.host):
            raise Refused(400, f"Host {framing.host!r} is none (RFC 9112 §3.2)")
        if framing.codings and framing.codings[-1] != b"chunked":
            raise Refused(400, "content whose end can't be told: its last coding is not chunked")
        if len(framing.codings) > 1 and framing.codings[0] != b"chunked":
            raise Refused(
                501, f"transfer coding {framing.codings[0]!r}: only chunked is understood"
            )
        self._must_be_taken(framing.length)

    def _must_be_taken(self, length: int) -> None:
        limit = self._limits.body
        if limit is not None and length > limit:
            raise Refused(413, f"content of {length} bytes or more: {limit} are taken")

    def on_body(self, body: bytes) -> None:
        """A piece of its content has come, without its framing."""
        if self._content is None:
            self._content = Upload(self._limits.kept)
        self._content.add(body)
        self._left -= len(body)
        self._must_be_taken(self._content.length)

    def on_message_complete(self) -> None:
        """The request is complete."""
        if not self._is_cut:
            self._complete(self._parser.should_keep_alive())

    def _complete(self, keep_alive: bool) -> None:
        self.in_request = False
        self._completed += 1
        if not keep_alive:
            self._is_bare = False
        self._take(self._request(), keep_alive)

    def _request(self) -> Request:
        content = self._content
        if content is None:
            return Request(*self._head, b"", self._stream)
        return Request(*self._head, content.body, self._stream, content)


def _refusal(error: httptools.HttpParserError, *, is_tls: bool) -> Refused:
    """Return what a client is told whose bytes can't be parsed."""
    if is_tls:
        return Refused(400, "no HTTP/1 request, but TLS: tls=True lets it be spoken here")
    status = 505 if str(error) in OTHER_VERSIONS else 400
    return Refused(status, f"no HTTP/1 request: {error}")
