"""A private internet for every test: real names and ports, served by mocks on loopback.

A Python child has this package before its program begins, be that pytest, which would warn that it
comes too late to rewrite it: PYTEST_DONT_REWRITE.
"""

TYPE_CHECKING = False  # what `typing` would say, which child processes have no time to import
if TYPE_CHECKING:
    from netharness.internet import Internet

__all__ = ["Internet"]


def __getattr__(name: str) -> object:
    """Import the internet when it is asked for: pytest loads this package in every run."""
    if name == "Internet":
        from netharness.internet import Internet

        return Internet
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
