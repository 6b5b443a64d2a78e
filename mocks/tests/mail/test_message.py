import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmocks.mail import Attachment, Message
from netmocks.mail.letter import Address


def _message(*lines):
    encoded = [line.encode() if isinstance(line, str) else line for line in lines]
    return Message("a@example.com", ("b@example.com",), b"\r\n".join(encoded))


# -- fields -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("Subject: hello", "hello"),
        ("subject: =?utf-8?b?5p2l6IeqU01UUOeahOmXruWAmeKApuKApg==?=", "来自SMTP的问候……"),
        ("Subject: =?gb2312?B?xOO6ww==?=", "你好"),
        ("Subject: =?iso-8859-1?q?Gr=FC=DFe?= and more", "Grüße and more"),
        ("Subject: =?utf-8?q?one?=\r\n =?utf-8?q?two?=", "onetwo"),
        ("Subject: a long\r\n line", "a long line"),
        ("Subject: 你好", "你好"),
        (b"Subject: \xff!", "�!"),
        ("Subject: =?no-such?q?abc?=", "abc"),
        ("Subject: =?utf-8?b?!!?=", ""),
        ("Subject:", ""),
        ("From: a@example.com", ""),
    ],
)
def test_the_subject_is_decoded(line, subject):
    assert _message(line, "", "").subject == subject


def test_any_field_can_be_read_decoded_and_without_regard_to_case():
    message = _message("X-Name: =?utf-8?q?=E4=BD=A0?=", "Date: today", "", "")
    assert message["x-name"] == "你"
    with pytest.raises(KeyError, match="no field 'X-Other'; its fields: X-Name, Date"):
        message["X-Other"]
    with pytest.raises(KeyError, match="its fields: none at all"):
        _message("", "body")["Subject"]


@pytest.mark.parametrize(
    ("line", "addresses"),
    [
        ("To: b@example.com", [("", "b@example.com")]),
        (
            "To: =?utf-8?q?Python=E7=88=B1=E5=A5=BD=E8=80=85?= <from@example.com>",
            [("Python爱好者", "from@example.com")],
        ),
        ("To: 管理员 <to@example.com>", [("管理员", "to@example.com")]),
        (
            'To: "Doe, John" <j@example.com>, k@example.com',
            [("Doe, John", "j@example.com"), ("", "k@example.com")],
        ),
        ("To: =?utf-8?q?Doe=2C_John?= <j@example.com>", [("Doe, John", "j@example.com")]),
        ("To: a@example.com\r\nTo: b@example.com", [("", "a@example.com"), ("", "b@example.com")]),
        ("To:", []),
        ("Subject: none", []),
    ],
)
def test_mailboxes_are_read_with_their_names(line, addresses):
    message = _message(line, "", "")
    assert message.to == [Address(*pair) for pair in addresses]


def test_from_to_and_cc_are_kept_apart():
    message = _message("From: a@x", "To: b@x", "Cc: c@x, d@x", "", "")
    assert [str(address) for address in message.from_] == ["a@x"]
    assert [str(address) for address in message.to] == ["b@x"]
    assert [str(address) for address in message.cc] == ["c@x", "d@x"]


def test_a_mailbox_shows_as_people_write_it():
    assert str(Address("A", "a@example.com")) == "A <a@example.com>"
    assert str(Address("", "a@example.com")) == "a@example.com"


def test_it_shows_its_envelope_and_subject():
    message = Message("", ("b@x", "c@x"), b"Subject: hello\r\n\r\n")
    assert str(message) == "mail from <> to <b@x>, <c@x>: 'hello'"


def test_it_is_never_changed():
    with pytest.raises(AttributeError):
        _message().sender = "other@example.com"


