from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]


def test_each_fixture_works(run: Run) -> None:
    run("""
        import dns.message, dns.query, imaplib, poplib, smtplib, socket, urllib.request

        def test_internet(internet):
            internet.http("api.example.com").on("GET", "/").reply("hello")
            with urllib.request.urlopen("https://api.example.com/") as response:
                assert response.read() == b"hello"

        def test_http_mock(http_mock):
            http_mock.on("GET", "/").reply("hello")
            with urllib.request.urlopen(http_mock.url("/")) as response:
                assert response.read() == b"hello"

        def test_smtp_mock(smtp_mock):
            with smtplib.SMTP(smtp_mock.host, smtp_mock.port) as client:
                client.sendmail("me@example.com", ["you@example.com"], "hello")
            assert smtp_mock.wait_for_message(to="you@example.com").sender == "me@example.com"

        def test_lmtp_mock(lmtp_mock):
            with smtplib.LMTP(*lmtp_mock.address) as client:
                client.sendmail("me@example.com", ["you@example.com"], "Subject: hello")
            assert lmtp_mock.wait_for_message(to="you@example.com").subject == "hello"

        def test_pop3_mock(pop3_mock):
            pop3_mock.mailboxes.open("me@example.com").add("Subject: hi\\n\\nhello")
            client = poplib.POP3(pop3_mock.host, pop3_mock.port)
            client.user("me@example.com")
            client.pass_("any")
            assert client.retr(1)[1] == [b"Subject: hi", b"", b"hello"]
            client.quit()

        def test_imap_mock(imap_mock):
            imap_mock.mailboxes.open("me@example.com").add("Subject: hi\\n\\nhello")
            with imaplib.IMAP4(imap_mock.host, imap_mock.port) as client:
                client.login("me@example.com", "any")
                client.select()
                assert client.fetch("1", "(BODY[TEXT])")[1][0][1] == b"hello"

        def test_tcp_mock(tcp_mock):
            with socket.create_connection(tcp_mock.address) as client:
                client.sendall(b"hello")
                assert client.recv(100) == b"hello"

        def test_udp_mock(udp_mock):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.sendto(b"hello", udp_mock.address)
                assert client.recv(100) == b"hello"

        def test_dns_mock(dns_mock):
            dns_mock.on("A", "www.example.com").reply("192.0.2.1")
            query = dns.message.make_query("www.example.com", "A")
            response = dns.query.udp(query, dns_mock.host, 5, port=dns_mock.port)
            assert response.answer[0][0].to_text() == "192.0.2.1"
    """).assert_outcomes(passed=9)


def test_every_fixture_is_new_for_each_test(run: Run) -> None:
    run("""
        import pytest

        seen = []

        @pytest.mark.parametrize("turn", [1, 2])
        def test_all(
            turn, internet, dns_mock, http_mock, imap_mock, lmtp_mock, pop3_mock, smtp_mock,
            tcp_mock, udp_mock
        ):
            mails = (imap_mock, lmtp_mock, pop3_mock, smtp_mock)
            for fixture in (internet, dns_mock, http_mock, *mails, tcp_mock, udp_mock):
                assert list(fixture.journal) == []
                assert not any(fixture is other for other in seen)
                seen.append(fixture)
    """).assert_outcomes(passed=2)


def test_the_loop_s_thread_lasts_from_the_first_mock_to_the_end(run: Run) -> None:
    run("""
        import pytest, threading
        from netmocks.wire.loop import NAME

        threads = []

        @pytest.mark.parametrize("turn", [1, 2, 3])
        def test_it(turn, tcp_mock):
            threads.append([t for t in threading.enumerate() if t.name == NAME][-1])
            assert len(set(threads)) == 1
    """).assert_outcomes(passed=3)


# -- findings -------------------------------------------------------------------------------------

