"""DNSMock: a name server."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Unpack

from netmocks.dns import codec, explain, records
from netmocks.dns.answer import EMPTY, REFUSED, SERVFAIL, Answer, Content
from netmocks.dns.engine import DatagramEngine, Respond, StreamEngine, hear
from netmocks.dns.query import Query, Transport
from netmocks.dns.records import ADDRESSES
from netmocks.dns.rule import Handler, Rule
from netmocks.dns.transfer import TRANSFERS, transferred
from netmocks.dns.zone import Zone
from netmocks.dns.zones import Directory, Zones, nothing_known
from netmocks.errors import MisuseError
from netmocks.faults import DatagramFault, Fault, Refuse, SlowAccept
from netmocks.journal import LIMIT
from netmocks.mock import Door, Mock, MockOptions
from netmocks.record import PATIENCE, Record, anything
from netmocks.wire.datagram import Datagrams
from netmocks.wire.endpoint import Endpoint
from netmocks.wire.listener import Listener
from netmocks.wire.pair import Pair

#: What a query gets that no rule answers.
BY_ZONES = Answer()
BY_ZONES.of_zones = True


class DNSMock(Mock):
    """A name server on UDP and TCP, at one port.

        with DNSMock() as dns:
            rule = dns.on("A", "www.example.com").reply("192.0.2.1")
            dns.zone("example.org", "mail 300 IN A 192.0.2.2")

    The latest rule that matches answers; without one, the zone in charge of the name; without
    one, the directory. A query that none of them knows gets REFUSED, and so does the test when it
    ends.

    Arguments:
        directory: from a name and a type to an `Answer`, or None; asked for what no zone has.
        spelling: how the test calls the mock, for explanations.
        options: see `MockOptions`; it takes neither `path`, `sock` nor `tls`.

    Raises:
        MisuseError: an option that makes no sense.
    """

    default_name = "dns"
    transports = ("udp", "tcp")
    fault_kinds = (Fault, DatagramFault, SlowAccept, Refuse)
    fault_example = "DropDatagram(nth=2), or Cut(after=100) where it comes over TCP"

    def __init__(
        self,
        *,
        directory: Directory = nothing_known,
        spelling: str = "mock",
        **options: Unpack[MockOptions],
    ) -> None:
        super().__init__(**options)
        if any(endpoint.tls for endpoint in self.endpoints):
            raise MisuseError("tls=True: DNS over TLS is not supported")
        self._spelling = spelling
        self._zones = Zones(directory)
        # Replaced, never changed: the loop thread reads it while a test adds to it.
        self._rules: tuple[Rule, ...] = ()
        #: every query, whatever answered it, waitable
        self.queries: Record[Query] = Record(limit=LIMIT)

    # -- what it answers ----------------------------------------------------------------------

    def on(self, type: str, name: str, *, times: int | None = None, required: bool = True) -> Rule:
        """Add a rule and return it; it comes before all that were added earlier.

        Arguments:
            type: "A" and so on; "TYPE65280" for one without a name; "*" for any.
            name: the name that is asked for, "*.example.com" for all below one, "*" for any.
            times: how often the rule answers before it steps aside; without end if left out.
            required: whether it is a finding if the rule never answers.

        Raises:
            MisuseError: no such type, or no such name.
        """
        rule = Rule(
            self,
            type,
            name,
            times=times,
            required=required,
            spelling=f"{self._spelling}.on({type!r}, {name!r})",
        )
        self._rules = (rule, *self._rules)
        return rule

    def remove(self, rule: Rule) -> None:
        """Withdraw a rule; what it saw stays readable.

        Raises:
            MisuseError: it is no rule of this mock.
        """
        if rule not in self._rules:
            raise MisuseError(f"{rule!r} is no rule of {self.name}, or was withdrawn before")
        self._rules = tuple(other for other in self._rules if other is not rule)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in the order in which they are asked: the latest first."""
        return self._rules

    def zone(self, origin: str, text: str) -> None:
        """Put a zone in its charge: what is not in it does not exist.

        Arguments:
            origin: its topmost name, "example.com".
            text: its records, one a line, as in a zone file (RFC 1035 §5.1): "www 300 IN A
                192.0.2.1". Names without a final dot are below the origin, "@" is the origin
                itself; class and TTL (60 seconds) may be left out. It needs neither SOA nor NS;
                without an SOA, it can't be transferred (AXFR, IXFR).

        Raises:
            MisuseError: the text is no such text, and in which line; or the zone is there already.
        """
        self._zones.add(Zone(origin, text))

    def is_in_charge(self, name: str, *types: str) -> bool:
        """Whether a rule or a zone of its own answers for a name; its directory is not asked.

        Arguments:
            name: the name.
            types: those that are asked for, one of which suffices.
        """
        try:
            domain = records.name_of(name)
        except MisuseError:  # nobody can be in charge of it
            return False
        kinds = [records.type_of(each) for each in types]
        return self._zones.of(domain) is not None or any(
            not rule.is_spent and rule.is_about(domain, kind)
            for rule in self._rules
            for kind in kinds
        )

    def is_asked_along(self, name: str, type: str) -> bool:
        """Whether clients ask this in one breath with what a rule answers: A and AAAA.

        What they then find is no record of the type that the test has not thought of.
        """
        if type not in ADDRESSES:
            return False
        domain = records.name_of(name)
        ruled = [
            each
            for each in ADDRESSES
            if any(rule.is_about(domain, records.type_of(each)) for rule in self._rules)
        ]
        return bool(ruled) and type not in ruled

    # -- what it was asked --------------------------------------------------------------------

    def wait_for_query(
        self, predicate: Callable[[Query], object] = anything, *, timeout: float = PATIENCE
    ) -> Query:
        """Return the first query, past or future, that matches; see `Record.wait_for`."""
        return self.queries.wait_for(predicate, timeout=timeout)

    # -- for its engines ----------------------------------------------------------------------

    def _open(self, endpoint: Endpoint) -> Pair:
        return Pair(self.site, endpoint, lambda: StreamEngine(self), lambda: DatagramEngine(self))

    def _open_also(self, endpoint: Endpoint) -> Door:
        if endpoint.sock is None:
            return self._open(endpoint)
        if endpoint.is_stream:
            return Listener(self.site, endpoint, lambda: StreamEngine(self))
        return Datagrams(self.site, endpoint, lambda: DatagramEngine(self))

    def hear(self, message: bytes, transport: Transport, peer: Any, respond: Respond) -> None:
        """Take a message that came by no wire of its own; in the loop thread only.

        Arguments:
            message: the message.
            transport: what it is to be taken to have come by.
            peer: who asks, as the journal shows it.
            respond: gets the response, empty where there is none, exactly once.
        """
        hear(self, message, transport, peer, 0, respond)

    def serve(self, query: Query, respond: Respond) -> None:
        """See to it that a query gets its response; runs in the loop thread."""
        rule = next((rule for rule in self._rules if rule.matches(query)), None)
        query.rule = rule
        answer = BY_ZONES if rule is None else rule.next_answer()
        if query.transport == "tcp":
            self.site.note_event(query.connection, query)
        else:
            self.site.journal.write(self.name, "event", query.connection, value=query)
        self.queries.append(query, query.size)
        if isinstance(answer, Answer) and not any(fault.delay for fault in answer.faults):
            respond(self._response(query, answer))
        else:
            task = self.spawn(self._serve_later(query, answer, respond), answer)
            task.add_done_callback(partial(_give_up, respond))

    async def _serve_later(self, query: Query, answer: Answer | Handler, respond: Respond) -> None:
        """Serve a query whose answer takes its time."""
        if not isinstance(answer, Answer):
            assert query.rule is not None
            try:
                answer = await query.rule.ask(answer, query)
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # pytest.fail() and sys.exit() too: the test is told
                self.site.report(error, query.connection)
                answer = SERVFAIL
        await asyncio.sleep(sum(fault.delay for fault in answer.faults))
        respond(self._response(query, answer))

    def _response(self, query: Query, answer: Answer) -> bytes:
        """Return the response; what the test got wrong in it is a finding, and SERVFAIL."""
        faults = [fault for fault in answer.faults if query.transport in fault.transports]
        try:
            if answer.of_zones:
                content = self._known(query)
            else:
                content = answer.content(query.domain, query.kind)
            response = codec.write(query, content, faults)
        except MisuseError as error:
            self.site.report(error, query.connection)
            return codec.write(query, SERVFAIL.content(query.domain, query.kind))
        note = partial(self.site.journal.write, self.name, connection=query.connection)
        note("event", value=f"answer: {content}")
        for fault in faults:
            note("fault", value=f"{fault.name}: {query}")
        return response

    def _known(self, query: Query) -> Content:
        if query.kind in TRANSFERS:
            zone = self._zones.of(query.domain)
            content = None if zone is None else transferred(query, zone)
        else:
            content = self._zones.answer(query.domain, query.kind)
        if content is None and self.is_asked_along(query.name, query.type):
            return EMPTY.content(query.domain, query.kind)
        if content is None:
            text = explain.unmatched(query, self._rules, self._zones, self.name, self._spelling)
            self.findings.add("unmatched", self.name, text)
            return REFUSED.content(query.domain, query.kind)
        return content

    def _conclude(self) -> None:
        for rule in self._rules:
            rule.report_unused()


def _give_up(respond: Respond, task: asyncio.Task[None]) -> None:
    """Let nobody wait for an answer that was cancelled."""
    if task.cancelled():
        respond(b"")
