"""Folder: where a store's SQLite files are; it goes with the store."""

import shutil
import sqlite3
import tempfile
import threading
from pathlib import Path

from netmocks.mysql.error import MySQLError


class Folder:
    """A folder of its own, made with the first file in it: many a mock never needs one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._files = 0
        self._is_gone = False

    def new_file(self) -> Path:
        """Return a new SQLite file, in which nothing is yet.

        Raises:
            MySQLError: 1053, the folder has gone with its store.
        """
        with self._lock:
            if self._is_gone:
                raise MySQLError(1053, "Server shutdown in progress", "08S01")
            if self._path is None:
                self._path = Path(tempfile.mkdtemp(prefix="netmocks-mysql-"))
            self._files += 1
            path = self._path / f"{self._files}.db"
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        return path

    def remove(self) -> None:
        """Remove it, with its files, if there is one."""
        with self._lock:
            self._is_gone = True
            if self._path is not None:
                shutil.rmtree(self._path, ignore_errors=True)