#: Tests whose own code sees nothing wrong, and what is found after them.
FINDINGS = {
    "unmatched": (
        """
        import urllib.error, urllib.request

        def test_it(http_mock):
            try:
                urllib.request.urlopen(http_mock.url("/events"))
            except urllib.error.HTTPError as error:
                error.close()
        """,
        ["[[]unmatched] http_mock: GET http://* matches no rule*", "*http_mock.on('GET', '/ev*"],
    ),
    "handler": (
        """
        import socket

        async def fail(reader, writer):
            raise ZeroDivisionError("the handler failed")

        def test_it(tcp_mock):
            tcp_mock.become(fail)
            with socket.create_connection(tcp_mock.address) as client:
                assert client.recv(100) == b""
        """,
        ["[[]handler] tcp_mock#1: an exception while serving", "ZeroDivisionError: the handler*"],
    ),
    "script": (
        """
        import socket
        from netmocks.tcp import Script

        def test_it(tcp_mock):
            tcp_mock.become(Script().send(b"ready").expect(b"QUIT"))
            with socket.create_connection(tcp_mock.address) as client:
                assert client.recv(100) == b"ready"
        """,
        ["[[]script] tcp_mock*"],
    ),
    "unused": (
        """
        def test_it(http_mock):
            http_mock.on("GET", "/events")
        """,
        ["[[]unused] http_mock: no request came for http_mock.on('GET', '/events')*"],
    ),
    "unrouted": (
        """
        import socket

        def test_it(internet):
            try:
                socket.gethostbyname("nobody.example.com")
            except OSError:
                pass
        """,
        [
            "[[]unrouted] internet: nobody has the name 'nobody.example.com', looked up at *",
            "    internet.http('nobody.example.com')",
        ],
    ),
}


@pytest.mark.parametrize(("kind", "source", "lines"), [(k, *v) for k, v in FINDINGS.items()])
def test_a_finding_fails_a_passed_test_at_its_end_without_a_traceback(
    run: Run, kind: str, source: str, lines: list[str]
) -> None:
    result = run(source)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_it*", *lines])
    result.stdout.fnmatch_lines([f"(to let this pass: tolerate=[[]'{kind}'])"])
    text = result.stdout.str()
    assert "netharness/fixtures.py" not in text
    assert "netmocks/findings.py" not in text
    assert "UnexpectedTraffic" not in text


@pytest.mark.parametrize(("kind", "source"), [(k, v[0]) for k, v in FINDINGS.items()])
def test_the_configuration_tolerates_a_kind_for_all_tests(
    run: Run, pytester: pytest.Pytester, kind: str, source: str
) -> None:
    pytester.makeini(f"[pytest]\ninternet_tolerate = {kind}\n")
    run(source).assert_outcomes(passed=1)


@pytest.mark.parametrize(("kind", "source"), [(k, v[0]) for k, v in FINDINGS.items()])
def test_the_marker_tolerates_a_kind_for_one_test(run: Run, kind: str, source: str) -> None:
    marked = source.replace(
        "        def test_it(",
        f"        @pytest.mark.internet(tolerate=[{kind!r}])\n        def test_it(",
    )
    run(f"        import pytest\n{marked}").assert_outcomes(passed=1)


SWALLOWING = """
    import pytest, socket

    def swallow():
        try:
            socket.gethostbyname("nobody.example.com")
        except OSError:
            pass
"""


def test_markers_and_configuration_add_up(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ninternet_tolerate = handler script\n")
    run(f"""{SWALLOWING}
    pytestmark = pytest.mark.internet(tolerate=["unused"])

    @pytest.mark.internet(tolerate=["unrouted"])
    def test_it(internet):
        assert internet.findings.tolerated == {{"handler", "script", "unused", "unrouted"}}
        swallow()
    """).assert_outcomes(passed=1)


def test_one_kind_may_be_tolerated_as_plain_text(run: Run) -> None:
    run(f"""{SWALLOWING}
    @pytest.mark.internet(tolerate="unrouted")
    def test_it(internet):
        swallow()
    """).assert_outcomes(passed=1)


def test_a_test_may_deal_with_its_findings_itself(run: Run) -> None:
    run(f"""{SWALLOWING}
    def test_it(internet):
        swallow()
        with pytest.raises(AssertionError, match="nobody.example.com"):
            internet.verify()
    """).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "arguments", ["['unrouted']", "tolerated=['unrouted']", "tolerate=['unrouted'], port=80"]
)
def test_other_arguments_of_the_marker_are_an_error(run: Run, arguments: str) -> None:
    result = run(f"""
        import pytest

        @pytest.mark.internet({arguments})
        def test_it(internet):
            pass
    """)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*::test_it: the internet marker takes tolerate=[[]...] and sealed=True, and nothing else"]
    )


