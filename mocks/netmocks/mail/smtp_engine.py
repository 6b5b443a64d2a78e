"""SMTPEngine: aiosmtpd's SMTP, standing behind our wire.

aiosmtpd speaks the protocol. What is ours: TLS (by the stream instead of asyncio's private
classes), the accounts, and where messages go.
"""

import asyncio
from typing import TYPE_CHECKING, Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from netmocks.mail.message import Message
from netmocks.wire.stream import Stream

if TYPE_CHECKING:
    from netmocks.mail.smtp import SMTPMock


class _Handler:
    """What aiosmtpd calls when a message is complete."""

    def __init__(self, mock: "SMTPMock") -> None:
        self._mock = mock

    async def handle_DATA(  # noqa: N802  # the name that aiosmtpd looks for
        self, server: "SMTPEngine", session: Session, envelope: Envelope
    ) -> str:
        login = session.auth_data
        message = Message(
            sender=envelope.mail_from or "",
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

    async def handle_exception(self, error: Exception) -> str:
        """Tell the test what its code, or this engine, raised; an end of stream is no error."""
        if isinstance(error, asyncio.IncompleteReadError):
            self.stream.close()
            return "421 4.4.2 the client has left"  # said to nobody
        self.stream.report(error)
        return f"451 4.3.0 {type(error).__name__} while serving"

    def _check(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        data: LoginPassword,
    ) -> AuthResult:
        """Compare a login with the accounts; called by aiosmtpd."""
        known = self._mock.accounts.get(_text(data.login)) == _text(data.password)
        return AuthResult(success=known, handled=False, auth_data=data)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802  # the command's name
        """Upgrade (RFC 3207): the dialogue begins anew, and nothing read in the clear counts."""
        if arg:
            await self.push("501 Syntax: STARTTLS")
            return
        if self.stream.encrypted:
            await self.push("503 5.5.1 TLS is active already")
            return
        await self.push("220 2.0.0 Ready to start TLS")
        cast("Any", self._reader)._buffer.clear()  # asyncio has no public way to forget input
        await self.stream.start_tls(self._mock.tls_context())
        self._tls_protocol = cast("Any", self.stream)
        self.envelope = self._create_envelope()
        self.session = self._create_session()
        self.session.peer = self.stream.get_extra_info("peername")
        self.session.ssl = {"ssl_object": self.stream.get_extra_info("ssl_object")}


def _text(login: bytes) -> str:
    return login.decode("utf-8", "replace")
