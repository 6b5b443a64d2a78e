"""MySQLServer: a throw-away MariaDB or MySQL of this machine, where one is installed."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Self

from netmocks.errors import MisuseError
from netmocks.mysql.reach import Reachable
from netmocks.wire.endpoint import free_port

#: Programs of the server and of its command line client, in the order of preference.
SERVERS = ("mariadbd", "mysqld")
CLIENTS = ("mariadb", "mysql")

#: Where distributions put servers, and PATH often does not lead.
FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/opt/homebrew/bin")

#: What a server says once it can be reached.
READY = "ready for connections"

#: What the client says behind each of our statements.
MARK = "netmocks: done"

#: Options that make a server start fast, small and careless: its data are thrown away.
CARELESS = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=32M",
    "--innodb-doublewrite=0",
    "--sync-binlog=0",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--skip-name-resolve",
    "--character-set-server=utf8mb4",
)

#: Runs the server until its input ends, be it that the process that started it has been killed;
#: then nothing of it is left either.
GUARD = '"$@" & exec >&- 2>&-; read _; kill -9 $!; wait $!; rm -rf -- "$0"'

#: Seconds that a new database waits for a client of the old one to end its transaction.
PATIENCE = 5

#: Databases that belong to the server.
BUILT_IN = ("information_schema", "mysql", "performance_schema", "sys")

#: Attempts to find a port that stays free until the server binds it.
ATTEMPTS = 3


class MySQLServer(Reachable):
    """A real server, with a data directory, a port and a socket of its own.

        with MySQLServer() as server:
            server.renew(accounts={"root": "123456"}, databases=["test"])
            connection = mysql.connector.connect(**server.login)

    Nothing of it is left when it stops.

    Raises:
        MisuseError: none is installed.
    """

    def __init__(self) -> None:
        found = installed()
        if found is None:
            raise MisuseError(
                "no MySQL server is installed: apt-get install mariadb-server, or take the mock:"
                ' engine="mock"'
            )
        self._program, self._client_program = found
        self.accounts = {}
        self.databases = ()
        self._folder: Path | None = None
        self._process: subprocess.Popen[str] | None = None
        self._client: subprocess.Popen[str] | None = None
        self._port = 0

    @property
    def host(self) -> str:
        """The host of its address."""
        return "127.0.0.1"

    @property
    def port(self) -> int:
        """The port of its address."""
        if not self.running:
            raise MisuseError("the server has no port, for it does not run: call start()")
        return self._port

    @property
    def running(self) -> bool:
        """Whether it serves."""
        return self._process is not None

    def start(self) -> Self:
        """Make its data directory, start it, and return once it can be reached.

        Raises:
            MisuseError: it runs already, or does not come up.
        """
        if self.running:
            raise MisuseError("the server runs already: stop() it first")
        # A socket's path has to be short.
        self._folder = Path(tempfile.mkdtemp(prefix="nm-"))
        try:
            self._process = self._launched(self._folder)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._client = _piped(
            [
                *(self._client_program, "--no-defaults", f"--socket={self._folder / 's'}"),
                *("--user=root", "--batch", "--unbuffered", "--skip-column-names"),
            ]
        )
        # These would match a client of 127.0.0.1 better than the accounts that tests want.
        others = ("'root'@'127.0.0.1'", "'root'@'::1'", "''@'localhost'", "''@'%'")
        self.execute(f"DROP USER IF EXISTS {', '.join(others)}")
        self.execute(f"SET lock_wait_timeout = {PATIENCE}")
        return self

    def stop(self) -> None:
        """End it at once, and remove its data. Stopping one that does not run does nothing."""
        for process in (self._client, self._process):
            if process is not None:
                _end(process)
        self._client = self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def renew(
        self,
        *,
        accounts: Mapping[str, str] | None = None,
        databases: Iterable[str] = ("test",),
    ) -> Self:
        """Drop all databases and accounts of before, and make these.

        Arguments:
            accounts: user names and their passwords; `root` without one where left out.
            databases: those that exist then.

        Raises:
            MisuseError: a client of before still holds a transaction open.
        """
        wanted = dict(accounts) if accounts is not None else {"root": ""}
        new = tuple(databases)
        statements = [f"DROP DATABASE {_name(name)}" for name in self._others()]
        statements += [f"CREATE DATABASE {_name(name)} CHARACTER SET utf8mb4" for name in new]
        statements += [f"DROP USER IF EXISTS {_text(user)}@'%'" for user in self.accounts or {}]
        for user, password in wanted.items():
            account = f"{_text(user)}@'%'"
            statements.append(f"CREATE USER {account} IDENTIFIED BY {_text(password)}")
            statements.append(f"GRANT ALL PRIVILEGES ON *.* TO {account} WITH GRANT OPTION")
        self.execute(";\n".join(statements))
        self.accounts, self.databases = wanted, new
        return self

    def _others(self) -> list[str]:
        lines = self.execute("SHOW DATABASES")
        return [name for name in lines if name.lower() not in BUILT_IN]

    def execute(self, sql: str) -> list[str]:
        """Run statements as the server's own administrator; return the lines of their answers.

        Raises:
            MisuseError: the server refused one, or has ended.
        """
        client = self._client
        if client is None:
            raise MisuseError("the server does not run: call start()")
        assert client.stdin is not None
        assert client.stdout is not None
        client.stdin.write(f"{sql};\nSELECT '{MARK}';\n")
        client.stdin.flush()
        lines: list[str] = []
        for line in client.stdout:
            if line.rstrip("\n") == MARK:
                return lines
            lines.append(line.rstrip("\n"))
        raise MisuseError(f"the server refused {sql!r}: {' '.join(lines)}")

    # -- its process --------------------------------------------------------------------------

    def _make_data(self, folder: Path) -> None:
        data = folder / "d"
        if Path(self._program).name == "mariadbd":
            maker = _program(("mariadb-install-db",)) or "mariadb-install-db"
            command = [maker, "--no-defaults", "--auth-root-authentication-method=normal"]
            command += ["--skip-test-db", "--skip-name-resolve"]
        else:
            command = [self._program, "--no-defaults", "--initialize-insecure"]
        done = subprocess.run(  # noqa: S603  # a program of this machine, without a shell
            [*command, f"--datadir={data}", *_user()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise MisuseError(f"{command[0]} failed:\n{done.stdout[-2000:]}")

    def _launched(self, folder: Path) -> "subprocess.Popen[str]":
        said = ""
        for _ in range(ATTEMPTS):
            folder.mkdir(exist_ok=True)
            self._make_data(folder)
            self._port = free_port()
            process = _piped(
                [
                    *("sh", "-c", GUARD, str(folder)),
                    *(self._program, "--no-defaults", f"--datadir={folder / 'd'}", *_user()),
                    *(f"--port={self._port}", "--bind-address=127.0.0.1"),
                    *(f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}"),
                    *CARELESS,
                    *(("--mysqlx=0",) if Path(self._program).name == "mysqld" else ()),
                ]
            )
            said = _until_ready(process)
            if said == READY:
                return process
            _end(process)
        raise MisuseError(f"{self._program} does not come up:\n{said[-2000:]}")


def _until_ready(process: "subprocess.Popen[str]") -> str:
    """Return READY once a server can be reached, or what it said before it ended."""
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if READY in line:
            process.stdout.close()  # what it says later would fill the pipe
            return READY
    return "".join(said)


def _piped(command: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603  # a program of this machine, without a shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _end(process: "subprocess.Popen[str]") -> None:
    """Let a process end, by the end of its input."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()


def _user() -> list[str]:
    """Return the option that lets root run a server as root."""
    return ["--user=root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _program(names: Iterable[str]) -> str | None:
    path = os.pathsep.join([os.environ.get("PATH", ""), *FOLDERS])
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def installed() -> tuple[str, str] | None:
    """Return the programs of a server and its client; None where none is installed."""
    server, client = _program(SERVERS), _program(CLIENTS)
    return (server, client) if server and client else None


@cache
def shared() -> MySQLServer:
    """Return the one server of this process, running; it ends with the process, or by `stop`.

    Raises:
        MisuseError: none is installed, or it does not come up.
    """
    server = MySQLServer().start()
    atexit.register(server.stop)
    return server


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _name(value: str) -> str:
    return "`" + value.replace("`", "``") + "`"
