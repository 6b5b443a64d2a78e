"""Preconditions: what a conditional request makes of an answer (RFC 9110 §13).

A validator that can't be read makes its field be ignored, as if the client had not sent it.
"""

import re
from email.utils import formatdate, parsedate_to_datetime
from typing import NamedTuple

from netmocks.http.request import Request

#: One entity tag of a list (RFC 9110 §8.8.3); those without quotes, too, for there are such.
TAG = re.compile(r'\s*(?:(W/)?"([^"]*)"|(W/)?([^\s,"]+))\s*(?:,|$)')


class Tag(NamedTuple):
    """An entity tag."""

    opaque: str
    is_weak: bool


def tags(field: str) -> list[Tag]:
    """Return the entity tags of a field; "*" is one that is called so."""
    return [
        Tag(found[2] if found[2] is not None else found[4], bool(found[1] or found[3]))
        for found in TAG.finditer(field)
    ]


def seconds(date: str | None) -> int | None:
    """Return the seconds since the epoch of an HTTP date (RFC 9110 §5.6.7), None if it is none."""
    if date is None:
        return None
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def http_date(moment: int) -> str:
    """Return seconds since the epoch as an HTTP date."""
    return formatdate(moment, usegmt=True)


class Validators(NamedTuple):
    """By what a client knows again what it has got (RFC 9110 §8.8)."""

    #: an entity tag as the field ETag has it
    etag: str
    #: seconds since the epoch, None if that is not known
    modified: int | None = None

    def objection(self, request: Request) -> int | None:
        """Return the status that the preconditions of a GET or HEAD call for; None for no other.

        In the order of RFC 9110 §13.2.2: 412 where a client's copy is not this one though it must
        be, 304 where it has this one already.
        """
        fields = request.headers
        if "If-Match" in fields:
            if not self._is_among(fields["If-Match"], strongly=True):
                return 412
        elif self.modified is not None:
            since = seconds(fields.get("If-Unmodified-Since"))
            if since is not None and self.modified > since:
                return 412
        if "If-None-Match" in fields:
            return 304 if self._is_among(fields["If-None-Match"], strongly=False) else None
        since = seconds(fields.get("If-Modified-Since"))
        if since is not None and self.modified is not None and self.modified <= since:
            return 304
        return None

    def allow_range(self, request: Request) -> bool:
        """Whether a client has the rest of what it asks a range of (If-Range, RFC 9110 §13.1.5)."""
        field = request.headers.get("If-Range")
        if field is None:
            return True
        if '"' in field:
            return self._is_among(field, strongly=True)
        return self.modified is not None and seconds(field) == self.modified

    def _is_among(self, field: str, *, strongly: bool) -> bool:
        if field.strip() == "*":
            return True
        return any(
            tag.opaque == own.opaque and not (strongly and (tag.is_weak or own.is_weak))
            for own in tags(self.etag)[:1]
            for tag in tags(field)
        )
