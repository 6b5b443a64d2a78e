"""Cookie: one that an answer sets, and the field Set-Cookie for it (RFC 6265 §4.1)."""

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate
from typing import Any, Literal, get_args

from netmocks.errors import MisuseError
from netmocks.http.fields import FieldList

SameSite = Literal["Strict", "Lax", "None"]

#: A name: a token of RFC 9110 §5.6.2.
NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

#: A value that is sent as it is; others in quotes.
PLAIN = re.compile(r"[A-Za-z0-9!#$%&'()*+\-./:<=>?@\[\]^_`{|}~]*")

#: What has to be written otherwise within quotes.
SPECIAL = re.compile(r"[^ -~]|[\",;\\]")

#: What a domain or a path may not have (RFC 6265 §4.1.1, "av-octet").
NO_ATTRIBUTE = re.compile(r"[^ -:<-~]")


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie with its attributes; those left out are not sent.

    Arguments:
        value: any text; what has to be quoted is.
        path: the paths that it is for; without it, those beside the one that was asked for.
        domain: the host that it is for, with its subdomains; without it, just the host asked.
        max_age: seconds that it lasts; 0 deletes it.
        expires: when it ends: a time with its zone, or seconds since the epoch.
        secure: whether it is for TLS alone.
        http_only: whether scripts can't see it.
        same_site: whether requests from other sites carry it: "Strict", "Lax" or "None".

    Raises:
        MisuseError: a value or attribute that can't be sent.
    """

    value: str
    _: KW_ONLY
    path: str | None = None
    domain: str | None = None
    max_age: int | None = None
    expires: datetime | float | None = None
    secure: bool = False
    http_only: bool = False
    same_site: SameSite | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.value, str):
            raise MisuseError(f"cookie {self.value!r}: its value is text: {str(self.value)!r}")
        for name, text in (("path", self.path), ("domain", self.domain)):
            if text is not None and (not isinstance(text, str) or NO_ATTRIBUTE.search(text)):
                raise MisuseError(f"cookie with {name}={text!r}: it is ASCII without semicolons")
        if self.max_age is not None and type(self.max_age) is not int:
            raise MisuseError(f"cookie with max_age={self.max_age!r}: it is whole seconds")
        if self.same_site is not None and self.same_site not in get_args(SameSite):
            raise MisuseError(
                f"cookie with same_site={self.same_site!r}: it is one of"
                f" {', '.join(map(repr, get_args(SameSite)))}"
            )
        self._expiry()

    def field(self, name: str) -> tuple[str, str]:
        """Return the field that sets it under a name."""
        parts = [f"{_octets(name)}={_quoted(_octets(self.value))}"]
        if self.domain is not None:
            parts.append(f"Domain={self.domain}")
        if self.expires is not None:
            parts.append(f"Expires={self._expiry()}")
        if self.max_age is not None:
            parts.append(f"Max-Age={self.max_age}")
        if self.secure:
            parts.append("Secure")
        if self.http_only:
            parts.append("HttpOnly")
        if self.path is not None:
            parts.append(f"Path={self.path}")
        if self.same_site is not None:
            parts.append(f"SameSite={self.same_site}")
        return "Set-Cookie", "; ".join(parts)

    def _expiry(self) -> str:
        try:
            match self.expires:
                case None:
                    return ""
                case datetime() if self.expires.tzinfo is not None:
                    return format_datetime(self.expires.astimezone(UTC), usegmt=True)
                case int() | float():
                    return formatdate(self.expires, usegmt=True)
        except (ValueError, OverflowError, OSError):
            pass  # beyond what a date can say
        raise MisuseError(
            f"cookie with expires={self.expires!r}: it is a datetime with its zone, such as"
            " datetime(2030, 1, 1, tzinfo=UTC), or seconds since the epoch"
        )


#: By which a client forgets one, whatever its clock says.
DELETED = Cookie("", expires=0, max_age=0)


def set_cookies(cookies: Mapping[str, Any]) -> FieldList:
    """Return the fields that set cookies.

    Arguments:
        cookies: names with texts, `Cookie`s, or None, which deletes the cookie.

    Raises:
        MisuseError: a cookie that can't be sent.
    """
    if not isinstance(cookies, Mapping):
        raise MisuseError(f"cookies={cookies!r}: map names to values: {{'session': 'abc'}}")
    fields = []
    for name, cookie in cookies.items():
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise MisuseError(f"cookie {name!r}: its name has to be made of letters and digits")
        if cookie is None:
            cookie = DELETED
        elif not isinstance(cookie, Cookie):
            cookie = Cookie(cookie)
        fields.append(cookie.field(name))
    return fields


def _octets(text: str) -> str:
    """Return the octets of a text in UTF-8, each as one character, as fields have them."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _quoted(value: str) -> str:
    if PLAIN.fullmatch(value):
        return value
    return SPECIAL.sub(lambda found: _escape(found[0]), value).join('""')


def _escape(character: str) -> str:
    return f"\\{character}" if character in '"\\' else f"\\{ord(character):03o}"
