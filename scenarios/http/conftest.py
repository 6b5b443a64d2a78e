"""What the web scenarios share: a server that tells what it was asked."""

import email.policy
from email import message_from_bytes

import pytest

from netmocks.errors import PeerError
from netmocks.http import Response


@pytest.fixture
def httpbin(internet):
    """The rule of httpbin.org that echoes whatever is posted to it."""
    return internet.http("httpbin.org").on("POST", "/post").reply(echo)


def echo(request):
    """Tell a request as httpbin.org does."""
    form, files, data = contents(request)
    return Response(
        json={
            "args": by_name(request.query.raw),
            "data": data,
            "files": by_name(files),
            "form": by_name(form),
            "headers": {name.title(): value for name, value in request.headers.items()},
            "json": json_or_none(request),
            "origin": request.client[0],
            "url": request.url,
        }
    )


def by_name(pairs):
    """Map names to values; the values of a name that repeats become a list."""
    values = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def contents(request):
    """Return what a body holds: the fields and the files of a form, or else its text."""
    match request.content_type:
        case "application/x-www-form-urlencoded":
            return request.form.raw, [], ""
        case "multipart/form-data":
            return *parts(request), ""
        case _:
            return [], [], request.text


def parts(request):
    """Return the fields and the files of a multipart form (RFC 7578), as pairs."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode("latin-1")
    fields, files = [], []
    for part in message_from_bytes(head + request.body, policy=email.policy.HTTP).iter_parts():
        name = part.get_param("name", header="Content-Disposition")
        text = part.get_payload(decode=True).decode("utf-8", "replace")
        (fields if part.get_filename() is None else files).append((name, text))
    return fields, files


def json_or_none(request):
    """Return the body parsed as JSON, None if it is no JSON."""
    try:
        return request.json()
    except PeerError:
        return None
