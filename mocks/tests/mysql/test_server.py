"""MySQLServer: the real server, for a while."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from netmocks.errors import MisuseError
from netmocks.mysql import MySQLServer, server
from netmocks.record import PATIENCE


def test_a_renewed_server_has_nothing_of_before(real_server, client_of):
    real_server.renew(accounts={"one": "1"}, databases=["a", "b"])
    client_of(real_server).run("CREATE TABLE t (i INT)")
    real_server.renew(accounts={"two": "2"}, databases=["a"])
    client = client_of(real_server)

    assert client.run("SELECT CURRENT_USER(), DATABASE()") == [("two@%", "a")]
    assert client.run("SHOW TABLES") == []
    assert ("b",) not in client.run("SHOW DATABASES")
    with pytest.raises(Exception, match="1045"):
        client_of(real_server, user="one", password="1")


def test_odd_names_and_passwords_are_taken_as_they_are(real_server, client_of):
    real_server.renew(accounts={"o'd": "p'a\\s`s"}, databases=["da`ta"])

    assert client_of(real_server).run("SELECT DATABASE()") == [("da`ta",)]
    assert real_server.renew().execute("SHOW DATABASES LIKE 'da%'") == []


def test_nothing_is_left_of_a_server_that_stopped(real_server):
    with MySQLServer() as another:
        assert another.port != real_server.port
        folder = another._folder
        process = another._process
        assert folder.exists()
        with pytest.raises(MisuseError, match="runs already"):
            another.start()

    assert not folder.exists()
    assert process.poll() is not None
    assert real_server.execute("SELECT 1") == ["1"]
    with pytest.raises(MisuseError, match="does not run"):
        another.port  # noqa: B018  # reading it is what is tested
    another.stop()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux can wait for a stranger")
def test_a_server_ends_with_a_process_that_is_killed(real_server):
    program = (
        "import os, sys; from netmocks.mysql import MySQLServer; s = MySQLServer().start();"
        "print(s._folder / 'pid', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        pid_file = Path(child.stdout.readline().strip())
        ending = os.pidfd_open(int(pid_file.read_text()))
        child.kill()
    ended, _, _ = select.select([ending], [], [], PATIENCE)
    os.close(ending)

    assert ended


def test_a_refused_statement_is_told(real_server):
    with MySQLServer() as another, pytest.raises(MisuseError, match="nonsense"):
        another.execute("nonsense")


def test_a_machine_without_a_server_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(server, "installed", lambda: None)

    with pytest.raises(MisuseError, match="apt-get install mariadb-server"):
        MySQLServer()
