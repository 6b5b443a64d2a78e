"""Variant: what an answer is for one request: compressed, a part of its file, or not modified."""

from typing import TYPE_CHECKING

from netmocks.http import codings
from netmocks.http.fields import FieldList
from netmocks.http.files import SMALL, Representation
from netmocks.http.pairs import Fields
from netmocks.http.pieces import as_bytes
from netmocks.http.preconditions import Validators, http_date, seconds
from netmocks.http.request import Request
from netmocks.http.selection import Selection, select, whole
from netmocks.http.source import Coded, Source

if TYPE_CHECKING:
    from netmocks.http.response import Response


def variant(response: "Response", request: Request) -> "Response":
    """Return what an answer that varies is for a request.

    Raises:
        OSError: its file is not there any more.
    """
    coding = response.coding
    if coding == "*":
        coding = codings.accepted(request.headers.get("Accept-Encoding", ""))
    if response.file is not None:
        return _of_file(response, response.file.now(), coding, request)
    if not coding or not (response.body or response.stream):
        return response
    if coding not in response.variants:
        response.variants[coding] = _coded(response, coding)
    return response.variants[coding]


def _coded(response: "Response", coding: str) -> "Response":
    fields = [field for field in response.fields if field[0] != "Content-Length"]
    fields.append(("Content-Encoding", coding))
    if response.stream is not None:
        return response.but(fields, stream=Coded(response.stream, coding))
    body = codings.coded(response.body, coding)
    return response.but([*fields, ("Content-Length", str(len(body)))], body)


def _of_file(
    response: "Response", file: Representation, coding: str, request: Request
) -> "Response":
    if response.status != 200 or request.method not in ("GET", "HEAD"):
        # Not what the request's target names: it has neither validators nor ranges.
        return _of_selection(response, whole(file, response.status), coding, [])
    given = Fields(response.fields)
    etag, modified = file.validators
    validators = Validators(
        given.get("ETag") or codings.tagged(etag, coding),
        seconds(given["Last-Modified"]) if "Last-Modified" in given else modified,
    )
    more = [("ETag", validators.etag)]
    if validators.modified is not None:
        more.append(("Last-Modified", http_date(validators.modified)))
    if not coding:
        more.append(("Accept-Ranges", "bytes"))
    selected = select(file, validators, given["Content-Type"], request, in_ranges=not coding)
    return _of_selection(response, selected, coding, more)


def _of_selection(
    response: "Response", selected: Selection, coding: str, more: FieldList
) -> "Response":
    kept = response.fields
    if selected.is_typed:
        kept = [field for field in kept if field[0].lower() != "content-type"]
    more = [*selected.fields, *more]
    body, stream = b"", None
    if coding and selected.size:
        more.append(("Content-Encoding", coding))
    if selected.size > SMALL:
        stream = Source(selected.pieces, as_bytes)
        if coding:
            stream = Coded(stream, coding)
        else:
            more.append(("Content-Length", str(selected.size)))
    elif selected.status != 304:
        body = b"".join(selected.pieces)
        if coding and body:
            body = codings.coded(body, coding)
        more.append(("Content-Length", str(len(body))))
    more = [field for field in more if field[0].lower() not in response.names]
    return response.but([*kept, *more], body, stream, selected.status)
