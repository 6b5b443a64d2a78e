import re
from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]

TWO = """
    from netmocks.faults import Latency

    def test_one():
        assert not Latency(1, jitter=1).seed

    def test_two(tcp_mock):
        assert not Latency(1, jitter=1).seed

    def test_without_chance():
        assert not Latency(1)
"""


def seeds(result: pytest.RunResult) -> list[str]:
    """Return the seeds of the faults in failing tests."""
    return re.findall(r"^E +assert not (\d+)$", result.stdout.str(), re.MULTILINE)


def test_a_failing_test_tells_how_to_replay_its_chance(run: Run) -> None:
    first = run(TWO)
    first.assert_outcomes(failed=3)
    (told,) = set(re.findall(r"--internet-seed=(\d+)$", first.stdout.str(), re.MULTILINE))
    assert first.stdout.str().count("--internet-seed=") == 2
    again = run(TWO, f"--internet-seed={told}")
    assert len(set(seeds(first))) == 2
    assert seeds(again) == seeds(first)


def test_a_test_s_chance_does_not_depend_on_those_before_it(run: Run) -> None:
    both = seeds(run(TWO, "--internet-seed=7"))
    assert seeds(run(TWO, "--internet-seed=7", "-k", "test_two")) == both[1:]


def test_another_number_is_another_chance(run: Run) -> None:
    assert seeds(run(TWO, "--internet-seed=7")) != seeds(run(TWO, "--internet-seed=8"))


def test_a_test_that_imports_mocks_itself_is_replayed_too(run: Run) -> None:
    late = """
        def test_it(internet):
            from netmocks.faults import Latency
            assert not Latency(1, jitter=1).seed
    """
    assert seeds(run(late, "--internet-seed=7")) == seeds(run(late, "--internet-seed=7"))


LOSSY = """
    import socket
    from netmocks.faults import DropDatagram
    from netmocks.udp import echo

    def test_it(internet):
        server = internet.udp("a.example.com", 7, echo)
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.connect(("a.example.com", 7))
            with server.fault(DropDatagram(chance=0.5)):
                for number in range(64):
                    client.send(b"%d " % number)
                server.datagrams.wait_for_count(64)
            client.send(b"end")
            heard = b"".join(iter(lambda: client.recv(9), b"end")).decode()
            assert not heard
"""


def test_a_failing_test_is_replayed_to_the_byte(run: Run) -> None:
    def survivors(result: pytest.RunResult) -> str:
        (numbers,) = re.findall(r"^E .*assert not '([\d ]+)'$", result.stdout.str(), re.MULTILINE)
        return str(numbers)

    first = run(LOSSY, "-vv")
    (told,) = re.findall(r"--internet-seed=(\d+)$", first.stdout.str(), re.MULTILINE)
    assert 8 < len(survivors(first).split()) < 56
    assert survivors(run(LOSSY, "-vv", f"--internet-seed={told}")) == survivors(first)
    assert survivors(run(LOSSY, "-vv", f"--internet-seed={int(told) + 1}")) != survivors(first)
