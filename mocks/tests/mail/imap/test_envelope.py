from netmocks.mail.imap.envelope import envelope
from netmocks.mail.imap.header import Header


def test_all_of_an_envelope_is_told_in_its_order():
    header = Header(
        b"Message-ID: <1@x>\r\nIn-Reply-To: <0@x>\r\nBcc: e@x\r\nCc: d@x\r\nTo: b@x,\r\n c@x\r\n"
        b"Reply-To: r@x\r\nSender: s@x\r\nFrom: Ann <a@x>\r\nSubject: a\r\n b\r\nDate: today\r\n"
    )
    assert envelope(header).decode() == (
        '("today" "a b" (("Ann" NIL "a" "x")) ((NIL NIL "s" "x")) ((NIL NIL "r" "x"))'
        ' ((NIL NIL "b" "x")(NIL NIL "c" "x")) ((NIL NIL "d" "x")) ((NIL NIL "e" "x"))'
        ' "<0@x>" "<1@x>")'
    )


def test_what_is_missing_is_nil_and_the_sender_is_who_wrote():
    assert envelope(Header(b"From: a@x\r\n")) == (
        b'(NIL NIL ((NIL NIL "a" "x")) ((NIL NIL "a" "x")) ((NIL NIL "a" "x")) NIL NIL NIL NIL NIL)'
    )
    assert envelope(Header(b"Subject:\r\nTo: ,\r\n")) == (
        b'(NIL "" NIL NIL NIL NIL NIL NIL NIL NIL)'
    )
