"""Stream: one accepted connection, standing between its carrier and the engine.

    carrier ─ received ─ TLS ─ faults ─ journal: received ─ engine.data_received
    carrier ─ write ──── TLS ─ journal: sent ─ faults ───── engine's transport.write

To the engine a stream is the transport. So an engine that knows nothing of us, a library's own,
gets its journal and its TLS. What TLS does on the way is in `encryption.py`, what faults do in
`courses.py`; most streams have neither.
"""

import asyncio
import os
import socket
import ssl
import struct
from collections.abc import Callable, Iterable
from typing import Any, cast

from netmocks.errors import MisuseError
from netmocks.faults import End, Fault, Placed
from netmocks.wire.carrier import Carrier
from netmocks.wire.courses import Courses
from netmocks.wire.encryption import Encryption
from netmocks.wire.site import Site
from netmocks.wire.tls import TLSInfo

Buffer = bytes | bytearray | memoryview

#: SO_LINGER switched on with no time: closing sends RST instead of FIN (RFC 9293 §3.10.4).
LINGER_NONE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


def reset(transport: asyncio.Transport | Carrier) -> None:
    """Close a connection at once, with RST where there is such a thing."""
    raw = transport.get_extra_info("socket")
    if raw is not None and raw.fileno() != -1 and raw.family != getattr(socket, "AF_UNIX", None):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
    transport.abort()


