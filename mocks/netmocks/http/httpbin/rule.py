"""The rule of last resort, by which a mock answers as httpbin does."""

from typing import TYPE_CHECKING

from netmocks.http.httpbin import app
from netmocks.http.matching import ANYWHERE
from netmocks.http.rule import Rule
from netmocks.http.service import Service

if TYPE_CHECKING:
    from netmocks.http.mock import HTTPMock


def add_to(mock: "HTTPMock") -> Rule:
    """Let a mock answer as httpbin what none of its rules does; return the rule that does so."""
    for rule in mock.rules:
        if isinstance(rule, Service) and rule.make is app.answer:
            return rule
    spelling = f"{mock.spelling}.httpbin()"
    rule = Service(app.answer, mock, ANYWHERE, [], is_last_resort=True, spelling=spelling)
    mock.add(rule)
    return rule
