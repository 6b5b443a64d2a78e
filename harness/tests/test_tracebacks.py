from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]

IN_VAIN = """
    def test_it(smtp_mock):
        smtp_mock.wait_for_message(timeout=0)
"""

NOBODY = """
    import socket

    def test_it(internet):
        socket.create_connection(("nobody.example.com", 80))
"""

UNITTEST = """
    import unittest
    import pytest

    class Test(unittest.TestCase):
        @pytest.fixture(autouse=True)
        def keep(self, smtp_mock):
            self.mock = smtp_mock

        def test_it(self):
            self.mock.wait_for_message(timeout=0)
"""

MISUSE = """
    import pytest

    @pytest.fixture
    def mail(internet):
        return internet.mail("me@example.com")

    def test_it(mail):
        pass
"""


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (IN_VAIN, ">*smtp_mock.wait_for_message(timeout=0)"),
        (NOBODY, ">*_socket.getaddrinfo(*"),
        (UNITTEST, ">*self.mock.wait_for_message(timeout=0)"),
        (MISUSE, '>*internet.mail("me@example.com")'),
    ],
    ids=["in vain", "nobody", "unittest", "misuse"],
)
def test_a_report_ends_at_the_line_that_called_us(run: Run, source: str, line: str) -> None:
    result = run(source)
    result.stdout.fnmatch_lines([line])
    result.stdout.no_fnmatch_line("*netmocks/*.py:*")
    result.stdout.no_fnmatch_line("*netharness/*.py:*")


def test_a_full_trace_has_our_frames_too(run: Run) -> None:
    result = run(IN_VAIN, "--full-trace")
    result.stdout.fnmatch_lines(["*record.py:*: WaitTimeout"])


def test_an_error_that_nobody_meant_to_raise_is_shown_with_its_way(run: Run) -> None:
    result = run("""
        from netmocks.record import Record

        def test_it():
            Record(limit="much")
    """)
    result.stdout.fnmatch_lines(["*record.py:*: TypeError"])


def test_a_predicate_that_fails_is_shown_with_its_own_line(run: Run) -> None:
    result = run("""
        from netmocks import MisuseError

        def refuse(entry):
            raise MisuseError("not this one")

        def test_it(tcp_mock):
            tcp_mock.journal.whole.write("a", "event")
            tcp_mock.journal.whole.wait_for(refuse)
    """)
    result.stdout.fnmatch_lines([">*raise MisuseError(*", "*MisuseError: not this one"])


def test_what_no_test_called_is_shown_whole(run: Run) -> None:
    result = run(
        """
        def test_it(tcp_mock):
            pass
        """,
        "-o",
        "internet_tolerate=scripts",
    )
    result.stdout.fnmatch_lines(["*findings.py:*: MisuseError"])
