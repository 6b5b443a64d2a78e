import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

from netmocks.http.httpbin.multipart import Part, parts

#: Without line ends, and without backslashes, of which clients disagree what they mean.
NAMES = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\\"), min_size=1
)

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
    media_type = {True: "image/png", False: "application/octet-stream"}
    # Clients percent-encode quotes in names.
    expected = [
        Part(name.replace('"', "%22"), is_file, media_type[is_file], content)
        for name, is_file, content in written
    ]
    assert parts(content_type, body) == expected


@given(st.binary())
@settings(deadline=None, database=None)
def test_whatever_comes_is_taken(octets):
    assert isinstance(parts("multipart/form-data; boundary=B", octets), list)
    assert isinstance(parts("multipart/form-data; boundary=B", HEAD + octets + b"\r\n--B--"), list)


def test_the_content_of_a_part_may_be_a_mail_with_parts_of_its_own():
    mail = b"Content-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\n\r\nx\r\n--C--\r\n"
    body = HEAD.replace(b"\r\n\r\n", b"\r\nContent-Type: message/rfc822\r\n\r\n") + mail
    assert parts("multipart/form-data; boundary=B", body + b"\r\n--B--\r\n") == [
        Part("a", False, "message/rfc822", mail)
    ]


def test_what_only_begins_like_a_delimiter_is_content():
    content = b"\r\n--Boundary\r\n --B\r\n--"
    body = HEAD + content + b"\r\n--B--"
    (part,) = parts("multipart/form-data; boundary=B", body) or []
    assert part.content == content


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--B",
        HEAD + b"x",
        HEAD + b"x\r\n--B",
        HEAD + b"x\r\n--B\r\nno head\r\n--B--",
        b"--B\r\n\r\nno name\r\n--B--",
        b"--B\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--B--",
    ],
)
def test_what_breaks_off_or_has_no_name_has_no_parts(body):
    assert parts("multipart/form-data; boundary=B", body) == []


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", 'multipart/form-data; boundary=""']
)
def test_without_a_boundary_it_is_no_form(content_type):
    assert parts(content_type, HEAD) is None
