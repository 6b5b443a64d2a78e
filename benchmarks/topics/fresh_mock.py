"""A test with a server of its own and one request: what that costs in a real pytest run."""

import json
import tempfile
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import pytest_run
from effort import Effort
from rounds import turns
from row import Outcome, Row, Samples, at_most


class Kind(NamedTuple):
    """One way to write such tests."""

    #: the plugin that its fixture is from
    plugin: str | None
    #: what comes before the tests
    head: str
    #: one test, to be numbered
    test: str


OURS = "http_mock"
BARE = "bare asyncio server"
PEER = "pytest-httpserver"

OURS_SMTP = "smtp_mock"
BARE_SMTP = "canned replies in asyncio"
PEER_SMTP = "smtpdfix"

HEAD = "from urllib.request import urlopen\n"

#: A server of the test's own in a loop that stays, made by what `made` names.
HEAD_BARE = """
import pytest

from contenders.background import BackgroundLoop, port_of

background = BackgroundLoop()


@pytest.fixture
def server():
    server = background.listen({made})
    yield server
    background.close(server)
"""

HEAD_SMTP = """
from smtplib import SMTP

MAIL = ("a@example.com", ["b@example.com"], "Subject: hello\\r\\n\\r\\nworld\\r\\n")
"""

HEAD_BARE_SMTP = """
from contenders.replay import Replay

SAID = [
    b"220 localhost ESMTP\\r\\n",
    b"250-localhost\\r\\n250 SIZE 33554432\\r\\n",
    *[b"250 OK\\r\\n"] * 2,
    b"354 Go on\\r\\n",
    b"250 OK\\r\\n",
    b"221 Bye\\r\\n",
]
"""

KINDS = {
    OURS: Kind(
        "netharness",
        HEAD,
        """
def test_{}(http_mock):
    http_mock.on("GET", "/hello").reply("hello, world")
    with urlopen(http_mock.url("/hello")) as response:
        assert response.read() == b"hello, world"
""",
    ),
    BARE: Kind(
        None,
        HEAD + "from contenders.http_bare import BareHTTP\n" + HEAD_BARE.format(made="BareHTTP"),
        """
def test_{}(server):
    with urlopen(f"http://127.0.0.1:{{port_of(server)}}/hello") as response:
        assert response.read() == b"hello, world"
""",
    ),
    PEER: Kind(
        "pytest_httpserver",
        HEAD,
        """
def test_{}(httpserver):
    httpserver.expect_request("/hello", method="GET").respond_with_data("hello, world")
    with urlopen(httpserver.url_for("/hello")) as response:
        assert response.read() == b"hello, world"
""",
    ),
    OURS_SMTP: Kind(
        "netharness",
        HEAD_SMTP,
        """
def test_{}(smtp_mock):
    with SMTP(smtp_mock.host, smtp_mock.port, local_hostname="localhost") as client:
        client.sendmail(*MAIL)
    assert smtp_mock.messages[0].subject == "hello"
""",
    ),
    BARE_SMTP: Kind(
        None,
        HEAD_SMTP + HEAD_BARE_SMTP + HEAD_BARE.format(made="lambda: Replay(SAID)"),
        """
def test_{}(server):
    with SMTP("127.0.0.1", port_of(server), local_hostname="localhost") as client:
        client.sendmail(*MAIL)
""",
    ),
    PEER_SMTP: Kind(
        "smtpd",
        HEAD_SMTP,
        """
def test_{}(smtpd):
    with SMTP(smtpd.hostname, smtpd.port, local_hostname="localhost") as client:
        client.sendmail(*MAIL)
    assert smtpd.messages[0]["Subject"] == "hello"
""",
    ),
}

#: Tests at either end of a run that set up or take down what the session shares.
MARGIN = 1


def measure(effort: Effort) -> Outcome:
    """Compare the seconds a test."""
    seconds: dict[str, list[float]] = {name: [] for name in KINDS}
    for name, kind in turns([*KINDS.items()], effort.rounds):
        seconds[name].append(_seconds_a_test(kind, effort.tests))
    ours, bare, peer, ours_smtp, bare_smtp, peer_smtp = (
        Samples(name, seconds[name]) for name in KINDS
    )
    rows = [
        Row("test with a fresh HTTP mock", "s", ours, bare, at_most(1.2)),
        Row("test with a fresh HTTP mock", "s", ours, peer, at_most(1)),
        Row("test with a fresh SMTP mock", "s", ours_smtp, peer_smtp, at_most(0.4)),
        Row("test with a fresh SMTP mock", "s", ours_smtp, bare_smtp),
        Row("the same with canned replies alone", "s", bare_smtp, peer_smtp),
    ]
    return Outcome(rows)


def _seconds_a_test(kind: Kind, count: int) -> float:
    text = kind.head + "\n".join(kind.test.format(number) for number in range(count))
    with tempfile.TemporaryDirectory() as directory:
        file = pytest_run.folder_with(directory, "test_fresh.py", text)
        result = Path(directory) / "seconds.json"
        pytest_run.run(file, plugin=kind.plugin, more=("-p", "stopwatch"), STOPWATCH=str(result))
        seconds = json.loads(result.read_text())
    return fmean(seconds[MARGIN:-MARGIN])
