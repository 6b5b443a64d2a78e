"""Refusal: what those get that a rule with credentials does not let in."""

from typing import TYPE_CHECKING

from netmocks.http.auth import Authentication
from netmocks.http.matching import Condition
from netmocks.http.request import Request
from netmocks.http.response import Response
from netmocks.http.rule import Rule
from netmocks.http.service import Service

if TYPE_CHECKING:
    from netmocks.http.mock import HTTPMock


def refusal(mock: "HTTPMock", guarded: Rule, auth: Authentication) -> Rule:
    """Return the rule that answers 401 where a rule with credentials stands.

    Arguments:
        mock: where both stand. Several rules may guard one place, each with credentials of its
            own: refused is who none of them lets in.
        guarded: the rule; its last condition is its credentials.
        auth: what asks for them.
    """

    def nobody_lets_it_in(request: Request) -> bool:
        captured = request.params
        try:
            return not any(rule.refusal and rule.matches(request) for rule in mock.rules)
        finally:
            request.params = captured

    def challenge(request: Request) -> Response:
        return Response(
            f"401: {auth.objection(request)}\n",
            status=401,
            headers=[("WWW-Authenticate", auth.challenge(request))],
        )

    nobody = Condition("auth", "none", nobody_lets_it_in, lambda _: "some")
    return Service(
        challenge,
        mock,
        guarded.path,
        [*guarded.conditions[:-1], nobody],
        is_last_resort=guarded.is_last_resort,
        spelling=f"{guarded.spelling}.refused",
    )