@pytest.mark.parametrize(
    "fixture",
    [
        "internet",
        "dns_mock",
        "http_mock",
        "imap_mock",
        "lmtp_mock",
        "pop3_mock",
        "smtp_mock",
        "tcp_mock",
        "udp_mock",
    ],
)
def test_a_kind_that_does_not_exist_is_an_error(run: Run, fixture: str) -> None:
    result = run(f"""
        import pytest

        @pytest.mark.internet(tolerate=["rain"])
        def test_it({fixture}):
            pass
    """)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*tolerate=[[]'rain'] names no kind of finding; the kinds are: unmatched, handler, *"]
    )


def test_the_journal_s_limit_is_configured(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ninternet_journal_limit = 12345\n")
    run("""
        def test_it(internet, tcp_mock):
            assert internet.journal.limit == tcp_mock.journal.whole.limit == 12345
    """).assert_outcomes(passed=1)


@pytest.mark.parametrize("limit", ["a lot", "0", "-1", "1.5"])
def test_a_limit_that_is_no_number_of_bytes_is_an_error(
    run: Run, pytester: pytest.Pytester, limit: str
) -> None:
    pytester.makeini(f"[pytest]\ninternet_journal_limit = {limit}\n")
    result = run("def test_it(internet):\n    pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [f"*internet_journal_limit = {limit}: it is a positive number of bytes"]
    )


def test_several_fixtures_of_one_test_are_each_verified(run: Run) -> None:
    result = run("""
        def test_it(http_mock, internet):
            http_mock.on("GET", "/of-the-mock")
            internet.http("api.example.com").on("GET", "/of-the-internet")
    """)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines_random(["*'/of-the-mock')*", "*'/of-the-internet')*"])


def test_a_rule_of_mail_that_nobody_came_for_is_told_as_it_was_written(run: Run) -> None:
    result = run("""
        def test_it(smtp_mock, internet):
            smtp_mock.on("RCPT", to="a@example.com")
            internet.smtp("mx.example.com").on("MESSAGE", over=5)
            internet.smtp("mx.example.com", 2525).on("MAIL", required=False)
    """)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines_random(
        [
            "*no client came for smtp_mock.on('RCPT', to='a@example.com')*",
            "*no client came for internet.smtp('mx.example.com').on('MESSAGE', over=5)*",
        ]
    )
    result.stdout.no_fnmatch_line("*2525*")


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        ("pytest.skip('no printer')", "skipped"),
        ("pytest.xfail('known')", "xfailed"),
        ("assert False, 'its own failure'", "failed"),
    ],
)
def test_a_test_that_did_not_pass_is_not_failed_again_by_its_findings(
    run: Run, end: str, outcome: str
) -> None:
    run(f"""
        import pytest

        def test_it(http_mock):
            http_mock.on("GET", "/")
            {end}
    """).assert_outcomes(**{outcome: 1})


def test_async_tests_use_every_fixture(run: Run) -> None:
    run(
        """
        import asyncio, pytest

        @pytest.mark.asyncio
        async def test_it(internet, tcp_mock, http_mock, smtp_mock, udp_mock):
            reader, writer = await asyncio.open_connection(*tcp_mock.address)
            writer.write(b"hello")
            assert await reader.readexactly(5) == b"hello"
            writer.close()
            await writer.wait_closed()
        """,
        *("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function"),
    ).assert_outcomes(passed=1)


def test_a_documented_server_in_a_thread_ends_in_silence(run: Run) -> None:
    result = run("""
        import socket, threading

        threads = []

        def serve():
            server = socket.socket()
            server.bind(("10.40.122.215", 3000))
            server.listen()
            while True:
                connection, _ = server.accept()
                connection.close()

        def test_it(internet):
            threads.append(threading.Thread(target=serve))
            threads[0].start()
            internet.wait_until_listening("10.40.122.215", 3000)
            with socket.create_connection(("10.40.122.215", 3000)) as client:
                assert client.recv(100) == b""

        def test_it_has_ended():
            threads[0].join(5)
            assert not threads[0].is_alive()
    """)
    result.assert_outcomes(passed=2)
    assert "ServerLetGo" not in result.stdout.str() + result.stderr.str()


def test_a_thread_that_fails_is_still_reported(run: Run) -> None:
    result = run("""
        import threading

        def fail():
            raise ZeroDivisionError("the thread failed")

        def test_it(internet):
            thread = threading.Thread(target=fail)
            thread.start()
            thread.join()
    """)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*PytestUnhandledThreadExceptionWarning*"])
