"""A private internet for every test: real names and ports, served by mocks on loopback."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netharness.internet import Internet

__all__ = ["Internet"]


def __getattr__(name: str) -> Any:
    """Import the internet when it is asked for: pytest loads this package in every run."""
    if name == "Internet":
        from netharness.internet import Internet

        return Internet
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
