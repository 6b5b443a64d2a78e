"""The HTTP mock (RFC 9110, RFC 9112)."""

from netmocks.http.auth import Authentication, Basic, Bearer, Credentials, Digest, Nonces
from netmocks.http.events import Event
from netmocks.http.feed import Feed
from netmocks.http.limits import Limits
from netmocks.http.matching import Condition, Containing, when
from netmocks.http.mock import HTTPMock
from netmocks.http.multipart import Part
from netmocks.http.order import assert_order
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.http.rule import Rule
from netmocks.http.set_cookie import Cookie

__all__ = [
    "Authentication",
    "Basic",
    "Bearer",
    "Condition",
    "Containing",
    "Cookie",
    "Credentials",
    "Digest",
    "Event",
    "Feed",
    "HTTPMock",
    "Limits",
    "Nonces",
    "Part",
    "Request",
    "Response",
    "Rule",
    "assert_order",
    "when",
]
