"""SMTPEngine: what a dialogue is about: the mail transaction (RFC 5321 §3.3), and the login."""

import re
from typing import TYPE_CHECKING, Any, cast

from aiosmtpd.smtp import AuthResult, Envelope, syntax
from aiosmtpd.smtp import Session as State

from netmocks.mail.message import Message
from netmocks.mail.smtp import delivery, parameters
from netmocks.mail.smtp.content import Chunk, Content, DottedContent, has_long_line
from netmocks.mail.smtp.dialogue import NULL_PATH, Dialogue, path
from netmocks.mail.smtp.input import Left
from netmocks.mail.smtp.logins import LOGINS, Password, Proof, admits
from netmocks.mail.smtp.reply import Refused, Reply

if TYPE_CHECKING:
    from netmocks.mail.smtp.mock import SMTPMock

#: A path as nearly every client writes it (RFC 5321 §4.1.2), and the parameters behind it.
PLAIN_PATH = re.compile(
    r"<([\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)*|(?i:postmaster))>(?: (.*))?", re.ASCII
)

#: What BDAT says: how many octets follow, and whether they are the last (RFC 3030 §2).
CHUNK = re.compile(r"(\d{1,18})( +LAST)?", re.ASCII | re.IGNORECASE)


class _Handler:
    """What aiosmtpd asks when a command is well-formed and comes at its time."""

    async def handle_MAIL(  # noqa: N802  # the name that aiosmtpd looks for
        self, server: "SMTPEngine", state: State, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        return await server.begin(address)

    async def handle_RCPT(  # noqa: N802  # the name that aiosmtpd looks for
        self, server: "SMTPEngine", state: State, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        return await server.add_recipient(address)


HANDLER = _Handler()


class SMTPEngine(Dialogue):
    """One SMTP connection."""

    def __init__(self, mock: "SMTPMock") -> None:
        super().__init__(mock, HANDLER)
        # What followed the last path, as it came.
        self._parameters: tuple[str, ...] = ()
        # While content comes, it goes there.
        self._intake: Content | None = None

    def _set_post_data_state(self) -> None:
        """Forget the transaction, if there is one."""
        super()._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd's
        self._announced_size = 0
        self._sender_parameters: tuple[str, ...] = ()
        self._recipient_parameters: dict[str, tuple[str, ...]] = {}
        self._chunks: list[bytes] = []
        self._chunked = 0

    # -- the envelope -------------------------------------------------------------------------

    async def begin(self, address: str) -> str:
        """Take a sender; return the reply."""
        limit = self.terms.message_limit
        if limit is not None and self.client.messages >= limit:
            raise Refused(421, "4.7.0 Too many messages on one connection")
        self._check_letters(address)
        given = self._parameters
        size = next((int(one[5:]) for one in given if one[:5].upper() == "SIZE="), 0)
        await self.ask("MAIL", sender=path(address), size=size)
        self.envelope.mail_from = address
        self._sender_parameters, self._announced_size = given, size
        return "250 2.1.0 OK"

    async def add_recipient(self, address: str) -> str:
        """Take a recipient; return the reply."""
        if address == NULL_PATH:
            return "553 5.1.3 Error: malformed address"
        if self._chunks:
            return "503 5.5.1 Error: RCPT behind BDAT"
        if len(self.envelope.rcpt_tos) >= self.terms.recipient_limit:
            return "452 4.5.3 Too many recipients"
        self._check_letters(address)
        await self.ask("RCPT", recipients=(address,))
        if self.terms.mailboxes is not None:
            delivery.check(self.terms.mailboxes, address, self._announced_size)
        self.envelope.rcpt_tos.append(address)
        self._recipient_parameters[address] = self._parameters
        return "250 2.1.5 OK"

    def _check_letters(self, address: str) -> None:
        if address.isascii():
            return
        if not self.terms.offers("SMTPUTF8"):
            raise Refused(553, "5.6.7 Addresses beyond ASCII are not taken")
        if not self.envelope.smtp_utf8:
            self.sin("8-bit", f"{self._command} {self._argument!r} without SMTPUTF8")

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Parse a path and what follows it.

        The standard library's parser, which aiosmtpd asks, takes a third of a message's time and
        raises on some: a plain path does without it.
        """
        address: str | None
        rest: str | None
        if plain := PLAIN_PATH.fullmatch(arg.strip() if arg else ""):
            address, rest = plain[1], plain[2] or ""
        else:
            try:
                address, rest = super()._getaddr(arg)
            except (AttributeError, IndexError):
                address = rest = None
        self._parameters = tuple((rest or "").split())
        return address, rest

    def _getparams(self, params: Any) -> dict[str, str | bool] | None:
        """Look at the parameters, and leave to aiosmtpd those that it knows."""
        given = super()._getparams(params)
        return given and parameters.left_over(self.terms, self._command, given)

    # -- the content --------------------------------------------------------------------------

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # the command's name
        """Take a message up to its dot; in pieces, where aiosmtpd would take it line by line."""
        if await self._is_out_of_order("DATA"):
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        if self._chunks:
            await self.push("503 5.5.1 Error: DATA behind BDAT")
            return
        await self.ask("DATA")
        if self.input:
            self.sin("early data", "more behind DATA, without waiting for its reply")
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = DottedContent(self.terms.size_limit)
        await self._receive(content)
        await self._complete(content.take(), is_too_much=content.is_too_much)

    @syntax("BDAT size [LAST]")
    async def smtp_BDAT(self, arg: str) -> None:  # noqa: N802  # the command's name
        """Take a part of a message, or the last of it (RFC 3030 §2)."""
        said = CHUNK.fullmatch(arg or "")
        if said is None:
            await self.push("501 5.5.4 Syntax: BDAT size [LAST]")
            return
        chunk = Chunk(int(said[1]), self.terms.size_limit - self._chunked)
        try:
            is_refused = await self._is_out_of_order("BDAT")
            if not is_refused:
                await self.ask("BDAT", size=int(said[1]))
        except Refused:
            self._set_post_data_state()
            raise
        finally:
            await self._receive(chunk)  # which comes, whatever is said to it
        if is_refused:
            return
        self._chunked += chunk.size
        self._chunks.append(chunk.take())
        if said[2] or chunk.is_too_much:
            await self._complete(b"".join(self._chunks), is_too_much=chunk.is_too_much)
        else:
            await self.push(f"250 2.0.0 {chunk.size} octets received")

    async def _is_out_of_order(self, command: str) -> bool:
        if await self.check_helo_needed() or await self.check_auth_needed(command):
            return True
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return True
        return False

    async def _receive(self, content: Content) -> None:
        """Let what comes go into a content, until that is complete.

        Raises:
            Left: the client left before.
            Refused: a rule had enough of it; the connection ends, for nobody reads a reply now.
        """
        content.receive(self.input.take())
        if content.rest is None:
            self._intake = content
        else:
            self.input.put_back(content.rest)
        is_watched = True
        while True:
            if is_watched and content.size:
                is_watched = await self._ask_amid(content) is None
            if content.rest is not None:
                return
            if self.input.has_ended:
                raise Left("the client left in the middle of a message")
            await self._course.pause()

    async def _ask_amid(self, content: Content) -> Reply | None:
        try:
            told = await self.ask("CONTENT", size=self._chunked + content.size)
        except Refused as refused:
            raise Refused(*refused.reply._replace(closes=True)) from None
        if told is not None and told.fault is not None:  # there is no reply that it could strike
            self._told = told._replace(fault=None)
            await self.strike(b"", told.fault)
            if self.stream.is_closing():
                raise Left("the connection ended in the middle of a message")
        return told

    def data_received(self, data: bytes) -> None:
        if self._intake is None:
            super().data_received(data)
            return
        self._intake.receive(data)
        rest = self._intake.rest
        if rest is not None:
            self._intake = None
            self.input.receive(rest)
        self._course.go_on()

    # -- the message --------------------------------------------------------------------------

    async def _complete(self, content: bytes, *, is_too_much: bool) -> None:
        try:
            if is_too_much:
                await self.conclude("552 5.3.4 Error: Too much mail data")
            elif has_long_line(content):
                self.sin("long line", "a line of more than 998 octets in a message")
                await self.conclude("500 5.5.2 Line too long (see RFC5321 4.5.3.1.6)")
            else:
                self._look_for_sins(content)
                await self.hand_over(self._message(content))
        finally:
            self._set_post_data_state()

    def _look_for_sins(self, content: bytes) -> None:
        ends = content.count(b"\r\n")
        if content.count(b"\n") != ends:
            self.sin("bare LF", "a line feed without its carriage return in a message")
        if content.count(b"\r") != ends:
            self.sin("bare CR", "a carriage return without its line feed in a message")
        if b"\0" in content:
            self.sin("NUL", "a NUL in a message")
        if not content.isascii() and not self._may_have_8_bits:
            self.sin("8-bit", "octets above 127 in a message without BODY=8BITMIME")
        if 0 < self._announced_size < len(content):
            announced = f"SIZE={self._announced_size}"
            self.sin("size", f"{len(content)} octets in a message announced by {announced}")

    @property
    def _may_have_8_bits(self) -> bool:
        return self.envelope.smtp_utf8 or any(
            parameter.upper() == "BODY=8BITMIME" for parameter in self._sender_parameters
        )

    def _message(self, content: bytes) -> Message:
        client = self.client
        client.messages += 1
        return Message(
            sender=path(self.envelope.mail_from or ""),
            recipients=tuple(self.envelope.rcpt_tos),
            content=content,
            client_name=client.client_name,
            user=client.user,
            tls=client.tls is not None,
            parameters=self._sender_parameters,
            recipient_parameters=self._recipient_parameters,
            queue_id=f"{client.number}.{client.messages}",
            session=client,
        )

    async def hand_over(self, message: Message) -> None:
        """Take a message, for all of its recipients or for none; and say so."""
        await self.ask("MESSAGE", size=len(message.content), message=message)
        refused = [one for to in message.recipients if (one := self.deliver(to, message))]
        if len(refused) == len(message.recipients):
            raise refused[0]
        for refusal in refused:  # it would bounce: one reply is for all recipients
            self.stream.site.journal.write(
                self._mock.name, "error", self.client.number, value=f"not delivered: {refusal}"
            )
        self._mock.accept(message, self.client.number)
        await self.push(f"250 2.0.0 OK: queued as {message.queue_id}")

    def deliver(self, recipient: str, message: Message) -> Refused | None:
        """Put a message into a recipient's mailbox, where there are any; return why it does not."""
        if self.terms.mailboxes is not None:
            try:
                delivery.deliver(self.terms.mailboxes, recipient, message)
            except Refused as refused:
                return refused
        return None

    async def conclude(self, status: str) -> None:
        """Answer a content that is no message."""
        await self.push(status)

    # -- logins -------------------------------------------------------------------------------

    @syntax("AUTH <mechanism>")
    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802  # the command's name
        """Let the client log in (RFC 4954)."""
        if await self.check_helo_needed("EHLO"):
            return
        mechanism, *initial = (arg or "").split()[:3] or [""]
        mechanism = mechanism.upper()
        wrong = self._what_is_wrong_with(mechanism, initial)
        if wrong:
            await self.push(wrong)
            return
        result = await LOGINS[mechanism](self, [mechanism, *initial])
        if not result.success:
            return  # and has been told so
        proof = cast("Proof", result.auth_data)
        await self.ask("AUTH", user=proof.user)
        if not admits(self.terms, proof):
            await self.push("535 5.7.8 Authentication credentials invalid")
            return
        self.session.authenticated = True
        self.client.user = proof.user
        await self.push("235 2.7.0 Authentication successful")

    def _what_is_wrong_with(self, mechanism: str, initial: list[str]) -> str:
        if not self.session.extended_smtp:
            return "500 5.5.1 AUTH needs EHLO"
        if self.terms.auth_requires_tls and not self.stream.encrypted:
            return "538 5.7.11 Encryption required for requested authentication mechanism"
        if self.session.authenticated:
            return "503 5.5.1 Already authenticated"
        if self.envelope.mail_from is not None:
            return "503 5.5.1 AUTH within a mail transaction"
        if not mechanism or len(initial) > 1:
            return "501 5.5.4 Syntax: AUTH mechanism [initial-response]"
        if mechanism not in self.terms.offered_mechanisms:
            return "504 5.5.4 Unrecognized authentication type"
        return ""

    def _authenticate(self, mechanism: str, auth_data: Any) -> AuthResult:
        """Keep what a mechanism of aiosmtpd's was told; it is looked at later."""
        return AuthResult(success=True, auth_data=Password(auth_data))

    async def challenge_auth(self, *arguments: Any, **more: Any) -> Any:
        """Ask for a part of a login; a line that is too long ends the exchange (RFC 4954 §4)."""
        try:
            return await super().challenge_auth(*arguments, **more)
        except ValueError:
            self.sin("long line", "a login of more octets than a line may have")
            raise Refused(500, "5.5.6 Authentication exchange line is too long") from None
