"""What all scenarios share: running a documented program, and a server that is an impostor."""

import ssl
import sys
from collections.abc import Callable, Iterator

import pytest
import trustme
from program import Program

from netharness import Internet
from netharness.children.child import Child, Completed
from netharness.sealed import probe


@pytest.fixture
def program(request: pytest.FixtureRequest) -> Iterator[Callable[..., Program]]:
    """Make a program of a file beside the test, and type some lines into it."""
    made: list[Program] = []

    def make(name: str, *typed: str) -> Program:
        made.append(Program(request.path.parent / name, typed))
        return made[-1]

    yield make
    for started in made:
        started.join()


@pytest.fixture
def internet(program: Callable[..., Program], internet: Internet) -> Internet:
    """The test's internet. It ends before the programs are joined: its end lets servers go."""
    return internet


@pytest.fixture(scope="session")
def no_seal() -> str:
    """Why this system allows no seal; "" if it does."""
    return probe.refusal()


@pytest.fixture
def sealed_net(no_seal: str) -> Iterator[Internet]:
    """An internet for programs that are processes, sealed."""
    if no_seal:
        pytest.skip(f"no seal: {no_seal}")
    with Internet(sealed="required") as internet:
        yield internet


@pytest.fixture
def guided_net() -> Iterator[Internet]:
    """An internet for programs that are processes, led by their start-up modules."""
    with Internet(sealed="off") as internet:
        yield internet


@pytest.fixture(params=["guided_net", "sealed_net"])
def net(request: pytest.FixtureRequest) -> Internet:
    """An internet for programs that are processes, of each kind."""
    return request.getfixturevalue(request.param)


class Processes:
    """Runs and starts the files beside a test as processes of an internet."""

    def __init__(self, net: Internet, request: pytest.FixtureRequest) -> None:
        self._net = net
        self._folder = request.path.parent

    def run(self, name: str, typed: str = "") -> Completed:
        """Run a program to its end; it is typed a text, and must not complain."""
        done = self._net.run(self._command(name), input=typed)
        assert (done.exit_code, done.errors) == (0, "")
        return done

    def start(self, name: str, *, port: int = 0, terminal: bool = False) -> Child:
        """Start a program, and wait until it listens at a port, if one is given."""
        child = self._net.start(self._command(name), terminal=terminal)
        if port:
            child.wait_until_listening(port)
        return child

    def _command(self, name: str) -> list[str]:
        return [sys.executable, str(self._folder / name)]


@pytest.fixture
def processes(net: Internet, request: pytest.FixtureRequest) -> Processes:
    """Run the files beside the test as processes, in each kind of internet."""
    return Processes(net, request)


@pytest.fixture
def sealed_processes(sealed_net: Internet, request: pytest.FixtureRequest) -> Processes:
    """Run the files beside the test as processes in the seal."""
    return Processes(sealed_net, request)


@pytest.fixture
def impostor(internet):
    """Put a server at a host's name, with a certificate for it from nobody's authority."""

    def put(host):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert(host).configure_cert(context)

        def serve(connection):
            try:
                with context.wrap_socket(connection, server_side=True) as secured:
                    secured.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbelieve me")
            except ssl.SSLError:
                pass  # the client does not believe it

        return internet.tcp(host, 443, serve)

    return put
