"""ResponseOptions: what an answer can be told, and what of it makes no sense."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from netmocks.errors import MisuseError
from netmocks.faults import Fault
from netmocks.faults.fault import checked_fault
from netmocks.http.content import KINDS, Content, content_of
from netmocks.http.events import Events
from netmocks.http.fields import FieldList, FieldsLike, checked
from netmocks.http.files import FileLike
from netmocks.http.location import as_uri
from netmocks.http.pieces import Pieces
from netmocks.http.set_cookie import Cookie


class ResponseOptions(TypedDict, total=False):
    """The arguments that every answer takes, all of them by keyword."""

    #: content that is sent as text/html, in UTF-8
    html: str | None
    #: content that is sent as JSON
    json: Any
    #: pieces of content, bytes or text, from an iterable, plain or async, or from a generator
    #: function, each sent when it is there: chunked for HTTP/1.1, ended by closing for HTTP/1.0
    stream: Pieces | None
    #: a path, or a name with its bytes: sent with Content-Type, ETag and Last-Modified; ranges and
    #: conditional requests are answered as RFC 9110 §13 and §14 have it
    file: FileLike | None
    #: `Event`s, or texts, from what `stream` takes, each sent when it is there
    events: Events | None
    #: where the client is to go instead: a URL, whole or relative; with status 302 unless told
    redirect: str | None
    #: the status code, 200 to 999
    status: int
    #: fields to send, in order; pairs where names repeat. With "Connection: close" the connection
    #: ends behind this answer
    headers: FieldsLike
    #: cookies to set, by their names: texts, or `Cookie`s with attributes; None deletes one
    cookies: Mapping[str, str | Cookie | None]
    #: True: the content is compressed as Accept-Encoding likes it best, by gzip, deflate, br or
    #: zstd (the last two where a library for them is installed), and Vary says so; a coding's
    #: name: by that one, whatever the client says. Each piece of a stream can be read at once
    compress: bool | str
    #: fields that are sent behind the content, which is chunked then (RFC 9112 §7.1.2); or a
    #: function that returns them, called when the content has been sent
    trailers: FieldsLike | Callable[[], FieldsLike]
    #: the fields of informational answers, each sent as 103 Early Hints before (RFC 8297)
    hints: Iterable[FieldsLike]
    #: seconds before the answer; cut short where the mock stops or the client leaves
    delay: float
    #: how the answer is broken on purpose; see `netmocks.faults` and `netmocks.http.faults`
    fault: Fault | None


def content_in(content: str | bytes | None, options: ResponseOptions) -> Content:
    """Return the one content that is given.

    Raises:
        MisuseError: there are two, or an option is none.
    """
    if not options:
        return content_of(content, "", None)
    unknown = options.keys() - ResponseOptions.__annotations__.keys()
    if unknown:
        known = ", ".join(ResponseOptions.__annotations__)
        raise MisuseError(f"an answer takes no {min(unknown)}=; the options are: {known}")
    # None is no content, save where JSON is meant: it is its null.
    given = [
        (kind, value)
        for kind, value in options.items()
        if kind in KINDS and (value is not None or kind == "json")
    ]
    if len(given) + (content is not None) > 1:
        raise MisuseError(
            f"a response has one content: text or bytes, {'=, '.join(KINDS[:-1])}= or {KINDS[-1]}="
        )
    return content_of(content, *(given[0] if given else ("", None)))


def location_in(redirect: str, status: int) -> str:
    """Return where a redirect leads, as the field Location has it."""
    if not isinstance(redirect, str) or not 300 <= status <= 399:
        raise MisuseError(
            f"redirect={redirect!r}, status={status}: a redirect is a URL, and its status 3xx"
        )
    return as_uri(redirect)


def trailers_in(options: ResponseOptions) -> FieldList | Callable[[], FieldsLike]:
    """Return the fields behind the content, or what makes them."""
    trailers = options.get("trailers", ())
    return trailers if callable(trailers) else checked(trailers, "trailer")


def hints_in(options: ResponseOptions) -> tuple[FieldList, ...]:
    """Return the fields of each informational answer."""
    hints = options.get("hints", ())
    if isinstance(hints, (str, Mapping)) or not isinstance(hints, Iterable):
        raise MisuseError(f"hints={hints!r}: give a list with the fields of each early answer")
    return tuple(checked(fields, "hint") for fields in hints)


def fault_in(options: ResponseOptions) -> Fault | None:
    """Return how the answer is broken on purpose."""
    return checked_fault(options.get("fault"))


def delay_in(options: ResponseOptions) -> float:
    """Return the seconds before the answer."""
    delay = options.get("delay", 0)
    if not isinstance(delay, (int, float)) or not 0 <= delay < math.inf:
        raise MisuseError(f"delay={delay!r}: give seconds, such as 0.5")
    return delay
