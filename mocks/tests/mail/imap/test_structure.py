from netmocks.mail.imap.entity import Entity
from netmocks.mail.imap.structure import structure


def _told(content, *, extended=True):
    return structure(Entity(content), extended=extended).decode()


def test_a_text_has_its_lines_counted():
    assert _told(b"Subject: a\r\n\r\none\r\ntwo\r\n") == (
        '("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 10 2 NIL NIL NIL NIL)'
    )


def test_all_fields_of_a_part_are_told():
    content = (
        b"Content-Type: image/PNG; name=a.png\r\nContent-ID: <1@x>\r\nContent-Description: pic\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-MD5: abc==\r\nContent-Language: en, de\r\n"
        b'Content-Disposition: attachment; filename="a b.png"\r\nContent-Location: here\r\n\r\nAA=='
    )
    assert _told(content) == (
        '("IMAGE" "PNG" ("NAME" "a.png") "<1@x>" "pic" "BASE64" 4 "abc=="'
        ' ("ATTACHMENT" ("FILENAME" "a b.png")) ("en" "de") "here")'
    )
    assert _told(content, extended=False) == (
        '("IMAGE" "PNG" ("NAME" "a.png") "<1@x>" "pic" "BASE64" 4)'
    )


def test_a_multipart_tells_of_its_parts():
    content = (
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\n\r\none\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\ntwo\r\n--b--\r\n"
    )
    assert _told(content, extended=False) == (
        '(("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 3 0)'
        '("TEXT" "HTML" ("CHARSET" "utf-8") NIL NIL "7BIT" 3 0) "ALTERNATIVE")'
    )
    assert _told(content).endswith(' "ALTERNATIVE" ("BOUNDARY" "b") NIL NIL NIL)')


def test_a_message_within_tells_its_envelope_and_structure():
    content = b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody\r\n"
    assert _told(content, extended=False) == (
        '("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 21'
        ' (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL)'
        ' ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 6 1) 3)'
    )


def test_messages_that_are_too_deep_still_look_like_messages():
    told = _told(b"Content-Type: message/rfc822\r\n\r\n" * 100, extended=False)
    assert told.count('"MESSAGE" "RFC822"') == 33
    assert told.count("(") == told.count(")")


def test_what_can_not_be_quoted_is_a_literal():
    told = structure(Entity(b'Content-Type: a/b; n="\xff\\""\r\n\r\n'), extended=False)
    assert told == b'("A" "B" ("N" {2}\r\n\xff") NIL NIL "7BIT" 0)'