# -- bodies -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "body", "text"),
    [
        ([], "hello\r\n", "hello\r\n"),
        ([], "", ""),
        (["Content-Type: text/plain; charset=utf-8"], "你好", "你好"),
        (["Content-Type: text/plain; charset=gbk"], "你好".encode("gbk"), "你好"),
        (["Content-Transfer-Encoding: base64"], "aGVsbG8=", "hello"),
        (["Content-Transfer-Encoding: quoted-printable"], "h=65llo=\r\n!", "hello!"),
        (["Content-Type: text/plain; charset=no-such"], "你好", "你好"),
        (["Content-Type: text/plain; charset=utf-8"], b"\xff!", "�!"),
        (
            ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"],
            "aGVsbG8",
            "hello",
        ),
        (["Content-Type: text/html"], "<p>hello", ""),
        (["Content-Type: multipart/mixed; boundary=x"], "no such boundary", "no such boundary"),
    ],
)
def test_the_text_is_read_as_far_as_possible(fields, body, text):
    assert _message(*fields, "", body).text == text


ALTERNATIVES = [
    'Content-Type: multipart/alternative; boundary="x"',
    "",
    "--x",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Disposition: inline",
    "",
    "你好",
    "--x",
    "Content-Type: text/html; charset=utf-8",
    "",
    "<p>你好</p>",
    "--x--",
    "",
]


def test_text_and_html_are_both_found():
    message = _message(*ALTERNATIVES)
    assert message.text == "你好"
    assert message.html == "<p>你好</p>"
    assert message.attachments == []
    assert message.defects == []


def test_html_alone_is_no_text():
    message = _message("Content-Type: text/html", "", "<p>hello")
    assert (message.html, message.text) == ("<p>hello", "")


# -- attachments ------------------------------------------------------------------------------

MIXED = [
    "Content-Type: multipart/mixed; boundary=x",
    "",
    "--x",
    "Content-Type: text/html",
    "",
    '<img src="cid:logo@example.com">',
    "--x",
    "Content-Type: image/png",
    "Content-Transfer-Encoding: base64",
    "Content-ID: <logo@example.com>",
    "",
    "iVBORw==",
    "--x",
    "Content-Type: application/octet-stream",
    "Content-Disposition: attachment; filename*=utf-8''%E6%8A%A5%E5%91%8A.txt",
    "",
    b"\0\xff",
    "--x",
    "Content-Type: text/csv",
    'Content-Disposition: attachment; filename="=?utf-8?b?5oql5ZGKLmNzdg==?="',
    "",
    "a,b",
    "--x",
    "Content-Type: message/rfc822",
    'Content-Disposition: attachment; filename="old.eml"',
    "",
    "Subject: =?utf-8?q?old?= " + "long " * 30,
    "",
    "inner",
    "--x--",
    "",
]


def test_attachments_have_name_type_content_and_content_id():
    png, report, table, old = _message(*MIXED).attachments
    assert png == Attachment("", "image/png", b"\x89PNG", "logo@example.com")
    assert report == Attachment("报告.txt", "application/octet-stream", b"\0\xff", "")
    assert table == Attachment("报告.csv", "text/csv", b"a,b", "")
    assert (old.name, old.type, old.cid) == ("old.eml", "message/rfc822", "")
    inner = Message("", (), old.content)
    assert inner.subject.split() == ["old", *["long"] * 30]
    assert inner.text.strip() == "inner"


def test_attachments_are_not_the_text():
    message = _message(*MIXED)
    assert message.text == ""
    assert message.html == '<img src="cid:logo@example.com">'


@pytest.mark.parametrize(
    ("field", "attachments"),
    [
        ("Content-Type: application/pdf", [("", "application/pdf")]),
        ("Content-Type: text/calendar; method=REQUEST", [("", "text/calendar")]),
        ("Content-Type: text/plain; name=a.txt", [("a.txt", "text/plain")]),
        ("Content-Disposition: attachment", [("", "text/plain")]),
        ("Content-Type: text/html\r\nContent-ID: <a>", []),
        ("Content-Type: text/plain", []),
    ],
)
def test_what_is_no_text_is_an_attachment_whatever_it_says_of_itself(field, attachments):
    alone = _message(field, "", "x")
    among = _message(
        "Content-Type: multipart/mixed; boundary=x", "", "--x", field, "", "x", "--x--"
    )
    for message in (alone, among):
        assert [(one.name, one.type) for one in message.attachments] == attachments
        assert all(one.content == b"x" for one in message.attachments)


