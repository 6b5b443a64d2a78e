"""Dialogue: aiosmtpd's SMTP, standing behind our wire: one command, one reply, and so on.

aiosmtpd parses commands, and speaks what SMTP always says. What is ours: the wire and its TLS (by
the stream instead of asyncio's private classes), what the mock's terms and rules decide, and the
client's sins.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from aiosmtpd.smtp import SMTP, Envelope, syntax
from aiosmtpd.smtp import Session as State

from netmocks.faults import Fault
from netmocks.mail.sin import Sin
from netmocks.mail.smtp.command import Command
from netmocks.mail.smtp.input import Input, Left
from netmocks.mail.smtp.reply import GO_ON, Refused, Reply, enhanced, plain
from netmocks.mail.smtp.session import Session, SinKind
from netmocks.mail.smtp.terms import COMMANDS
from netmocks.wire.delivery import Delivery
from netmocks.wire.eager import Eager
from netmocks.wire.stream import Stream

if TYPE_CHECKING:
    from netmocks.mail.message import Message
    from netmocks.mail.smtp.mock import SMTPMock

#: The null reverse-path (RFC 5321 §4.5.5), as aiosmtpd hands it on.
NULL_PATH = "<>"

#: Octets of a command line (RFC 5321 §4.5.3.1.4), and of those that extensions make longer (RFC
#: 1870, 6531, 6152, 3461, 4954).
LINE_LIMIT = 512
LONGER = {"MAIL": 512 + 26 + 10 + 14 + 8 + 107 + 500, "RCPT": 512 + 28 + 500, "AUTH": 12288}

#: Commands that begin anew, with the client's name.
GREETINGS = frozenset(("HELO", "EHLO", "LHLO"))

#: Commands at which a rule is asked before anything else; at others, more has to be known first.
ASKED_FIRST = GREETINGS | {"STARTTLS", "RSET", "VRFY", "EXPN", "HELP", "NOOP", "QUIT"}

#: What may be said where TLS is required and has not begun (RFC 3207 §4).
BEFORE_TLS = GREETINGS | {"NOOP", "STARTTLS", "QUIT"}

# What aiosmtpd logs is in the journal: without a handler, Python would print its warnings.
logging.getLogger("mail.log").addHandler(logging.NullHandler())


class _State(State):
    """A session without aiosmtpd's warning, at each login, that an attribute will go away."""

    login_data = None


@cache
def _built(handler: object) -> Mapping[str, object]:
    """Return what aiosmtpd's constructor makes of a handler, but what is of one connection.

    It goes through its handler, and through itself, in search of what they can do. For a server of
    a test's own that is a tenth of its time; and all connections find the same.
    """
    loop = asyncio.get_running_loop()
    # It would warn of AUTH without TLS, which a test may well want.
    built = SMTP(handler, hostname="-", loop=loop, enable_SMTPUTF8=True, auth_require_tls=False)
    reader = asyncio.StreamReaderProtocol(asyncio.StreamReader(loop=loop), loop=loop)
    own = {"loop", "_auth_methods", "_smtp_methods", *vars(reader)}
    return {name: value for name, value in vars(built).items() if name not in own}


