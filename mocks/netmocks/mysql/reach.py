"""Reach: how a client finds a server and logs in, as connectors and SQLAlchemy want it said."""

from abc import abstractmethod
from urllib.parse import quote

Login = dict[str, str | int]


class Reachable:
    """A server that clients log in to: the mock, or the real one."""

    #: user names and their passwords; None where anybody may log in
    accounts: dict[str, str] | None
    databases: tuple[str, ...]

    @property
    @abstractmethod
    def host(self) -> str:
        """The host of its address."""

    @property
    @abstractmethod
    def port(self) -> int:
        """The port of its address."""

    @property
    def login(self) -> Login:
        """What a connector wants to know: host, port, user, password and database.

        The first account, and the first database.
        """
        user, password = next(iter((self.accounts or {"root": ""}).items()))
        found: Login = {"host": self.host, "port": self.port, "user": user, "password": password}
        if self.databases:
            found["database"] = self.databases[0]
        return found

    def url(self, driver: str = "mysql+pymysql") -> str:
        """Return SQLAlchemy's URL of its first database, for its first account."""
        login = self.login
        user, password = quote(str(login["user"]), ""), quote(str(login["password"]), "")
        database = login.get("database", "")
        return f"{driver}://{user}:{password}@{login['host']}:{login['port']}/{database}"