# -- what is broken ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "defect"),
    [
        (["Content-Type: multipart/mixed; boundary=x", "", "text"], "StartBoundaryNotFoundDefect"),
        (["Content-Type: multipart/mixed", "", "text"], "NoBoundaryInMultipartDefect"),
        (
            ["Content-Type: multipart/mixed; boundary=x", "", "--x", "", "text"],
            "CloseBoundaryNotFoundDefect",
        ),
        (["no field", "", "text"], "MissingHeaderBodySeparatorDefect"),
        (["To: =?utf-8?b?!!?= <a@x>", "", ""], "InvalidBase64CharactersDefect"),
        (["Content-Type: text/plain; charset=no-such", "", ""], "unknown charset 'no-such'"),
        (["Subject: fine", "", "text"], None),
    ],
)
def test_what_is_wrong_is_named(lines, defect):
    defects = _message(*lines).defects
    assert defect in defects if defect else defects == []


def test_a_multipart_within_another_that_has_no_parts_has_no_text():
    related = ["--x", "Content-Type: multipart/related; boundary=y", "", "text", "--x--", ""]
    message = _message("Content-Type: multipart/mixed; boundary=x", "", *related)
    assert (message.text, message.html, message.attachments) == ("", "", [])
    assert "StartBoundaryNotFoundDefect" in message.defects


def test_a_broken_message_within_a_message_is_an_attachment_all_the_same():
    inner = ["Content-Type: multipart/mixed; boundary=y", "", "no parts, but 你"]
    message = _message("Content-Type: message/rfc822", "Content-ID: <c>", "", *inner)
    (attachment,) = message.attachments
    assert (attachment.type, attachment.cid) == ("message/rfc822", "c")
    assert b"no parts, but " in attachment.content


@pytest.mark.parametrize("line", ["To: ,,,<", "To: a@", b"To:\xec@", 'To: "a', "To: (("])
def test_a_field_that_makes_no_sense_does_not_hide_the_others(line):
    message = _message(line, "Subject: fine", "", "text")
    assert message.defects != []
    assert all(any(address) for address in message.to)
    assert (message.subject, message.text) == ("fine", "text")


LINES = st.one_of(
    st.sampled_from(
        [
            *("", "", "", "--x", "--x--", "text", "begin 666 f", " folded", "no colon", "=ZZ="),
            *("Subject: =?utf-8?b?5p2l!!?=", "Subject: =?no-such?q?=FF?=", "Message-ID: [x"),
            *("To: ,,,<", "To: group: a@b, c@d;", "To: (", "From: a@", 'Cc: "a', 'To: <"@">'),
            *("Content-Type: multipart/mixed; boundary=x", "Content-Type: multipart/alternative"),
            *("Content-Type: multipart/related; boundary=x; start=<y>", "Content-Type: ;;;="),
            *("Content-Type: message/rfc822", "Content-Type: message/delivery-status"),
            *("Content-Type: text/plain; charset=idna", "Content-Type: text/html; charset=utf-16"),
            *("Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: uuencode"),
            "Content-Disposition: attachment; filename*=no\0such''%FF",
            "Content-Disposition: attachment; filename*0=a; filename*1*=utf-8''%ff",
            "Content-ID: <c",
        ]
    ).map(str.encode),
    st.binary(max_size=10),
)


@settings(max_examples=300, deadline=None, database=None)
@given(st.lists(LINES, max_size=14))
def test_no_content_makes_a_message_unreadable(lines):
    message = _message(*lines)
    for value in (str(message), message.subject, message.text, message.html):
        assert value.encode() is not None
    for addresses in (message.from_, message.to, message.cc):
        assert all(any(address) for address in addresses)
    assert all(isinstance(attachment.content, bytes) for attachment in message.attachments)
    assert all(isinstance(defect, str) for defect in message.defects)
