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


class Refusal(Service):
    """Answers 401 where a rule with credentials stands.

    Several rules may guard one place, each with credentials of its own: refused is who none of
    them lets in, and the challenge has each of their schemes (RFC 9110 §11.6.1).

    Arguments:
        mock: where the rules stand.
        guarded: the rule; its last condition is its credentials.
        auth: what asks for them.
    """

    def __init__(self, mock: "HTTPMock", guarded: Rule, auth: Authentication) -> None:
        nobody = Condition("auth", "none", self._is_let_in_by_nobody, lambda _: "some")
        super().__init__(
            self._challenge,
            mock,
            guarded.path,
            [*guarded.conditions[:-1], nobody],
            is_last_resort=guarded.is_last_resort,
            spelling=f"{guarded.spelling}.refused",
        )
        self._guarded = guarded
        self._auth = auth

    def _is_let_in_by_nobody(self, request: Request) -> bool:
        captured = request.params
        guarded = [rule._guarded for rule in self._all_of_mock()]
        try:
            return not any(rule.matches(request) for rule in guarded)
        finally:
            request.params = captured

    def _all_of_mock(self) -> list["Refusal"]:
        return [rule for rule in self._mock.rules if isinstance(rule, Refusal)]

    def _challenge(self, request: Request) -> Response:
        captured = request.params
        here = [rule for rule in self._all_of_mock() if rule.matches(request)]
        request.params = captured
        challenges: dict[type[Authentication], str] = {}
        for rule in here:
            if type(rule._auth) not in challenges:
                challenges[type(rule._auth)] = rule._auth.challenge(request)
        return Response(
            f"401: {self._auth.objection(request)}\n",
            status=401,
            headers=[("WWW-Authenticate", challenge) for challenge in challenges.values()],
        )
