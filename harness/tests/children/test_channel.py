"""The channel, asked by whoever finds it."""

import marshal
import os
import socket
import tempfile
from pathlib import Path

import pytest

from netharness import Internet
from netharness.children.channel import LONGEST
from netharness.children.question import ask


@pytest.fixture
def path(internet) -> str:
    return os.environ["NETHARNESS_CHANNEL"]


def test_a_question_is_answered(internet, path):
    internet.tcp("echo.example.com", 7)
    assert ask(path, "addresses_of", "echo.example.com", 7, 0) == ["198.18.0.1"]


def test_an_error_is_raised_where_it_was_asked(path, found):
    with pytest.raises(socket.gaierror, match="nobody has the name"):
        ask(path, "addresses_of", "nobody.example.com", 7, 0, place="there.py:7 in main")
    [finding] = found()
    assert "looked up at there.py:7 in main" in finding


def test_an_unknown_question_is_an_error(path):
    with pytest.raises(OSError, match="failed: KeyError"):
        ask(path, "nonsense")


def test_a_channel_that_is_gone_is_told():
    with pytest.raises(ConnectionRefusedError, match=r"the private internet .* has ended"):
        ask("/nonesuch/channel", "addresses_of", "x", 1, 0)


@pytest.mark.parametrize(
    "garbage",
    [b"", b"garbage", marshal.dumps(None), marshal.dumps(("addresses_of", (), "")), b"\xff" * 1000],
)
def test_garbage_is_answered_with_an_error_and_the_channel_goes_on(internet, path, garbage):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(path)
        client.sendall(garbage)
        client.shutdown(socket.SHUT_WR)
        kind, (_, text) = marshal.loads(client.recv(LONGEST))
    assert kind == "OSError"
    assert "failed" in text
    assert ask(path, "name_at", "127.0.0.1") == "localhost"


def test_a_question_without_end_is_cut_off(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(path)
        with pytest.raises(OSError):
            client.sendall(b"x" * LONGEST * 100)
    assert ask(path, "name_at", "127.0.0.1") == "localhost"


def test_who_leaves_without_a_word_is_no_matter(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
    assert ask(path, "name_at", "127.0.0.1") == "localhost"


def test_a_long_path_for_temporary_files_is_avoided(tmp_path, monkeypatch):
    folder = tmp_path / ("long" * 20)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with Internet():
        assert ask(os.environ["NETHARNESS_CHANNEL"], "name_at", "127.0.0.1") == "localhost"


def test_only_this_user_finds_the_channel(path):
    assert Path(path).parent.stat().st_mode & 0o077 == 0
