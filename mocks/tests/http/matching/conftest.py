"""What tests of matching share."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from netmocks.http import HTTPMock, Request


@pytest.fixture
def matches(request_of: Callable[..., Request]) -> Callable[..., bool]:
    """Whether a rule with these conditions answers a request; neither needs a wire."""

    def ask(conditions: dict[str, Any], **request: Any) -> bool:
        rule = HTTPMock().on(**{"method": "*", "path": re.compile(".*")} | conditions)
        return rule.matches(request_of(**request))

    return ask
