import pytest

from netmocks.mail.imap.entity import Entity
from netmocks.mail.imap.reply import Bad
from netmocks.mail.imap.section import take_section

INNER = (
    b"Subject: in\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
    b"--c\r\n\r\ninner text\r\n--c\r\nContent-Type: image/png\r\n\r\npic\r\n--c--"
)
PLAIN = b"Content-Type: message/rfc822\r\n\r\nSubject: plain\r\n\r\nplain text"
MESSAGE = (
    b"Subject: out\r\nX-A: 1\r\nX-a: 2\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nX: y\r\n\r\ntext\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + INNER + b"\r\n"
    b"--b\r\n" + PLAIN + b"\r\n--b--\r\n"
)
HEADER, _, BODY = MESSAGE.partition(b"\r\n\r\n")


@pytest.fixture
def taken(arguments):
    def take(text):
        cursor = arguments(text)
        section = take_section(cursor)
        cursor.end()
        return section

    return take


@pytest.mark.parametrize(
    ("section", "found"),
    [
        (b"[]", MESSAGE),
        (b"[HEADER]", HEADER + b"\r\n\r\n"),
        (b"[TEXT]", BODY),
        (b"[HEADER.FIELDS (x-a SUBJECT)]", b"Subject: out\r\nX-A: 1\r\nX-a: 2\r\n\r\n"),
        (b"[HEADER.FIELDS.NOT (x-a Content-Type)]", b"Subject: out\r\n\r\n"),
        (b"[1]", b"text"),
        (b"[1.MIME]", b"X: y\r\n\r\n"),
        (b"[2]", INNER),
        (b"[2.MIME]", b"Content-Type: message/rfc822\r\n\r\n"),
        (b"[2.HEADER.FIELDS (subject)]", b"Subject: in\r\n\r\n"),
        (b"[2.TEXT]", INNER.partition(b"\r\n\r\n")[2]),
        (b"[2.1]", b"inner text"),
        (b"[2.2]", b"pic"),
        (b"[2.2.MIME]", b"Content-Type: image/png\r\n\r\n"),
        (b"[3.HEADER]", b"Subject: plain\r\n\r\n"),
        (b"[3.1]", b"plain text"),
        *((text, None) for text in (b"[4]", b"[1.1]", b"[1.HEADER]", b"[2.3]", b"[2.1.TEXT]")),
        *((text, None) for text in (b"[3.1.1]", b"[3.2]", b"[2.2.HEADER]", b"[999999999]")),
    ],
)
def test_a_section_is_found(taken, section, found):
    assert taken(section).of(Entity(MESSAGE)) == found


def test_the_only_part_of_a_plain_message_is_its_body(taken):
    plain = Entity(b"Subject: a\r\n\r\nbody")
    assert taken(b"[1]").of(plain) == b"body"
    assert taken(b"[2]").of(plain) is None
    assert taken(b"[1.1]").of(plain) is None
    assert taken(b"[1.TEXT]").of(plain) is None


def test_parts_of_a_multipart_within_a_multipart(taken):
    inner = b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--"
    content = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + inner + b"\r\n--b--"
    assert taken(b"[1.1]").of(Entity(content)) == b"x"
    assert taken(b"[1.2]").of(Entity(content)) is None
    assert taken(b"[1.HEADER]").of(Entity(content)) is None


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        (b"[]", b"[]"),
        (b"[1.2.text]", b"[1.2.TEXT]"),
        (b'[header.fields (Subject "a b")]', b'[HEADER.FIELDS (Subject "a b")]'),
    ],
)
def test_the_reply_repeats_the_section(taken, text, wire):
    assert taken(text).wire == wire


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"[", b"[MIME]", b"[0]", b"[1.0]", b"[1..2]", b"[1.]", b"[x]", b"[1.x]", b"[01]"),
        *(b"[HEADER.FIELDS]", b"[HEADER.FIELDS ()]", b"[HEADER.FIELDS Subject]", b"[TEXT ]"),
        *(b"[1000000000]", b"[HEADER.FIELDS (a)", b"[TEXT.1]"),
    ],
)
def test_what_is_no_section_is_refused(taken, text):
    with pytest.raises(Bad):
        taken(text)


def test_a_section_of_many_numbers_is_refused(taken):
    with pytest.raises(Bad, match="a section of 20000 numbers: no message is that deep"):
        taken(b"[" + b"1." * 19_999 + b"1]")


def test_a_section_of_many_fields_is_refused(taken):
    with pytest.raises(Bad, match="FIELDS with 501 fields: it takes 1 to 500"):
        taken(b"[HEADER.FIELDS (" + b" ".join([b"a"] * 501) + b")]")
