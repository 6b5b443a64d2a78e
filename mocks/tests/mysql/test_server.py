"""MySQLServer: the real server, for a while."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from netmocks.errors import MisuseError
from netmocks.mysql import MySQLError, MySQLServer, server
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
    assert real_server.renew().query("SHOW DATABASES LIKE 'da%'") == []


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
    assert real_server.query("SELECT 1") == [(1,)]
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
    with MySQLServer() as another, pytest.raises(MySQLError, match="1064"):
        another.query("nonsense")


def test_a_machine_without_a_server_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(server, "installed", lambda: None)

    with pytest.raises(MisuseError, match="apt-get install mariadb-server"):
        MySQLServer()


#: Stands in for the mysqld of MySQL: it notes how it is called, and serves a mock on its socket.
FAKE = """#!{python}
import os
import sys
options = dict(argument.partition("=")[::2] for argument in sys.argv[1:])
with open({log!r}, "a") as log:
    print(*sys.argv[1:], "in", os.environ.get("TMPDIR"), file=log)
if "--version" in options:
    print("mysqld  Ver 8.4.6 for Linux on x86_64 (MySQL Community Server - GPL)")
elif "--initialize-insecure" in options:
    os.mkdir(options["--datadir"])
else:
    from netmocks.mysql import MySQLMock
    with MySQLMock(accounts={{"root": ""}}, path=options["--socket"]) as mock:
        for ours in ("DROP USER …", "CREATE USER …", "GRANT …"):
            mock.on(ours, required=False).ok()
        print("[System] mysqld: ready for connections. Version: '8.4.6'", file=sys.stderr)
        mock.statements.wait_for(lambda done: False, timeout=600)
"""


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """The log of a machine that has MySQL's own server, and not MariaDB's."""
    log, program = tmp_path / "log", tmp_path / "mysqld"
    program.write_text(FAKE.format(python=sys.executable, log=str(log)))
    program.chmod(0o755)
    monkeypatch.setattr(server, "installed", lambda: str(program))
    return log


def test_the_server_of_mysql_is_made_without_a_password_and_started_with_its_own_options(fake):
    with MySQLServer() as mysql:
        mysql.renew(databases=["a"])
        assert mysql.query("SELECT DATABASE(), 1") == [("a", 1)]
        assert mysql.renew().query("SHOW DATABASES LIKE 'a'") == []

    version, make, serve = [line.split() for line in fake.read_text().splitlines()]
    assert version[:2] == ["--no-defaults", "--version"]
    # MySQL takes --no-defaults in the first place alone.
    assert make[:2] == ["--no-defaults", "--initialize-insecure"]
    assert serve[0] == "--no-defaults"
    [datadir] = [option for option in make if option.startswith("--datadir=")]
    assert datadir in serve
    # A server that starts removes what it takes for its own temporary files.
    assert datadir == f"--datadir={make[-1]}/d"
    assert serve[-2:] == make[-2:]
    assert {"--mysqlx=0", "--bind-address=127.0.0.1", "--skip-log-bin"} <= set(serve)
    assert not any("ssl" in option for option in serve)
    assert ("--user=root" in make) == ("--user=root" in serve) == (os.geteuid() == 0)


def test_a_server_that_can_not_make_its_data_is_told_with_what_it_said(fake):
    program = fake.parent / "mysqld"
    program.write_text("#!/bin/sh\necho 'no room'; exit 1\n")

    with pytest.raises(MisuseError, match=r"mysqld failed:\nno room"):
        MySQLServer().start()


def test_a_server_that_does_not_come_up_is_told_with_what_it_said(fake):
    program = fake.parent / "mysqld"
    program.write_text("#!/bin/sh\ncase $2 in --init*) exit 0;; esac\necho 'broken'; exit 1\n")

    with pytest.raises(MisuseError, match=r"does not come up:\nbroken"):
        MySQLServer().start()
