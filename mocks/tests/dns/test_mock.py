import asyncio

import dns.message
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmocks import MisuseError, UnexpectedTraffic, WaitTimeout
from netmocks.dns import EMPTY, NXDOMAIN, Answer, DNSMock
from netmocks.dns.framing import framed


def test_both_transports_answer_at_one_port(ask, tcp, query, values):
    with DNSMock() as server:
        server.on("A", "www.example.com").reply("192.0.2.1")
        client = tcp(server)
        client.sendall(framed(query().to_wire()))
        with client.makefile("rb") as stream:
            wire = stream.read(int.from_bytes(stream.read(2)))
        assert values(ask(server)) == values(dns.message.from_wire(wire)) == ["192.0.2.1"]
        assert [query.transport for query in server.queries] == ["tcp", "udp"]


def test_rules_come_before_zones_and_zones_before_the_directory(ask, values):
    def directory(name, kind):
        return Answer("192.0.2.3") if name.endswith("example.net") else None

    with DNSMock(directory=directory) as server:
        server.zone("example.org", "www A 192.0.2.2\nother A 192.0.2.2")
        server.on("A", "www.example.org").reply("192.0.2.1")
        assert values(ask(server, "A", "www.example.org")) == ["192.0.2.1"]
        assert values(ask(server, "A", "other.example.org")) == ["192.0.2.2"]
        assert values(ask(server, "A", "www.example.net")) == ["192.0.2.3"]
        assert ask(server, "A", "none.example.org").rcode() == 3


def test_what_nobody_answers_is_refused_and_a_finding(ask):
    with pytest.raises(UnexpectedTraffic) as caught, DNSMock(name="ns") as server:  # noqa: PT012  # raised at the end
        server.zone("example.org", "")
        server.on("MX", "example.com", required=False)
        server.on("A", "ww.example.com", required=False)
        assert ask(server).rcode() == 5
    assert str(caught.value).startswith(
        "[unmatched] ns: A www.example.com over UDP is answered neither by a rule nor by a zone of"
        " ns, so it was refused.\n"
        "The nearest of its rules is mock.on('A', 'ww.example.com'). Its zones are: example.org.\n"
        "To answer it, write:\n"
        "    mock.on('A', 'www.example.com').reply('192.0.2.1')"
    )


def test_a_rule_that_has_done_its_times_is_named(ask):
    with DNSMock(tolerate=[]) as server:
        server.on("A", "www.example.com", times=1)
        ask(server)
        ask(server)
        text = server.findings.all[0].text
        server.findings.clear()
    assert "mock.on('A', 'www.example.com') has answered once already" in text


@pytest.mark.parametrize(("ruled", "asked"), [("A", "AAAA"), ("AAAA", "A")])
@pytest.mark.parametrize("name", ["www.example.com", "*.example.com", "*"])
def test_who_asks_for_the_other_address_too_is_told_that_there_is_none(ask, ruled, asked, name):
    with DNSMock() as server:
        server.on(ruled, name).reply("192.0.2.1" if ruled == "A" else "2001:db8::1")
        assert len(ask(server, ruled).answer) == 1
        response = ask(server, asked)
        assert (response.rcode(), response.answer) == (0, [])


@pytest.mark.parametrize("asked", ["A", "AAAA"])
def test_a_rule_that_has_done_its_times_is_a_finding_for_its_own_type_only(ask, asked):
    with DNSMock(tolerate=[]) as server:
        server.on("A", "www.example.com", times=1).reply("192.0.2.1")
        ask(server)
        ask(server, asked)
        assert len(server.findings.all) == (asked == "A")
        server.findings.clear()


def test_who_asks_for_something_else_is_a_finding_still(ask):
    with DNSMock() as server:
        server.on("A", "www.example.com", required=False).reply("192.0.2.1")
        assert ask(server, "MX").rcode() == 5
        assert ask(server, "AAAA", "api.example.com").rcode() == 5
        assert len(server.findings.all) == 2
        server.findings.clear()


def test_a_mock_without_rules_says_so(ask):
    with DNSMock() as server:
        ask(server, "TYPE65280")
        text = server.findings.all[0].text
        server.findings.clear()
    assert "It has no rules yet." in text
    assert "mock.on('TYPE65280', 'www.example.com').reply('...')" in text


