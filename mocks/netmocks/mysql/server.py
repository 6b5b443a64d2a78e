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
from netmocks.mysql.client import Client
from netmocks.mysql.error import MySQLError
from netmocks.mysql.protocol.parameters import Parameter
from netmocks.mysql.reach import Reachable
from netmocks.wire.endpoint import free_port
from netmocks.wire.outbound import dial

#: Programs of the server, in the order of preference.
SERVERS = ("mariadbd", "mysqld")

#: Where distributions put servers, and PATH often does not lead.
FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/opt/homebrew/bin")

#: What a server says once it can be reached.
READY = "ready for connections"

#: Seconds that the server may take for a statement of the test itself.
ANSWER = 60

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

#: What each program has besides. MariaDB's clients need no TLS for their passwords, and a relay
#: can read what they say; those of MySQL do, so it keeps its own.
OWN = {"MariaDB": ("--skip-ssl",), "MySQL": ("--mysqlx=0",)}

#: Runs the server until its input ends, be it that the process that started it has been killed;
#: then nothing of it is left either.
GUARD = '"$@" & exec >&- 2>&-; read _; kill -9 $!; wait $!; rm -rf -- "$0"'

#: Seconds that a new database waits for a client of the old one to end its transaction.
PATIENCE = 5

#: The error of a statement that waited for a lock in vain.
LOCKED = 1205

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
        self._program = found
        self._make = _make(found)
        self.accounts = {}
        self.databases = ()
        self._folder: Path | None = None
        self._process: subprocess.Popen[str] | None = None
        self._client: Client | None = None
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
        self._client = Client(dial(str(self._folder / "s"), ANSWER))
        # These would match a client of 127.0.0.1 better than the accounts that tests want.
        others = ("'root'@'127.0.0.1'", "'root'@'::1'", "''@'localhost'", "''@'%'")
        self._administer(f"DROP USER IF EXISTS {', '.join(others)}")
        return self

    def stop(self) -> None:
        """End it at once, and remove its data. Stopping one that does not run does nothing."""
        if self._client is not None:
            self._client.close()
        if self._process is not None:
            _end(self._process)
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
        self._administer(f"SET lock_wait_timeout = {PATIENCE}", *statements)
        self.accounts, self.databases = wanted, new
        return self

    def _others(self) -> list[str]:
        found = [str(name) for (name,) in self._administer("SHOW DATABASES")]
        return [name for name in found if name.lower() not in BUILT_IN]

    def _administer(self, *statements: str) -> list[tuple[Parameter, ...]]:
        """Run statements of our own; return the rows of the last."""
        client = self._connected()
        client.renew("")
        found: list[tuple[Parameter, ...]] = []
        for statement in statements:
            try:
                found = client.query(statement)
            except MySQLError as error:
                why = (
                    "; a client of an earlier test still holds a transaction open: the code under"
                    " test has to close its connections"
                ) * (error.number == LOCKED)
                raise MisuseError(f"the server refused {statement!r}: {error}{why}") from None
        return found

    def _connected(self) -> Client:
        if self._client is None:
            raise MisuseError("the server does not run: call start()")
        return self._client

    def query(self, sql: str, *parameters: Parameter) -> list[tuple[Parameter, ...]]:
        """Run statements for the test itself, in the first database; return the last one's rows.

        The server's own administrator runs them. Decimals and moments come as text.

        Arguments:
            sql: one or more statements; with parameters, one.
            parameters: what stands for each `?`.

        Raises:
            MySQLError: a statement is refused.
            MisuseError: the server does not run.
        """
        client = self._connected()
        client.renew(self.databases[0] if self.databases else "")
        return client.execute(sql, parameters) if parameters else client.query(sql)

    # -- its process --------------------------------------------------------------------------

    def _make_data(self, folder: Path) -> None:
        data = folder / "d"
        if self._make == "MariaDB":
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
            env=_environment(folder),
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
                    *OWN[self._make],
                ],
                folder,
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


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of a server: one that starts clears the folder of temporary files."""
    return {**os.environ, "TMPDIR": str(folder)}


def _piped(command: list[str], folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603  # a program of this machine, without a shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(folder),
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


def _make(program: str) -> str:
    """Return whose server a program is: MariaDB's may be called mysqld, too."""
    if Path(program).name == "mariadbd":
        return "MariaDB"
    said = subprocess.run(  # noqa: S603  # a program of this machine, without a shell
        [program, "--no-defaults", "--version"], capture_output=True, text=True, check=False
    )
    return "MariaDB" if "MariaDB" in said.stdout else "MySQL"


def installed() -> str | None:
    """Return the program of a server; None where none is installed."""
    return _program(SERVERS)


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
