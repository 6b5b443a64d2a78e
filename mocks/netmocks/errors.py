"""Every error that the mocks raise.

NetmocksError
├── MisuseError        the test is wrong: the message says what to write instead
├── PeerError          the client broke the protocol
├── WaitTimeout        what a test waited for did not arrive (also an AssertionError)
└── UnexpectedTraffic  what happened is not what the test said (also an AssertionError)

Each carries one string, so each survives pickling (pytest-xdist sends errors between processes).
"""


class NetmocksError(Exception):
    """The root of the tree."""


class MisuseError(NetmocksError):
    """The test asked for something that can't be done; raised at once, where it was asked."""


class PeerError(NetmocksError):
    """The client on the other end broke the protocol."""


class WaitTimeout(NetmocksError, AssertionError):
    """Nothing that was waited for arrived in time; the text shows what did arrive."""


class UnexpectedTraffic(NetmocksError, AssertionError):
    """Findings were left at the end of a test; the text names each of them."""
