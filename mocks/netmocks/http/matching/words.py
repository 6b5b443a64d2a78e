"""Words: the keyword arguments by which a rule says what it wants, and conditions made of them."""

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Literal, TypedDict, Unpack

from netmocks.errors import MisuseError
from netmocks.http.auth.authentication import Authentication
from netmocks.http.matching import content, named, target
from netmocks.http.matching.condition import Condition, all_of
from netmocks.http.matching.named import FileExpected, Values
from netmocks.http.matching.paths import ANYWHERE
from netmocks.http.matching.paths import path as path_condition
from netmocks.http.matching.value import Expected
from netmocks.http.request import Request


class Conditions(TypedDict, total=False):
    """What a rule can say about a request besides its method and path, all of it by keyword.

    One value of a name is text to equal, a pattern to be found in it, a function of it, or None
    for "must be absent"; where a name repeats, its first value counts, or a list of these stands
    for all of them.
    """

    #: the host of an absolute target, else of Host; with its port only if the text has one
    host: Expected
    #: whether the request came over TLS
    scheme: Literal["http", "https"]
    #: a mapping: these names with these values, others allowed; a list of pairs: just these, in
    #: order; text: just this, undecoded
    query: str | Mapping[str, Values] | Iterable[tuple[str, str]]
    #: these fields, others allowed
    headers: Mapping[str, Values]
    #: these cookies, others allowed
    cookies: Mapping[str, Values]
    #: the fields of a form, URL-encoded or multipart: a mapping or a list of pairs, as `query`
    form: Mapping[str, Values] | Iterable[tuple[str, str]]
    #: the files of a multipart form: their names (text, a pattern), contents (bytes, a pattern of
    #: bytes), a function of the `Part`, or None
    files: Mapping[str, FileExpected | list[Any]]
    #: the whole body as bytes or text, a pattern to be found in it, or a function of the bytes
    body: bytes | str | re.Pattern[Any] | Callable[[bytes], object]
    #: the body is JSON and equals this, in which patterns, functions and `Containing` may stand
    json: Any
    #: a function of the whole request, or a condition made by `when`
    where: Condition | Callable[[Request], object]
    #: the credentials
    auth: Authentication


#: What makes the conditions of each word. In the order in which they are asked: what is parsed
#: already comes first; and what lets in comes last, for credentials may be good only once.
MAKERS: dict[str, Callable[[Any], Condition | list[Condition]]] = {
    "host": target.host,
    "scheme": target.scheme,
    "query": named.query,
    "headers": named.headers,
    "cookies": named.cookies,
    "form": named.form,
    "files": named.files,
    "body": content.body,
    "json": content.json,
    "where": content.where,
    "auth": lambda auth: credentials(auth),
}


def conditions_of(
    method: str | Collection[str], path: str | re.Pattern[str], given: Conditions
) -> list[Condition]:
    """Return the conditions, all of which must hold.

    Raises:
        MisuseError: what no request could ever fulfil.
    """
    methods = [] if method == "*" else [target.method(method)]  # first, for it knows a path
    conditions = [*([] if path is ANYWHERE else [path_condition(path)]), *methods]
    for word, value in words(given).items():
        made = MAKERS[word](value)
        conditions += [made] if isinstance(made, Condition) else made
    return conditions


def words(given: Conditions) -> dict[str, Any]:
    """Return what was given, in the order of `MAKERS`; None is as good as nothing, JSON aside."""
    for word in given:
        if word not in MAKERS:
            (near,) = difflib.get_close_matches(word, MAKERS, n=1) or [""]
            hint = f"did you mean {near}=?" if near else f"there are: {', '.join(MAKERS)}"
            raise MisuseError(f"there is no condition {word}=; {hint}")
    values: Mapping[str, Any] = given
    return {
        word: values[word]
        for word in MAKERS
        if word in values and (values[word] is not None or word == "json")
    }


def credentials(auth: Authentication) -> Condition:
    """The request has credentials that let it in."""
    if not isinstance(auth, Authentication):
        raise MisuseError(
            f"auth={auth!r}: write Basic('user', 'password'), Digest('user', 'password') or"
            " Bearer('token'), from netmocks.http"
        )
    return Condition(
        "auth",
        str(auth),
        lambda request: auth.objection(request) is None,
        lambda request: auth.objection(request) or "let in",
    )


def when(
    method: str | Collection[str] = "*",
    path: str | re.Pattern[str] = ANYWHERE,
    **conditions: Unpack[Conditions],
) -> Condition:
    """Return a condition for `where=`, to be combined by `&`, `|` and `~`.

        either = when(form={"id": "7"}) | when(json=Containing({"id": 7}))
        web.on("POST", "/orders", where=either & ~when(headers={"X-Trace": None}))

    Arguments: those of `HTTPMock.on`.

    Raises:
        MisuseError: nothing was said, or what no request could ever fulfil.
    """
    made = conditions_of(method, path, conditions)
    if not made:
        raise MisuseError("when() says nothing: give it a condition, such as query={'q': 'x'}")
    return all_of(made)
