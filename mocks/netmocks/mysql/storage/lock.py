"""WriteLock: who may write to a database; SQLite lets one connection do so at a time."""

import threading


class WriteLock:
    """A lock that a transaction holds to its end; one waits for it without polling."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._condition = threading.Condition(self._lock)
        self._waiting = 0
        self._owner: object | None = None
        self._given_up: set[object] = set()

    @property
    def owner(self) -> object | None:
        """Who holds it."""
        return self._owner

    def acquire(self, owner: object, timeout: float) -> bool:
        """Take it; false if somebody else held it for so many seconds, or the wait was cancelled.

        Taking it again does nothing.
        """
        with self._lock:
            if self._owner is owner:
                return True
            if owner in self._given_up:
                return False
            if self._owner is not None and not self._wait(owner, timeout):
                return False
            self._owner = owner
            return True

    def _wait(self, owner: object, timeout: float) -> bool:
        """Wait until it is free; false if it is not, in time."""
        self._waiting += 1
        try:
            self._condition.wait_for(
                lambda: self._owner is None or owner in self._given_up, timeout
            )
        finally:
            self._waiting -= 1
        return self._owner is None and owner not in self._given_up

    def release(self, owner: object) -> None:
        """Give it back; does nothing for anybody else."""
        with self._lock:
            if self._owner is owner:
                self._owner = None
                if self._waiting:
                    self._condition.notify_all()

    def cancel(self, owner: object) -> None:
        """Let somebody wait no longer, now and ever."""
        with self._condition:
            self._given_up.add(owner)
            self._condition.notify_all()
