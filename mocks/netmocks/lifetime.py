"""Lifetime: what lasts from its start to its stop, as a `with` or `async with` block does."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Lifetime(ABC):
    """Starts where a block begins, stops where it ends, and then tells what went wrong in it.

    Where the block itself raised, that is the news: nothing more is told.
    """

    @abstractmethod
    def start(self) -> Self:
        """Begin."""

    @abstractmethod
    def stop(self) -> None:
        """End, within bounds."""

    @abstractmethod
    def verify(self) -> None:
        """Raise what went wrong so far.

        Raises:
            UnexpectedTraffic: see `netmocks.findings`.
        """

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if error is None:
            self.verify()

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Starting and stopping take well under a millisecond each: no need to leave the loop.
        self.__exit__(kind, error, trace)