def test_a_rule_that_never_answered_is_a_finding():
    server = DNSMock().start()
    server.on("A", "a")
    server.on("A", "b", required=False)
    server.stop()
    with pytest.raises(UnexpectedTraffic, match=r"no query came for mock\.on\('A', 'a'\)"):
        server.verify()


def test_a_withdrawn_rule_answers_no_more(ask):
    with DNSMock() as server:
        server.on("A", "*").reply(NXDOMAIN)
        rule = server.on("A", "www.example.com").reply("192.0.2.1")
        ask(server)
        server.remove(rule)
        assert ask(server).rcode() == 3
        assert rule.count == 1
        with pytest.raises(MisuseError, match="is no rule of dns"):
            server.remove(rule)


def test_queries_can_be_waited_for(ask):
    with DNSMock() as server:
        server.on("*", "*")
        ask(server, "MX", "example.com")
        assert server.wait_for_query(lambda query: query.type == "MX").name == "example.com"
        with pytest.raises(WaitTimeout, match=r"Query MX example\.com over UDP from"):
            server.wait_for_query(lambda query: query.type == "A", timeout=0)


def test_the_journal_tells_what_was_asked(ask):
    with DNSMock() as server:
        server.on("A", "*").reply("192.0.2.1")
        ask(server)
        server.journal.wait_for(lambda entry: entry.kind == "sent")
        kinds = [(entry.connection, entry.kind) for entry in server.journal]
        assert kinds == [(1, "received"), (1, "event"), (1, "event"), (1, "sent")]
        assert "==  A www.example.com over UDP" in str(server.journal)
        assert "==  answer: A 192.0.2.1" in str(server.journal)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (NXDOMAIN, "NXDOMAIN"),
        (EMPTY, "no record"),
        (Answer(rcode="SERVFAIL", answer="a. A 192.0.2.1"), "SERVFAIL, A 192.0.2.1"),
        (
            Answer(*(f"192.0.2.{n}" for n in range(1, 7))),
            "A 192.0.2.1, A 192.0.2.2, A 192.0.2.3, A 192.0.2.4, and 2 more",
        ),
        (Answer(answer="a. TYPE65280 \\# 1 00"), "TYPE65280 \\# 1 00"),
    ],
)
def test_the_journal_tells_what_was_answered(ask, answer, shown):
    with DNSMock() as server:
        server.on("A", "*").reply(answer)
        ask(server)
        server.journal.wait_for(lambda entry: entry.value == f"answer: {shown}", timeout=0)


def test_an_answer_too_large_for_any_message_is_servfail_and_a_finding(tcp, query):
    with DNSMock() as server:
        server.on("A", "*").reply(*(f"10.0.{i // 256}.{i % 256}" for i in range(5000)))
        client = tcp(server)
        client.sendall(framed(query().to_wire()))
        with client.makefile("rb") as stream:
            response = dns.message.from_wire(stream.read(int.from_bytes(stream.read(2))))
        assert response.rcode() == 2
        assert "larger than the 65535 bytes" in server.findings.all[0].text
        server.findings.clear()


@pytest.mark.parametrize(
    ("options", "said"),
    [({"tls": True}, "DNS over TLS"), ({"path": "x"}, "path="), ({"size": 1}, "no size=")],
)
def test_options_that_make_no_sense_are_refused(options, said):
    with pytest.raises(MisuseError, match=said):
        DNSMock(**options).start()


def test_it_serves_coroutines_too(query, values):
    async def main():
        async with DNSMock() as server:
            server.on("A", "www.example.com").reply("192.0.2.1")
            reader, writer = await asyncio.open_connection(*server.address)
            writer.write(framed(query().to_wire()))
            size = int.from_bytes(await reader.readexactly(2))
            assert values(dns.message.from_wire(await reader.readexactly(size))) == ["192.0.2.1"]
            writer.close()
            await writer.wait_closed()

    asyncio.run(main())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=200))
def test_after_whatever_datagram_the_next_query_is_answered(data, udp, query, values):
    with DNSMock(tolerate=["unmatched"]) as server:
        server.on("A", "www.example.com").reply("192.0.2.1")
        asked = query()
        udp.sendto(data, server.address)
        udp.sendto(asked.to_wire(), server.address)
        while (wire := udp.recv(65536))[:2] != asked.to_wire()[:2] or len(wire) < 40:
            pass
        assert values(dns.message.from_wire(wire)) == ["192.0.2.1"]
