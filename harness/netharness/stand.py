"""Stand: a place where a mock stands."""

from typing import NamedTuple

from netharness.routing.table import Route
from netmocks.mock import Mock


class Stand(NamedTuple):
    """One place of a mock, and whether clients speak TLS there from the first byte."""

    mock: Mock
    route: Route
    tls: bool
