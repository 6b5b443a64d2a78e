"""The HTTP mock (RFC 9110, RFC 9112)."""

from netmocks.http.limits import Limits
from netmocks.http.mock import HTTPMock
from netmocks.http.order import assert_order
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.http.rule import Rule

__all__ = ["HTTPMock", "Limits", "Request", "Response", "Rule", "assert_order"]
