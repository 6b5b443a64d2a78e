"""What tests of placed faults have: mocks that say something, and a client."""

import asyncio

import pytest

from netmocks.tcp import TCPMock, echo


class Line(asyncio.Protocol):
    """Takes each line for an event, and says it again in upper case."""

    def connection_made(self, transport):
        self.stream = transport
        self.buffer = b""

    def data_received(self, data):
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            self.stream.site.note_event(self.stream.number, line)
            self.stream.write(line.upper() + b"\n")


@pytest.fixture
def echoing():
    """A mock that says everything again."""
    with TCPMock(echo, name="echo") as mock:
        yield mock


@pytest.fixture
def lines():
    """A mock whose events are lines."""
    with TCPMock(Line, name="lines") as mock:
        yield mock


@pytest.fixture
def talk(connect):
    """Say something, half-close, and return all that is answered."""

    def talk(mock, data, client=None):
        client = client or connect(mock)
        client.sendall(data)
        client.shutdown(1)
        return client.makefile("rb").read()

    return talk
