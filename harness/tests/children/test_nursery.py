import os
import socket
import subprocess
import sys

import pytest

from netharness.bequest import ROOTS
from netharness.children import control
from netmocks.record import PATIENCE

NURSERY = """
import sys
sys.path[:0] = {roots!r}
from netharness.children.nursery import main
main({calls}, {events}, [{folder!r}])
"""


@pytest.mark.parametrize("is_announced", [True, False])
def test_an_end_that_nobody_announced_is_that_of_a_test_process_that_was_killed(
    tmp_path, is_announced
):
    folder = tmp_path / "folder"
    folder.mkdir()
    calls, theirs = socket.socketpair()
    heard, told = os.pipe()
    code = NURSERY.format(roots=ROOTS, calls=theirs.fileno(), events=told, folder=str(folder))
    descriptors = (theirs.fileno(), told)
    with (
        os.fdopen(heard),
        subprocess.Popen([sys.executable, "-I", "-c", code], pass_fds=descriptors) as nursery,
    ):
        theirs.close()
        os.close(told)
        with calls:
            if is_announced:
                control.send(calls, ("end",))
        assert nursery.wait(4 * PATIENCE) == 0
    # This process lives on: who looked for its death would not see it.
    assert folder.exists() is is_announced
