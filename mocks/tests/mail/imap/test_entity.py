import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmocks.mail.imap.entity import DEPTH_LIMIT, Entity, valued

MIXED = (
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"preamble\r\n--b\r\n\r\none\r\n\r\n--b  \r\nContent-Type: text/html\r\n\r\ntwo\r\n--b--\r\nend"
)


def _bodies(content):
    return [part.body for part in Entity(content).parts]


def test_parts_keep_their_bytes_without_the_boundary_and_its_line_end():
    assert _bodies(MIXED) == [b"one\r\n", b"two"]
    assert [part.type for part in Entity(MIXED).parts] == [("text", "plain"), ("text", "html")]
    assert _bodies(MIXED.replace(b"\r\n", b"\n")) == [b"one\n", b"two"]


@pytest.mark.parametrize(
    ("body", "bodies"),
    [
        (b"--b\r\n\r\none", [b"one"]),  # cut short
        (b"--b\r\n\r\none\r\n--b", [b"one", b""]),
        (b"--b\r\n--b\r\n\r\n--b--", [b"", b""]),
        (b"--b--\r\n--b\r\n\r\none", []),
        (b"--bb\r\n\r\none\r\n--b\r\n\r\ntwo", [b"two"]),
        (b"x--b\r\n\r\none", []),
        (b"", []),
    ],
)
def test_broken_multiparts_have_the_parts_that_are_there(body, bodies):
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    assert _bodies(head + body) == bodies


@pytest.mark.parametrize(
    "content",
    [
        b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\none\r\n--b--",
        b'Content-Type: multipart/mixed; boundary=""\r\n\r\n----\r\n',
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\nnothing",
    ],
)
def test_a_multipart_without_parts_is_text(content):
    entity = Entity(content)
    assert entity.type == ("text", "plain")
    assert entity.part(1) is entity
    assert entity.part(2) is None


def test_a_message_within_is_one_with_a_header_of_its_own():
    content = b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody"
    inner = Entity(content).message
    assert inner.header.get(b"subject") == b"in"
    assert inner.body == b"body"
    assert [entity.content for entity in Entity(content).walk()] == [content, inner.content]


def test_parts_of_a_digest_are_messages():
    head = b"Content-Type: multipart/digest; boundary=b\r\n\r\n"
    [part] = Entity(head + b"--b\r\n\r\nSubject: in\r\n\r\nx\r\n--b--").parts
    assert part.type == ("message", "rfc822")
    assert part.message.body == b"x"


def test_what_is_too_deep_is_not_taken_apart():
    content = b"text"
    for level in range(DEPTH_LIMIT + 20):
        boundary = b"b%d" % level
        content = b"Content-Type: multipart/mixed; boundary=%b\r\n\r\n--%b\r\n%b\r\n--%b--" % (
            *(boundary, boundary, content),
            boundary,
        )
    assert len(list(Entity(content).walk())) == DEPTH_LIMIT + 1
    letters = b"Content-Type: message/rfc822\r\n\r\n" * (DEPTH_LIMIT + 20)
    assert len(list(Entity(letters).walk())) == DEPTH_LIMIT + 1


@pytest.mark.parametrize(
    ("field", "value", "parameters"),
    [
        (b"text/plain; charset=utf-8", b"text/plain", ((b"charset", b"utf-8"),)),
        (b'a/b; x="1; 2\\""; y = z', b"a/b", ((b"x", b'1; 2"'), (b"y", b"z"))),
        (b'a/b; ; x; =1; "', b"a/b", ()),
        (b"", b"", ()),
        (b";x=1", b"", ((b"x", b"1"),)),
        (b'a/b; x=""', b"a/b", ((b"x", b""),)),
    ],
)
def test_parameters_are_read_as_far_as_they_make_sense(field, value, parameters):
    assert valued(field) == (value, parameters)
    assert valued(field).get(b"none") is None


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (b"", "ü".encode(), "ü"),
        (b"Content-Type: text/plain; charset=latin-1\r\n", b"\xfc", "ü"),
        (b"Content-Type: text/plain; charset=none\r\n", "ü".encode(), "ü"),
        (b'Content-Type: text/plain; charset="\xff\0"\r\n', b"a", "a"),
        (b"Content-Transfer-Encoding: BASE64\r\n", b"YcO8\r\n", "aü"),
        (b"Content-Transfer-Encoding: base64\r\n", b"Y!W?I=", "ab"),
        (b"Content-Transfer-Encoding: base64\r\n", b"YWIxY", "ab1"),
        (b"Content-Transfer-Encoding: quoted-printable\r\n", b"=C3=BC=\r\n=Z", "ü=Z"),
        (b"Content-Type: text/plain\r\n", "ü".encode(), "ü"),
    ],
)
def test_text_is_decoded_as_far_as_possible(head, body, text):
    assert Entity(head + b"\r\n" + body).text == text


@given(
    st.lists(st.sampled_from([*MIXED.split(b"\r\n"), b"\r\n", b"\n", b"--b", b"\0"])).map(b"".join)
)
def test_whatever_a_message_is_it_can_be_taken_apart(content):
    for entity in Entity(content).walk():
        assert entity.header.raw + entity.body == entity.content
        assert entity.content in content
        assert isinstance(entity.text, str)
