"""Store: the databases of one mock, each a SQLite file in a folder that goes with it."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from netmocks.mysql.error import mysql_error, unsupported
from netmocks.mysql.sql.table import Table
from netmocks.mysql.storage.folder import Folder
from netmocks.mysql.storage.lock import WriteLock

#: Databases that every server has, and that nobody makes or drops.
BUILT_IN = ("information_schema", "mysql", "performance_schema", "sys")


class Database:
    """One database: a SQLite file, and what MySQL knows of its tables.

    Arguments:
        name: what clients call it.
        folder: where its file is to be.
    """

    def __init__(self, name: str, folder: Folder) -> None:
        self.name = name
        self._folder = folder
        self._making = threading.Lock()
        self._path: Path | None = None
        self.tables: dict[str, Table] = {}
        self.lock = WriteLock()

    @property
    def path(self) -> Path:
        """Its file, made when somebody first wants to open it."""
        with self._making:
            if self._path is None:
                self._path = self._folder.new_file()
            return self._path

    def table(self, name: str) -> Table:
        """Return a table; names differ by case.

        Raises:
            MySQLError: 1146, there is none.
        """
        found = self.tables.get(name)
        if found is None:
            raise mysql_error(1146, f"{self.name}.{name}")
        return found

    def children_of(self, table: Table) -> list[Table]:
        """Return the tables with a foreign key to this one."""
        return [
            child
            for child in self.tables.values()
            if any(key.parent == table.name for key in child.foreign_keys)
        ]


class Store:
    """The databases.

    Arguments:
        names: those that exist from the start.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._folder = Folder()
        self._lock = threading.RLock()
        self._databases: dict[str, Database] = {}
        #: plans by statement; none outlives a change of any table
        self.plans: dict[Any, Any] = {}
        for name in names:
            self.create(name)

    @property
    def names(self) -> list[str]:
        """The names of its databases, in order."""
        with self._lock:
            return sorted(self._databases)

    def has(self, name: str) -> bool:
        """Whether a database exists."""
        return name in self._databases or name.lower() == "information_schema"

    def get(self, name: str) -> Database:
        """Return a database.

        Raises:
            MySQLError: 1049, there is none.
        """
        found = self._databases.get(name)
        if found is None:
            if name.lower() in BUILT_IN:
                raise unsupported(f"the database {name}")
            raise mysql_error(1049, name)
        return found

    def create(self, name: str) -> Database:
        """Make a database.

        Raises:
            MySQLError: 1007, it exists.
        """
        with self._lock:
            if name in self._databases or name.lower() in BUILT_IN:
                raise mysql_error(1007, name)
            self._databases[name] = Database(name, self._folder)
            return self._databases[name]

    def drop(self, name: str) -> Database:
        """Forget a database; its file stays until the store is closed, for somebody may read it.

        Raises:
            MySQLError: 1008, there is none.
        """
        with self._lock:
            if name not in self._databases:
                raise mysql_error(1008, name)
            self.changed()
            return self._databases.pop(name)

    def changed(self) -> None:
        """Forget all plans, for a table is another one now."""
        self.plans = {}

    def close(self) -> None:
        """Remove the files."""
        self._folder.remove()
