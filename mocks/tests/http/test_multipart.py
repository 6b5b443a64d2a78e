from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

from netmocks.errors import PeerError
from netmocks.http.multipart import HEAD_LIMIT, MOST_PARTS, parts
from netmocks.http.pairs import Fields

#: Without line ends, and without backslashes, of which clients disagree what they mean.
NAMES = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\\"), min_size=1
)

TYPE = "multipart/form-data; boundary=B"

HEAD = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n'


@given(st.lists(st.tuples(NAMES, st.booleans(), st.binary())))
@settings(deadline=None, database=None)
def test_what_a_client_writes_is_read(written):
    fields = []
    for name, is_file, content in written:
        field = RequestField(name, content, filename="x" if is_file else None)
        field.make_multipart(content_type="image/png" if is_file else None)
        fields.append(field)
    body, content_type = encode_multipart_formdata(fields)
    read = parts(content_type, body)
    # Clients percent-encode quotes in names.
    assert [(part.name, part.filename, part.content) for part in read] == [
        (name.replace('"', "%22"), "x" if is_file else None, content)
        for name, is_file, content in written
    ]
    assert {part.content_type for part in read if part.filename} <= {"image/png"}


@given(st.binary())
@settings(deadline=None, database=None)
def test_whatever_comes_is_read_or_refused(octets):
    for body in (octets, HEAD + octets + b"\r\n--B--"):
        with suppress(PeerError):
            assert isinstance(parts(TYPE, body), list)


def test_the_content_of_a_part_may_be_a_mail_with_parts_of_its_own():
    mail = b"Content-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\n\r\nx\r\n--C--\r\n"
    body = HEAD.replace(b"\r\n\r\n", b"\r\nContent-Type: message/rfc822\r\n\r\n") + mail
    (part,) = parts(TYPE, body + b"\r\n--B--\r\n")
    assert (part.name, part.filename, part.content_type) == ("a", None, "message/rfc822")
    assert part.content == mail


def test_what_only_begins_like_a_delimiter_is_content():
    content = b"\r\n--Boundary\r\n --B\r\n--"
    body = HEAD + content + b"\r\n--B--"
    (part,) = parts(TYPE, body)
    assert part.content == content


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no part begins, for no line is '--B'"),
        (b"--B", "no part begins"),
        (b"--Other\r\n", "no part begins"),
        (HEAD + b"x", "part 1 has no end, which '--B--' would be"),
        (HEAD + b"x\r\n--B", "part 1 has no end"),
        (HEAD + b"x\r\n--B\r\nno head", "part 2 has no end"),
        (HEAD + b"x\r\n--B\r\nno head\r\n--B--", "no blank line ends the head of part 2"),
        (b"--B\r\n" + b"X: y\r\n" * HEAD_LIMIT + b"\r\n\r\n--B--", "the head of part 1"),
        (b"--B\r\n\r\nno name\r\n--B--", "no blank line ends the head of part 1"),
        (b"--B\r\nX: y\r\n\r\nno name\r\n--B--", "names the field of part 1"),
        (b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--", "names the field of part 1"),
        ((HEAD + b"x\r\n") * (MOST_PARTS + 1) + b"--B--", f"more than {MOST_PARTS} parts"),
    ],
)
def test_what_is_broken_is_refused_with_what_is_wrong(body, why):
    with pytest.raises(PeerError, match=why):
        parts(TYPE, body)


def test_as_many_parts_as_there_may_be_are_read():
    assert len(parts(TYPE, (HEAD + b"x\r\n") * MOST_PARTS + b"--B--")) == MOST_PARTS


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", 'multipart/form-data; boundary=""']
)
def test_without_a_boundary_it_is_refused(content_type):
    with pytest.raises(PeerError, match=f"no boundary in Content-Type: {content_type}"):
        parts(content_type, HEAD)


@pytest.mark.parametrize(
    ("disposition", "name", "filename"),
    [
        ('name="a"; filename="b.txt"', "a", "b.txt"),
        ("name=a; filename=b.txt", "a", "b.txt"),
        ('name="你"; filename="好.txt"', "你", "好.txt"),
        ("name=a; filename*=UTF-8''na%C3%AFve.txt", "a", "naïve.txt"),
        (r'name="a\"b"', 'a"b', None),
        ('name=""', "", None),
    ],
)
def test_names_are_read_in_each_of_their_forms(disposition, name, filename):
    head = f"--B\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    (part,) = parts(TYPE, head.encode() + b"\r\n--B--")
    assert (part.name, part.filename, part.content) == (name, filename, b"")


def test_a_part_has_its_own_fields_and_charset():
    head = HEAD[:-2] + b"Content-Type: Text/Plain; charset=latin-1\r\nX-Mine: 1\r\n\r\n"
    (part,) = parts(TYPE, head + "Grüße".encode("latin-1") + b"\r\n--B--")
    assert (part.text, part.content_type) == ("Grüße", "text/plain")
    assert part.headers == Fields(
        [
            ("Content-Disposition", 'form-data; name="a"'),
            ("Content-Type", "Text/Plain; charset=latin-1"),
            ("X-Mine", "1"),
        ]
    )


def test_lines_may_end_in_lf_alone():
    (part,) = parts(TYPE, (HEAD + b"x\r\n--B--").replace(b"\r\n", b"\n"))
    assert (part.name, part.content) == ("a", b"x")
