"""SMTPEngine: aiosmtpd's SMTP, standing behind our wire.

aiosmtpd speaks the protocol. What is ours: TLS (by the stream instead of asyncio's private
classes), the accounts, and where messages go.
"""

import asyncio
import logging
import re
import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session, syntax

from netmocks.mail.message import Message
from netmocks.mail.smtp.content import ContentReader
from netmocks.wire.stream import Stream

if TYPE_CHECKING:
    from netmocks.mail.smtp import SMTPMock

#: The null reverse-path (RFC 5321 §4.5.5), as aiosmtpd hands it on.
NULL_PATH = "<>"

#: A path as nearly every client writes it (RFC 5321 §4.1.2), and the parameters behind it.
PLAIN_PATH = re.compile(r"<([\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)*)>(?: (.*))?", re.ASCII)

# What aiosmtpd logs is in the journal: without a handler, Python would print its warnings.
logging.getLogger("mail.log").addHandler(logging.NullHandler())


class _Handler:
    """What aiosmtpd calls when a message is complete."""

    def __init__(self, mock: "SMTPMock") -> None:
        self._mock = mock

    async def handle_RCPT(  # noqa: N802  # the name that aiosmtpd looks for
        self,
        server: "SMTPEngine",
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address == NULL_PATH:
            return "553 5.1.3 Error: malformed address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  # the name that aiosmtpd looks for
        self, server: "SMTPEngine", session: Session, envelope: Envelope
    ) -> str:
        login = session.auth_data
        message = Message(
            sender="" if envelope.mail_from == NULL_PATH else envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=cast("bytes", envelope.original_content),
            client_name=session.host_name or "",
            user=_text(login.login) if isinstance(login, LoginPassword) else "",
            tls=server.stream.encrypted,
            parameters=tuple(envelope.mail_options),
        )
        self._mock.accept(message, server.stream.number)
        return "250 2.0.0 OK: taken"


class _Session(Session):
    """A session without aiosmtpd's warning, at each login, that an attribute will go away."""

    login_data = None


class SMTPEngine(SMTP):
    """One SMTP connection."""

    stream: Stream

    #: Bytes that may wait to be read. What a command line may have is checked besides.
    line_length_limit = 64 * 1024

    def __init__(self, mock: "SMTPMock") -> None:
        super().__init__(
            _Handler(mock),
            hostname=mock.name,
            ident="ESMTP",
            loop=asyncio.get_running_loop(),
            data_size_limit=mock.size_limit,
            enable_SMTPUTF8=True,
            auth_required=False,
            auth_require_tls=False,
            authenticator=self._check,
        )
        self._mock = mock
        # Set here, for the constructor warns of AUTH without TLS: a test may well want just that.
        self._auth_required = bool(mock.accounts)
        # One for each connection: aiosmtpd's own is shared by all, and each new one resets it.
        self.command_size_limits = defaultdict(lambda: SMTP.command_size_limit)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.stream = cast("Stream", transport)
        if self.stream.encrypted:
            self._tls_protocol = cast("Any", self.stream)  # STARTTLS is not offered again
        else:
            # What aiosmtpd looks at to offer STARTTLS; the context is made when a client asks.
            self.tls_context = cast("Any", self._mock.tls_context)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._writer.close()

    def eof_received(self) -> bool | None:
        """Let what was already read be answered; aiosmtpd would drop it."""
        return asyncio.StreamReaderProtocol.eof_received(self)

    def _create_session(self) -> Session:
        return _Session(self.loop)

    async def push(self, status: str | bytes) -> None:
        """Send a reply; what it quotes of the client goes back as it came, but for a bare CR."""
        if self.stream.is_closing():
            await asyncio.sleep(0)  # nobody would hear it; connection_lost comes in a moment
            return
        if isinstance(status, str):
            status = status.replace("\r", "?").encode("utf-8", "surrogateescape")
        await super().push(status)

    async def handle_exception(self, error: Exception) -> str:
        """Tell the test what this engine raised; an end of stream is no error."""
        if isinstance(error, asyncio.IncompleteReadError):
            self._leave("the client left without QUIT")
            return "421 4.4.2 the client has left"  # said to nobody
        self.stream.report(error)
        return f"451 4.3.0 {type(error).__name__} while serving"

    def _leave(self, why: str) -> None:
        """End the connection of a client that says no more, unless it ends already."""
        if self.stream.is_closing():
            return
        site = self.stream.site
        site.journal.write(site.name, "error", connection=self.stream.number, value=why)
        self.stream.close()
        assert self._handler_coroutine is not None
        self._handler_coroutine.cancel()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Parse a path and what follows it.

        The standard library's parser, which aiosmtpd asks, takes a third of a message's time and
        raises on some: a plain path does without it.
        """
        if plain := PLAIN_PATH.fullmatch(arg.strip() if arg else ""):
            return plain[1], plain[2] or ""
        try:
            return super()._getaddr(arg)
        except (AttributeError, IndexError):
            return None, None

    async def challenge_auth(self, *arguments: Any, **more: Any) -> Any:
        """Ask for a part of a login; a line that is too long ends the exchange (RFC 4954 §4)."""
        try:
            return await super().challenge_auth(*arguments, **more)
        except ValueError:
            await self.push("500 5.5.6 Authentication exchange line is too long")
            return MISSING

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # the command's name
        """Take a message; in pieces as they come, where aiosmtpd would take it line by line."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        assert self.envelope is not None
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        reader = await self._read_content()
        if reader is None:
            self._leave("the client left in the middle of a message")
            return
        status = reader.refusal
        if not status:
            self.envelope.content = self.envelope.original_content = reader.content
            status = await self._call_handler_hook("DATA")
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd's
        await self.push(status)

    async def _read_content(self) -> ContentReader | None:
        """Return the content that follows DATA; None if the client leaves before its end."""
        reader = ContentReader(self._mock.size_limit)
        while data := await self._reader.read(sys.maxsize):
            rest = reader.receive(data)
            if rest is not None:
                self._put_back(rest)  # commands that the client did not wait with
                return reader
        return None

    def _check(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        data: LoginPassword,
    ) -> AuthResult:
        """Compare a login with the accounts, if there are any; called by aiosmtpd."""
        accounts = self._mock.accounts
        known = not accounts or accounts.get(_text(data.login)) == _text(data.password)
        return AuthResult(success=known, handled=False, auth_data=data)

    @syntax("STARTTLS")
    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802  # the command's name
        """Upgrade (RFC 3207): the dialogue begins anew, and nothing read in the clear counts."""
        if arg:
            await self.push("501 Syntax: STARTTLS")
            return
        if self.stream.encrypted:
            await self.push("503 5.5.1 TLS is active already")
            return
        await self.push("220 2.0.0 Ready to start TLS")
        self._forget_input()
        if self._reader.at_eof():
            self._leave("the client left during STARTTLS")
            return
        await self.stream.start_tls(self._mock.tls_context())
        self._tls_protocol = cast("Any", self.stream)
        self.session = self._create_session()
        self.session.peer = self.stream.get_extra_info("peername")
        self.session.ssl = {"ssl_object": self.stream.get_extra_info("ssl_object")}

    def _put_back(self, data: bytes) -> None:
        """Let bytes be read again; asyncio's feed_data refuses that behind the end of input."""
        cast("Any", self._reader)._buffer.extend(data)

    def _forget_input(self) -> None:
        """Drop what was read but not used; asyncio has no public way to do so."""
        reader = cast("Any", self._reader)
        reader._buffer.clear()
        reader._maybe_resume_transport()


def _text(login: bytes) -> str:
    return login.decode("utf-8", "replace")
