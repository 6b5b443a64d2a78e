from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]


def test_a_failing_test_s_report_has_its_findings_and_its_transcript(run: Run) -> None:
    result = run("""
        import socket
        from netmocks.tcp import echo

        def test_it(internet):
            internet.tcp("echo.example.com", 7, echo)
            with socket.create_connection(("echo.example.com", 7)) as client:
                client.sendall(b"hello")
                client.recv(100)
            try:
                socket.gethostbyname("nobody.example.com")
            except OSError:
                pass
            assert 1 == 2
    """)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*assert 1 == 2",
            "*- Internet: findings -*",
            "[[]unrouted] internet: nobody has the name 'nobody.example.com'*",
            "*- Internet: transcript -*",
            "* internet *--  route: echo.example.com looked up: 198.18.0.1",
            "* echo.example.com:7#1  --  opened by *",
            "* echo.example.com:7#1  C:  hello",
            "* echo.example.com:7#1  S:  hello",
        ]
    )


def test_findings_at_the_end_come_with_the_transcript_and_are_told_once(run: Run) -> None:
    result = run("""
        import socket

        def test_it(internet):
            try:
                socket.gethostbyname("nobody.example.com")
            except OSError:
                pass
    """)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*- Internet: transcript -*", "*route: refused: nobody has *"])
    report = result.stdout.str().partition("short test summary")[0]
    assert "Internet: findings" not in report
    assert report.count("[unrouted]") == 1


def test_every_mock_of_a_failing_test_testifies(run: Run) -> None:
    result = run("""
        import socket

        def test_it(tcp_mock, udp_mock):
            with socket.create_connection(tcp_mock.address) as client:
                client.sendall(b"by stream")
                client.recv(100)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.sendto(b"by datagram", udp_mock.address)
                client.recv(100)
            assert False
    """)
    result.stdout.fnmatch_lines(
        [
            "*- TCPMock: transcript -*",
            "* tcp_mock#1  C:  by stream",
            "*- UDPMock: transcript -*",
            "* udp_mock#1  C:  by datagram",
        ]
    )


def test_a_passing_test_shows_nothing(run: Run) -> None:
    result = run(
        """
        import socket

        def test_it(tcp_mock):
            with socket.create_connection(tcp_mock.address) as client:
                client.sendall(b"hello")
                client.recv(100)
    """,
        "-rA",
    )
    result.assert_outcomes(passed=1)
    assert "TCPMock: " not in result.stdout.str()


def test_a_failing_test_without_traffic_shows_no_transcript(run: Run) -> None:
    result = run("def test_it(internet, tcp_mock):\n    assert False\n")
    result.assert_outcomes(failed=1)
    assert "Internet: " not in result.stdout.str()
    assert "TCPMock: " not in result.stdout.str()


def test_a_long_transcript_shows_what_was_said_last(run: Run) -> None:
    result = run("""
        def test_it(internet):
            for number in range(200):
                internet.note(f"number {number}")
            assert False
    """)
    result.stdout.fnmatch_lines(["(50 older entries)", "*route: number 50", "*route: number 199"])
    assert "route: number 49\n" not in result.stdout.str()


def test_a_fixture_that_fails_shows_what_was_said(run: Run) -> None:
    result = run("""
        import pytest

        @pytest.fixture
        def broken(internet):
            internet.note("before it broke")
            raise ZeroDivisionError

        def test_it(broken):
            pass
    """)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ERROR at setup*", "*route: before it broke"])


def test_findings_of_a_fixture_that_fails_are_told_once(run: Run) -> None:
    result = run("""
        import pytest

        @pytest.fixture
        def broken(http_mock):
            http_mock.on("GET", "/")
            raise ZeroDivisionError

        def test_it(broken):
            pass
    """)
    result.assert_outcomes(errors=1)


def test_findings_of_a_test_whose_end_fails_too_are_told_once(run: Run) -> None:
    result = run("""
        import pytest

        @pytest.fixture
        def broken(http_mock):
            yield
            raise ZeroDivisionError

        def test_it(http_mock, broken):
            http_mock.findings.add("handler", "http_mock", "it broke")
            assert False
    """)
    result.assert_outcomes(failed=1, errors=1)
    assert result.stdout.str().count("[handler] http_mock: it broke") == 1


def test_witnesses_are_those_of_their_own_test(run: Run) -> None:
    result = run("""
        def test_first(internet):
            internet.note("of the first")

        def test_second(internet):
            internet.note("of the second")
            assert False
    """)
    result.stdout.fnmatch_lines(["*route: of the second"])
    assert "of the first" not in result.stdout.str()


def test_a_failing_report_tells_which_fault_struck_and_where(run: Run) -> None:
    result = run(
        """
        import socket
        from netmocks.faults import Cut, Nth
        from netmocks.tcp import echo

        def test_it(internet):
            server = internet.tcp("a.example.com", 7, echo)
            server.fault(Cut(after=Nth(b"-", 2)), connection=2)
            for expected in (b"one-two-three", b"one-two-three"):
                with socket.create_connection(("a.example.com", 7)) as client:
                    client.sendall(expected)
                    client.shutdown(socket.SHUT_WR)
                    assert b"".join(iter(lambda: client.recv(100), b"")) == expected
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*Internet: transcript*",
            "* a.example.com:7#2  S!  fault: Cut: closed after 8 bytes, behind b'-' number 2",
        ]
    )
