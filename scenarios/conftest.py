"""What all scenarios share: running a documented program, and a server that is an impostor."""

import ssl
from collections.abc import Callable, Iterator

import pytest
import trustme
from program import Program

from netharness import Internet


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
