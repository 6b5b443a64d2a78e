"""Fields and cookies are what a parser that others wrote reads so."""

from http.cookies import SimpleCookie

import httptools
from hypothesis import given

from netharness.strategies import cookies, field_names, field_values, header_fields


class Seen:
    def __init__(self):
        self.fields = []

    def on_header(self, name, value):
        self.fields.append((name.decode("latin-1"), value.decode("latin-1")))


@given(header_fields(obs_text=True))
def test_fields_are_read_as_they_are(fields):
    seen = Seen()
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    httptools.HttpRequestParser(seen).feed_data(
        f"GET / HTTP/1.1\r\nHost: a\r\n{head}\r\n".encode("latin-1")
    )
    assert seen.fields[1:] == fields


@given(header_fields(unique=True))
def test_no_name_occurs_twice_where_none_may(fields):
    names = [name.lower() for name, _ in fields]
    assert len(names) == len(set(names))


@given(cookies())
def test_cookies_are_read_as_they_are(made):
    read = SimpleCookie("; ".join(f"{name}={value}" for name, value in made.items()))
    assert {name: morsel.coded_value for name, morsel in read.items()} == made


def test_fields_shrink_to_what_it_takes(smallest):
    assert smallest(field_names()) == "X-0"
    assert smallest(field_values(), lambda value: "\t" in value) == "0\t0"
    assert smallest(field_values(obs_text=True), lambda value: not value.isascii()) == "\x80"
    assert smallest(cookies(), lambda made: made) == {"0": ""}
