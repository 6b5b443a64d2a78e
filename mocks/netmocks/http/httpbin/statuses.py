"""Statuses: an answer for each status code."""

import json
import random

from netmocks.http.httpbin.answers import JSON, Refusal, empty
from netmocks.http.request import Request
from netmocks.http.response import Response

REALM = "Fake Realm"

#: The media types that /image has.
IMAGES = ("image/webp", "image/svg+xml", "image/jpeg", "image/png", "image/*")

TEAPOT = r"""
       teapot

         ()
      .-'--'-.   ,
  ,-./        \_//
 (  |          |/
  '-|          |
     \________/
"""

#: What these statuses send; all others send nothing.
SPECIAL: dict[int, tuple[str | None, list[tuple[str, str]]]] = {
    **dict.fromkeys((301, 302, 303, 305, 307), (None, [("Location", "/redirect/1")])),
    304: (None, []),
    401: (None, [("WWW-Authenticate", f'Basic realm="{REALM}"')]),
    402: ("This costs something.", [("x-more-info", "https://www.rfc-editor.org/rfc/rfc9110")]),
    406: (
        json.dumps({"message": "No type that was asked for is here.", "accept": IMAGES}),
        [JSON],
    ),
    407: (None, [("Proxy-Authenticate", f'Basic realm="{REALM}"')]),
    418: (TEAPOT, [("x-more-info", "https://www.rfc-editor.org/rfc/rfc2324")]),
}


def status(request: Request) -> Response:
    """Answer with the status asked for; with one of several, by their weights ("200:3,500:1")."""
    codes: list[int] = []
    weights: list[float] = []
    given = request.params["codes"]
    for choice in given.split(","):
        code, has_weight, weight = choice.partition(":")
        try:
            codes.append(_code(code))
            weights.append(float(weight) if has_weight else 1.0)
        except ValueError:
            raise Refusal(f"{choice!r} is no status code with a weight, such as 200:3") from None
    if not 0 < sum(weights) < float("inf") or min(weights) < 0:
        raise Refusal(f"{given!r}: weights are numbers from 0, at least one of them more")
    return of(random.choices(codes, weights)[0])  # noqa: S311  # nothing secret hangs on it


def _code(text: str) -> int:
    code = int(text)
    if not 200 <= code <= 999:
        raise Refusal(f"{code} is no status of a final answer: those are 200 to 999")
    return code


def of(code: int) -> Response:
    """Return the answer for a status code."""
    if code not in SPECIAL:
        return empty(code)
    content, headers = SPECIAL[code]
    return Response(content, status=code, headers=headers)