class Stream(asyncio.Transport):
    """One connection.

    Arguments:
        site: the mock that it belongs to.
        engine: makes the protocol that speaks; called once the connection can carry its bytes.
        on_made: called with the stream when it is connected.
        on_lost: called with the stream when it is over.
        tls: makes the server context where clients speak TLS from the first byte.
    """

    def __init__(
        self,
        site: Site,
        engine: Callable[[], asyncio.BaseProtocol],
        on_made: Callable[["Stream"], None],
        on_lost: Callable[["Stream"], None],
        tls: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        super().__init__()
        self.site = site
        #: ordinal among the mock's connections, from 1
        self.number = next(site.ordinals)
        self._write_entry = site.journal.write
        self._make_engine = engine
        self._engine: asyncio.Protocol | None = None
        self._on_made = on_made
        self._on_lost = on_lost
        #: has what we write
        self.carrier: Carrier
        self._tls = Encryption(self, tls()) if tls is not None else None
        # Once a fault was placed here: what is said goes through it first.
        self._courses: Courses | None = None
        self._bulk = 0
        self._is_clogged = False  # the client can't keep up
        self._is_engine_paused = False
        self._is_engine_busy = False  # it asked for no more for now
        self._is_leaving = False  # it closes once what is under way has left
        self._has_said_end = False  # the engine says no more
        self._is_muted = False  # a fault has half-closed it, of which the engine knows nothing
        #: who ended the connection, once somebody has
        self.ended_by = ""
        #: whether the engine goes on after the client's last byte; None until that has come
        self._goes_on: bool | None = None

    # -- towards the carrier ------------------------------------------------------------------

    def connection_made(self, carrier: Carrier) -> None:
        """Have a carrier from now on."""
        self.carrier = carrier
        self.note("opened", value=carrier.get_extra_info("peername"))
        for placed in self.site.plan:
            self.place(placed)
        self._on_made(self)
        if self._tls is None:
            self.start_engine()

    def received(self, data: memoryview) -> None:
        """Take what came; it is copied, for the view is of a buffer that is used again."""
        if self._is_leaving:  # the engine said that it is done
            return
        if self._tls is not None:
            self._tls.hear(bytes(data))
        elif self._courses is not None:
            self._courses.hear(bytes(data))
        elif self._bulk:
            self._deliver_bulk(data)
        else:
            self._deliver(bytes(data))

    def eof_received(self) -> bool:
        """The client says no more; true if the connection stays open for now."""
        if self._tls is not None and not self._tls.is_end_in_turn():
            return False
        return self.end_input()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over: by an error, or as somebody wanted it."""
        if isinstance(exc, ConnectionResetError):
            self.ended_by = "reset by the client"
        elif exc is not None:
            self.ended_by = f"broken: {exc}"
        self.ended_by = self.ended_by or "by the client"
        self.note("closed", value=self.ended_by)
        if self._tls is not None:
            self._tls.lost(self.ended_by)
        if self._engine is not None:
            self._guarded(self._engine.connection_lost, exc)
            self._engine = None  # so that neither keeps the other for the garbage collector
        self.site.events.pop(self.number, None)
        if self._courses is not None:
            self._courses.close()
        self._on_lost(self)

    def pause_writing(self) -> None:
        """The client can't keep up."""
        self._is_clogged = True
        self.balance_writing()

    def resume_writing(self) -> None:
        """The client can keep up again."""
        self._is_clogged = False
        self.balance_writing()

    def balance_writing(self) -> None:
        """Let the engine pause where the client, or the course before it, can't keep up."""
        pause = self._is_clogged
        if self._courses is not None:
            pause = self._courses.pace_outward(pause)
        if self._engine is None or pause is self._is_engine_paused:
            return
        self._is_engine_paused = pause
        self._guarded(self._engine.pause_writing if pause else self._engine.resume_writing)

    # -- between ------------------------------------------------------------------------------

    def note(self, kind: Any, *, data: bytes = b"", value: object = None) -> None:
        """Write what happened to this connection into the journal."""
        self._write_entry(self.site.name, kind, connection=self.number, data=data, value=value)

    def start_engine(self) -> None:
        """Let somebody speak: the connection can carry plaintext now."""
        self._engine = self._guarded(self._make_engine)
        if self._engine is not None:
            self._guarded(self._engine.connection_made, self)

    def arrive(self, plaintext: bytes) -> None:
        """Take what the client said: through the faults that are placed, or at once."""
        if self._courses is not None:
            self._courses.hear(plaintext)
        else:
            self.take_in(plaintext)

    def take_in(self, plaintext: bytes) -> None:
        """Take what the client said, behind the faults."""
        if self._bulk:
            self._deliver_bulk(memoryview(plaintext))
        else:
            self._deliver(plaintext)

    def _deliver(self, data: bytes) -> None:
        """Hand plaintext to the engine."""
        self._write_entry(self.site.name, "received", self.number, "in", data)
        if self._engine is not None:
            try:
                self._engine.data_received(data)
            except BaseException as error:  # see _guarded, which would cost one call more
                self._broke(error)

    def _deliver_bulk(self, data: memoryview) -> None:
        """Hand over bytes that are only to be looked at, then those behind them."""
        bulk, data = data[: self._bulk], data[self._bulk :]
        self._bulk -= len(bulk)
        if self._engine is not None:
            self._guarded(self._engine.data_received, bulk)
        if data and not self.is_closing():
            self._deliver(bytes(data))

    def end_input(self) -> bool:
        """The client says no more; true if the connection stays open for now."""
        if self._courses is not None and self._courses.hear_end():
            return True
        if not self.finish_reading():
            if self._courses is None:
                return False
            self.close()  # behind what is under way
        return True

    def finish_reading(self) -> bool:
        """Tell the engine, once, that the client says no more; true if the engine goes on."""
        if self._goes_on is None:
            self.ended_by = self.ended_by or "by the client"
            engine = self._engine
            self._goes_on = engine is not None and bool(self._guarded(engine.eof_received))
        return self._goes_on

    def _guarded(self, function: Callable[..., Any], *arguments: object) -> Any:
        """Call the engine; what it raises is a finding, and the end of this connection only."""
        try:
            return function(*arguments)
        except BaseException as error:  # pytest.fail() or sys.exit() must not end the loop either
            self._broke(error)
            return None

    def _broke(self, error: BaseException) -> None:
        self.report(error)
        self.abort()

    def report(self, error: BaseException) -> None:
        """Keep an exception of the test's own code (or of an engine) as a finding."""
        self.site.report(error, self.number)

    def expect_bulk(self, count: int) -> None:
        """Do not keep the next bytes in the journal: more than that would hold.

        The engine gets them as views of a buffer that is used again, and notes what they were.
        """
        self._bulk = count

    # -- TLS ----------------------------------------------------------------------------------

    async def start_tls(self, context: ssl.SSLContext, received: bytes = b"") -> None:
        """Upgrade a plain connection in mid-dialogue (STARTTLS and its kin).

        The engine has told its client to go ahead, and forgets what it read but did not use:
        those bytes came in the clear (RFC 3207 §6).

        Arguments:
            context: the server's.
            received: the beginning of the handshake, of a client that does not wait to be told to
                go ahead, as MySQL's do.

        Raises:
            MisuseError: the connection speaks TLS already.
            ConnectionResetError: the client left, or the handshake failed.
        """
        if self._tls is not None:
            raise MisuseError("this connection speaks TLS already")
        if self._courses is not None:  # what the engine said last goes in the clear
            self.carrier.pause_reading()
            await self._courses.said()
            self.balance_reading()
            if self.carrier.is_closing():
                raise ConnectionResetError(f"the connection ended: {self.ended_by}")
        self._tls = Encryption(self, context)
        await self._tls.upgrade(received)

    # -- towards the engine: a transport ------------------------------------------------------

    def write(self, data: Buffer) -> None:
        if not data or self._is_leaving or self._is_muted or self.carrier.is_closing():
            return
        if self._has_said_end:
            raise RuntimeError("write() behind write_eof(), which said that no more comes")
        sent = data if type(data) is bytes else bytes(memoryview(data))  # a number is no length
        if self._courses is not None:
            self._courses.say(sent)
        else:  # as `send` does, which would cost one call more
            self._write_entry(self.site.name, "sent", self.number, "out", sent)
            self.carrier.write(sent if self._tls is None else self._tls.channel.send(sent))

    def send(self, data: bytes) -> None:
        """Write plaintext, behind the faults."""
        self._write_entry(self.site.name, "sent", self.number, "out", data)
        self.carrier.write(data if self._tls is None else self._tls.channel.send(data))

    def writelines(self, list_of_data: Iterable[Buffer]) -> None:
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        """Write what is pending, say goodbye, and close."""
        if self.is_closing():
            return
        self.ended_by = self.ended_by or "by the mock"
        if self._courses is not None:
            self._is_leaving = True
            self._courses.say_end(End.CLOSE)
        else:
            self.shut()

    def shut(self) -> None:
        """Say goodbye and close, behind the faults."""
        self.ended_by = self.ended_by or "by the mock"
        if self._tls is not None:
            self.carrier.write(self._tls.channel.farewell())
        self.carrier.close()

    def abort(self) -> None:
        """Close at once; what is pending is lost."""
        self.ended_by = self.ended_by or "by the mock"
        self.carrier.abort()

    def reset(self) -> None:
        """Close at once with RST, which the client sees as ECONNRESET."""
        self.ended_by = "reset by the mock"
        reset(self.carrier)

    @property
    def was_reset(self) -> bool:
        """Whether it ended with RST, by the client or by the mock."""
        return self.ended_by.startswith("reset")

    def stop(self) -> None:
        """End the connection because its mock stops."""
        self.ended_by = self.ended_by or "by the mock, which stopped"
        self.carrier.abort()

    def write_eof(self) -> None:
        """Half-close: no more bytes from the mock, while the client may go on."""
        self._has_said_end = True
        if self._courses is not None:
            self._courses.say_end(End.HALF_CLOSE)
        else:
            self.shut_half()

    def shut_half(self) -> None:
        """Half-close, behind the faults."""
        if self._tls is None:
            self.carrier.write_eof()
        else:  # close_notify says it (RFC 8446 §6.1)
            self.carrier.write(self._tls.channel.farewell())

    def can_write_eof(self) -> bool:
        return self._tls is None

    def is_closing(self) -> bool:
        return self._is_leaving or self.carrier.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if self._tls is not None and name in ("ssl_object", "cipher", "peercert"):
            return self._tls.extra_info(name)
        return self.carrier.get_extra_info(name, default)

    @property
    def encrypted(self) -> bool:
        """Whether the connection speaks TLS."""
        return self._tls is not None

    @property
    def tls_info(self) -> TLSInfo | None:
        """What the TLS handshake agreed on; None before it, and without TLS."""
        tls = None if self._tls is None else self._tls.channel
        return tls.info if tls is not None and tls.established else None

    @property
    def server_name(self) -> str:
        """The name that the client asked for in its TLS handshake (SNI), empty if none."""
        return self._tls.channel.info.server_name if self._tls is not None else ""

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._engine = cast("asyncio.Protocol", protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        assert self._engine is not None
        return self._engine

    def is_reading(self) -> bool:
        return self._goes_on is None and self.carrier.is_reading()

    def pause_reading(self) -> None:
        self._is_engine_busy = True
        self.balance_reading()

    def resume_reading(self) -> None:
        self._is_engine_busy = False
        self.balance_reading()

    def balance_reading(self) -> None:
        """Read no more where the engine, or the course before it, can't keep up."""
        pause = self._is_engine_busy
        if self._courses is not None:
            pause = self._courses.pace_inward(pause)
        if pause:
            self.carrier.pause_reading()
        else:
            self.carrier.resume_reading()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.carrier.set_write_buffer_limits(high, low)

    def get_write_buffer_size(self) -> int:
        under_way = self._courses.size if self._courses is not None else 0
        return under_way + self.carrier.get_write_buffer_size()

    def get_write_buffer_limits(self) -> tuple[int, int]:
        return self.carrier.get_write_buffer_limits()

    # -- faults that are placed -----------------------------------------------------------------

    def place(self, placed: Placed) -> None:
        """Let a fault strike what is said from now on, if it concerns this connection."""
        if isinstance(placed.fault, Fault) and placed.concerns(self.number):
            if self._courses is None:
                self._courses = Courses(self)
            self._courses.place(placed, placed.fault)

    def withdraw(self, placed: Placed) -> None:
        """Let a fault strike no more, and hold up nothing."""
        if self._courses is not None:
            self._courses.withdraw(placed)

    def end(self, end: End) -> None:
        """Let a fault end the connection, or this side of it."""
        match end:
            case End.CLOSE:
                self.close()
            case End.RESET:
                self.reset()
            case End.HALF_CLOSE:
                self.write_eof()
                self._is_muted = True
