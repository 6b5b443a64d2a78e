import threading

import pytest

from netmocks import MisuseError, UnexpectedTraffic
from netmocks.dns import EMPTY, NXDOMAIN, SERVFAIL, Answer, DNSMock, late
from netmocks.record import PATIENCE


def test_a_rule_answers_with_data_of_the_type_asked_for(ask, values):
    with DNSMock() as server:
        server.on("MX", "example.com").reply("10 a.example.com", "20 b.example.com", ttl=7)
        response = ask(server, "MX", "example.com")
        assert values(response) == ["10 a.example.com.", "20 b.example.com."]
        assert response.answer[0].ttl == 7


def test_records_come_in_the_order_in_which_they_were_said(ask, values):
    said = [f"192.0.2.{number}" for number in range(20, 0, -1)]
    with DNSMock() as server:
        server.on("A", "www.example.com").reply(*said)
        assert [values(ask(server)) for _ in "abc"] == [said] * 3


@pytest.mark.parametrize(
    ("kind", "name", "asked"),
    [
        ("A", "www.example.com", ("A", "WWW.EXAMPLE.COM.")),
        ("a", "www.example.com.", ("A", "www.example.com")),
        ("A", "*.example.com", ("A", "a.b.example.com")),
        ("*", "www.example.com", ("CAA", "www.example.com")),
        ("A", "*", ("A", ".")),
        ("*", "*", ("TYPE65280", "www.example.org")),
    ],
)
def test_a_rule_matches_type_and_name(ask, kind, name, asked):
    with DNSMock() as server:
        rule = server.on(kind, name)
        assert ask(server, *asked).rcode() == 0
        assert rule.count == 1


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("AAAA", "www.example.com"),
        ("A", "example.com"),
        ("A", "*.www.example.com"),
        ("A", "*.com."),
    ],
)
def test_a_rule_leaves_other_questions_alone(ask, kind, name):
    with DNSMock() as server:
        rule = server.on(kind, name, required=False)
        server.on("A", "www.example.com").reply("192.0.2.1")
        server.remove(server.rules[0]) if name == "*.com." else None
        ask(server)
        assert rule.count == (1 if name == "*.com." else 0)


def test_the_latest_rule_answers_and_steps_aside_after_its_times(ask, values):
    with DNSMock() as server:
        server.on("A", "www.example.com").reply("192.0.2.1")
        server.on("A", "www.example.com", times=1).reply("192.0.2.2")
        assert [values(ask(server)) for _ in "abc"] == [["192.0.2.2"], ["192.0.2.1"], ["192.0.2.1"]]


def test_a_sequence_of_answers_ends_with_the_last(ask):
    with DNSMock() as server:
        server.on("A", "www.example.com").reply(SERVFAIL).then(NXDOMAIN).then("192.0.2.1")
        assert [ask(server).rcode() for _ in "abcd"] == [2, 3, 0, 0]


def test_a_rule_is_the_spy(ask):
    with DNSMock() as server:
        rule = server.on("*", "www.example.com")
        ask(server, "A", "www.example.com")
        ask(server, "TXT", "www.example.com")
        assert [query.type for query in rule.wait_for_calls(2)] == ["A", "TXT"]
        assert rule.calls[1].rule is rule


def an_answer(query):
    return Answer("192.0.2.1")


def a_text(query):
    return "192.0.2.1"


def a_list(query):
    return ["192.0.2.1"]


async def async_text(query):
    return "192.0.2.1"


@pytest.mark.parametrize(
    "function", [an_answer, a_text, a_list, async_text, lambda query: async_text(query)]
)
def test_a_function_answers(ask, values, function):
    with DNSMock() as server:
        server.on("A", "www.example.com").reply(function)
        assert values(ask(server)) == ["192.0.2.1"]


def test_a_function_gets_the_query(ask, values):
    with DNSMock() as server:
        server.on("TXT", "*").reply(lambda query: f"{query.name} over {query.transport}")
        assert values(ask(server, "TXT", "A.example")) == ['"a.example over udp"']


def test_a_function_that_hangs_holds_up_nobody_else(udp, ask, query, values):
    release = threading.Event()

    def hang(asked):
        release.wait(PATIENCE)
        return "192.0.2.1"

    with DNSMock() as server:
        server.on("A", "slow.example.com").reply(hang)
        server.on("A", "www.example.com").reply("192.0.2.2")
        udp.sendto(query("A", "slow.example.com").to_wire(), server.address)
        assert values(ask(server)) == ["192.0.2.2"]
        release.set()
        assert udp.recv(512)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda _: 1 / 0, "ZeroDivisionError"),
        (lambda _: None, r"returned None: it returns text"),
        (lambda _: "banana", "'banana' is no data of a record A"),
        (lambda _: [1], "returned [1]"),
        (lambda _: pytest.fail("no"), "no"),
    ],
)
def test_a_function_that_fails_is_servfail_and_a_finding(ask, function, said):
    with pytest.raises(UnexpectedTraffic) as caught, DNSMock() as server:  # noqa: PT012  # its end
        server.on("A", "www.example.com").reply(function)
        assert ask(server).rcode() == 2
    assert "[handler]" in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what"),
        (("banana",), "is no data of a record A"),
        (("192.0.2.1", NXDOMAIN), "says all by itself"),
        ((7,), "7 is no record data"),
        ((None,), "None is no record data"),
        ((late(2, "banana"),), "is no data of a record A"),
    ],
)
def test_what_is_no_answer_to_such_a_question_is_refused_at_once(arguments, said):
    rule = DNSMock().on("A", "www.example.com")
    for say in (rule.reply, rule.then):
        with pytest.raises(MisuseError) as caught:
            say(*arguments)
        assert said in str(caught.value)


def test_data_without_a_type_is_refused():
    with pytest.raises(MisuseError, match="depends on the type that is asked for"):
        DNSMock().on("*", "www.example.com").reply("192.0.2.1")
    DNSMock().on("*", "www.example.com").reply(EMPTY)


@pytest.mark.parametrize("times", [0, -1, 1.5, "1"])
def test_a_rule_answers_at_least_once(times):
    with pytest.raises(MisuseError, match="a rule answers at least once"):
        DNSMock().on("A", "www.example.com", times=times)


def test_a_name_in_the_place_of_the_type_is_refused_with_what_to_write():
    with pytest.raises(MisuseError, match=r"comes first: on\('A', 'www\.example\.com'\)"):
        DNSMock().on("www.example.com", "A")


@pytest.mark.parametrize(("kind", "name"), [("FOO", "a"), ("A", "a..b"), ("A", ""), ("A", "*.")])
def test_no_rule_is_about_what_can_not_be(kind, name):
    with pytest.raises(MisuseError):
        DNSMock().on(kind, name)


def test_a_sequence_can_begin_anew(ask):
    with DNSMock() as server:
        server.on("A", "www.example.com").reply(SERVFAIL).then("192.0.2.1").cycle()
        assert [ask(server).rcode() for _ in "abcd"] == [2, 0, 2, 0]


def test_a_rule_ends_with_its_block(ask, values):
    with DNSMock() as server:
        server.on("A", "www.example.com").reply("192.0.2.1")
        with server.on("A", "www.example.com").reply(SERVFAIL):
            assert ask(server).rcode() == 2
        assert values(ask(server)) == ["192.0.2.1"]
        with server.on("A", "other.example.com"):
            pass
        assert "no query came for mock.on('A', 'other.example.com')" in server.findings.all[0].text
        server.findings.clear()