class Dialogue(SMTP):
    """One connection.

    Arguments:
        mock: whose it is.
        handler: what aiosmtpd asks when a command is well-formed and comes at its time.
    """

    stream: Stream
    session: State
    envelope: Envelope

    #: what the client has said and nobody has used yet
    input: Input

    #: the client as the test sees it
    client: Session

    #: what it does at each command
    commands: ClassVar[Mapping[str, Callable[..., Coroutine[Any, Any, None]]]]

    #: commands of its bases that it does not know
    unknown: ClassVar[Sequence[str]] = ()

    #: what the greeting says behind the name
    ident = "ESMTP"

    #: bytes that may wait to be read; what a command line may have is checked besides
    line_length_limit = 64 * 1024

    def __init__(self, mock: "SMTPMock", handler: object) -> None:
        vars(self).update(_built(handler))
        terms = mock.terms
        self.loop = asyncio.get_running_loop()
        self.hostname = mock.name
        self.data_size_limit = terms.size_limit
        self._auth_required = terms.needs_login
        hidden = {COMMANDS[keyword] for keyword in terms.hide if keyword in COMMANDS}
        self._smtp_methods = {
            name: method for name, method in self.commands.items() if name not in hidden
        }
        self._mock = mock
        self.terms = terms
        self._command = self._argument = ""
        # What a rule said of the command that it let through, until the next reply.
        self._told: Reply | None = None
        self._is_shut = False
        self._is_clogged = False  # the client does not read
        # The dialogue; it pauses until the client has said something, left, or read.
        self._course = Eager(partial(mock.spawn, handler=type(self)))

    def __init_subclass__(cls) -> None:
        found = {name[5:]: getattr(cls, name) for name in dir(cls) if name.startswith("smtp_")}
        cls.commands = {name: found[name] for name in found if name not in cls.unknown}

    # -- the connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = self.stream = cast("Stream", transport)
        peer = stream.get_extra_info("peername")
        self.client = Session(stream.number, peer, tls=stream.tls_info)
        self._set_rset_state()  # type: ignore[no-untyped-call]  # aiosmtpd's
        self._begin_session()
        self.input = Input(stream, self._course.pause, self.line_length_limit)
        self._reader = cast("Any", self.input)  # where aiosmtpd looks for it
        self._course.begin(self._handle_client())

    def data_received(self, data: bytes) -> None:
        self.input.receive(data)
        self._course.go_on()

    def eof_received(self) -> bool:
        """Let what was already read be answered; aiosmtpd would drop it."""
        self.input.end()
        self._course.go_on()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        if isinstance(error, ConnectionResetError):
            self._note_leaving("the client reset the connection")
        self._course.cancel()

    def pause_writing(self) -> None:
        self._is_clogged = True

    def resume_writing(self) -> None:
        self._is_clogged = False
        self._course.go_on()

    def _begin_session(self) -> None:
        self.session = _State(self.loop)
        self.session.peer = self.client.peer

    async def _handle_client(self) -> None:
        """Serve one command after the other, until somebody hangs up."""
        step = self._greet
        try:
            while not self.stream.is_closing():
                try:
                    await step()
                except Refused as refused:
                    await self.refuse(refused.reply)
                except Left as left:
                    self._leave(str(left))
                except (asyncio.CancelledError, GeneratorExit):
                    raise
                except BaseException as error:  # pytest.fail() in a test's rule is told, too
                    self.stream.report(error)
                    await self.push(f"451 4.3.0 {type(error).__name__} while serving")
                step = self._obey
        finally:
            self.stream.close()

    def _leave(self, why: str) -> None:
        """End the connection of a client that says no more, unless it ends already."""
        if not self.stream.is_closing():
            self._note_leaving(why)
            self.stream.close()

    def _note_leaving(self, why: str) -> None:
        if not self.client.has_quit:
            self.sin("no QUIT", why)

    # -- a command ----------------------------------------------------------------------------

    async def _greet(self) -> None:
        try:
            await self.ask("CONNECT")
        except Refused:
            self._is_shut = True  # all that can follow is QUIT (RFC 5321 §3.1)
            raise
        await self.say(f"220 {self.hostname} {self.ident}")

    async def _obey(self) -> None:
        line, too_many = await self.input.line()
        if too_many:
            self.sin("long line", f"a line of {too_many} octets")
            await self.push("500 5.5.2 Command line too long")
            return
        self._look_at(line)
        line = line.rstrip(b"\r\n")
        if not line:
            await self.push("500 bad syntax")
            return
        name, _, argument = line.partition(b" ")
        self._command = command = name.upper().decode("ascii", "replace")
        self._argument = argument.strip().decode("utf-8", "surrogateescape")
        self._told = None
        if len(line) > LINE_LIMIT and len(line) > self._limit:
            self.sin("long line", f"a line of {len(line)} octets: {command[:10]} …")
            await self.push("500 5.5.2 Command line too long")
            return
        method = self._smtp_methods.get(command)
        if method is None:
            await self.push(f'500 5.5.1 Command "{command}" not recognized')
        elif self._is_shut and command != "QUIT":
            await self.push("503 5.5.1 No mail is taken here")
        elif self._needs_tls and command not in BEFORE_TLS:
            await self.push("530 5.7.0 Must issue a STARTTLS command first")
        else:
            if command in GREETINGS:
                self.client.client_name = self._argument
            if command in ASKED_FIRST:
                await self.ask(command)
            await method(self, self._argument or None)

    @property
    def _limit(self) -> int:
        return LONGER.get(self._command, LINE_LIMIT) if self.session.extended_smtp else LINE_LIMIT

    @property
    def _needs_tls(self) -> bool:
        return self.terms.tls_required and not self.stream.encrypted

    def _look_at(self, line: bytes) -> None:
        """Take note of the sins in a command line."""
        if not line.endswith(b"\r\n"):
            self.sin("bare LF", f"a command ended by a line feed alone: {_shown(line)}")
        elif b"\r" in line[:-2]:
            self.sin("bare CR", f"a carriage return within a command: {_shown(line)}")
        if b"\0" in line:
            self.sin("NUL", f"a NUL within a command: {_shown(line)}")
        if self.input and not self._may_pipeline:
            self.sin("pipelining", f"more behind {_shown(line)}, without waiting for its reply")

    @property
    def _may_pipeline(self) -> bool:
        return self.session.extended_smtp and self.terms.offers("PIPELINING")

    async def ask(
        self,
        name: str,
        *,
        sender: str | None = None,
        recipients: tuple[str, ...] | None = None,
        user: str | None = None,
        size: int = 0,
        message: "Message | None" = None,
    ) -> Reply | None:
        """Ask the rules; return what one says that lets the command through, if one does.

        Raises:
            Refused: by a rule.
        """
        if not self._mock.rules:
            return None
        if sender is None and self.envelope.mail_from is not None:
            sender = path(self.envelope.mail_from)
        command = Command(
            name,
            "" if name in ("CONNECT", "CONTENT", "MESSAGE") else self._argument,
            self.client,
            sender,
            tuple(self.envelope.rcpt_tos) if recipients is None else recipients,
            self.client.user if user is None else user,
            size,
            message,
        )
        rule = self._mock.rule_for(command)
        if rule is None:
            return None
        await self._course.as_task()
        self._told = await rule.answer(command)
        if self._told.refuses:
            raise Refused(*self._told)
        return self._told

    def sin(self, kind: SinKind, text: str) -> None:
        """Take note of what the client did against the protocol; once for each kind."""
        if not self.client.has_sinned(kind):
            self._mock.note(self.client, Sin(self.client.number, text, kind))

    # -- a reply ------------------------------------------------------------------------------

    async def push(self, status: str | bytes) -> None:
        """Send a reply of aiosmtpd's or ours; with an enhanced status code, if that is offered.

        What it quotes of the client goes back as it came, but for a bare CR.
        """
        if isinstance(status, bytes):
            await self._write(status)
            return
        if status.startswith("50"):
            self.client.errors += 1
            if self.client.errors >= self.terms.error_limit:
                await self.refuse(Reply(421, "4.7.0 Too many errors", closes=True))
                return
        await self.say(enhanced(status.replace("\r", "?")))

    async def say(self, reply: str) -> None:
        """Send a reply as it is, or what a rule wants said instead of one that is no refusal."""
        told, self._told = self._told, None
        if told is None:
            told = GO_ON
        if told.text and reply[0] in "23":
            reply = str(told)
        if "ENHANCEDSTATUSCODES" in self.terms.hide:
            reply = plain(reply)
        await self._write(reply.encode("utf-8", "surrogateescape"), told.fault)
        if told.closes:
            self.stream.close()

    async def refuse(self, reply: Reply) -> None:
        """Send a reply that refuses, and hang up if it does so, too."""
        self._told = reply
        await self.say(str(reply))

    async def _write(self, reply: bytes, fault: Fault | None = None) -> None:
        if self.stream.is_closing():
            return  # nobody would hear it
        if fault is None:
            await self._transmit(reply + b"\r\n")
        else:
            await self.strike(reply + b"\r\n", fault)

    async def strike(self, data: bytes, fault: Fault) -> None:
        """Let a fault do its work on what is to be said here."""
        await self._course.as_task()
        delivery = Delivery(self.stream, fault, self._transmit)
        await delivery.write(data)
        await delivery.finish()

    async def _transmit(self, data: bytes) -> None:
        self.stream.write(data)
        while self._is_clogged:
            await self._course.pause()

    # -- commands that open and close the dialogue --------------------------------------------

    @syntax("HELO hostname")
    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802  # the command's name
        """Begin anew, without extensions."""
        await self._welcome(hostname, extended=False)

    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802  # the command's name
        """Begin anew, and announce the extensions."""
        await self._welcome(hostname, extended=True)

    async def _welcome(self, hostname: str, *, extended: bool) -> None:
        if not hostname:
            await self.push(f"501 Syntax: {self._command} hostname")
            return
        self._set_rset_state()  # type: ignore[no-untyped-call]  # aiosmtpd's
        self.session.extended_smtp = extended
        self.session.host_name = self.client.client_name = hostname
        lines = [self.hostname]
        if extended:
            lines += self.terms.announced(encrypted=self.stream.encrypted)
        await self.say(str(Reply(250, "\n".join(lines))))

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
        if self.input.take():
            self.sin("after STARTTLS", "more behind STARTTLS in the clear: it is dropped")
        if self.input.has_ended:
            raise Left("the client left during STARTTLS")
        try:
            await self.stream.start_tls(self._mock.tls_context())
        except ConnectionResetError:  # which the journal tells of
            raise Left("the client left during STARTTLS") from None
        self.client.tls, self.client.user = self.stream.tls_info, ""
        self._begin_session()

    @syntax("QUIT")
    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802  # the command's name
        """Say goodbye."""
        if arg:
            await self.push("501 Syntax: QUIT")
            return
        self.client.has_quit = True
        await self.push("221 Bye")
        self.stream.close()

    async def smtp_EXPN(self, arg: str | None) -> None:  # noqa: N802  # the command's name
        """Say who is on a mailing list, if a rule knows (RFC 5321 §3.5.2)."""
        if arg and self._told is not None and self._told.text:
            await self.say("250 2.1.5 OK")
        else:
            await super().smtp_EXPN(arg or "")

    async def check_helo_needed(self, helo: str = "HELO") -> bool:
        """Refuse a command that comes before the greeting."""
        if not self.session.host_name:
            self.sin("no EHLO", f"{self._command} before {helo}")
        return await super().check_helo_needed(helo)


def path(address: str) -> str:
    """Return an address as a test knows it: "" for the null reverse-path."""
    return "" if address == NULL_PATH else address


def _shown(line: bytes) -> str:
    return repr(line[:40])[1:] + "…" * (len(line) > 40)
