from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmocks.mail import Message
from netmocks.mail.markup import Markup


def _message(*lines, recipients=("b@example.com",)):
    return Message("a@example.com", recipients, "\r\n".join(lines).encode())


def _html(html):
    return _message("Content-Type: text/html; charset=utf-8", "", html)


def _text(text, subject=""):
    return _message(f"Subject: {subject}", "Content-Type: text/plain; charset=utf-8", "", text)


@pytest.mark.parametrize(
    ("field", "date"),
    [
        ("Date: Thu, 01 Jan 2026 12:00:00 +0000", datetime(2026, 1, 1, 12, tzinfo=UTC)),
        ("Date: Thu, 01 Jan 2026 14:00:00 +0200", datetime(2026, 1, 1, 12, tzinfo=UTC)),
        ("Date: yesterday", None),
        ("Date:", None),
        ("Date: 99 Foo 2026 99:99:99 +9999", None),
        ("Subject: undated", None),
    ],
)
def test_the_date_is_read_where_it_makes_sense(field, date):
    assert _message(field, "", "").date == date


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://example.com/a?b=1#c.", ["https://example.com/a?b=1#c"]),
        (
            "(http://a.example/x), <https://b.example/>!",
            ["http://a.example/x", "https://b.example/"],
        ),
        ("https://a.example twice: https://a.example", ["https://a.example"]),
        ("ftp://a.example mailto:a@b https://", []),
        ("https://例子.example/路径。", ["https://例子.example/路径"]),
        ("点击https://a.example/x，然后", ["https://a.example/x"]),
        (
            "“https://a.example/x”（https://b.example）",
            ["https://a.example/x", "https://b.example"],
        ),
        (
            "(https://a.example/b_(c)). https://a.example/(d",
            ["https://a.example/b_(c)", "https://a.example/"],
        ),
        ("https://a.example/?x=[1]&y={2}", ["https://a.example/?x=[1]&y={2"]),
        ("https://" + "(" * 5000, []),
    ],
)
def test_links_are_found_in_text(text, links):
    assert _text(text).links() == links


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ('<a href="https://a.example/?x=1&amp;y=2">', ["https://a.example/?x=1&y=2"]),
        ("<A HREF=https://a.example/>", ["https://a.example/"]),
        ("<a href=' HTTPS://a.example '>", ["HTTPS://a.example"]),
        ('<a href="mailto:a@b"><a href><a name="x"><img src="https://a.example/x.png">', []),
        ('<map><area href="https://a.example">', ["https://a.example"]),
        ('<a href="https://a.example"><![foo[', ["https://a.example"]),
    ],
)
def test_links_are_found_in_html(html, links):
    assert _html(html).links() == links


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Your code is 123456.", ["123456"]),
        ("123456 or 654321, and 123456 again", ["123456", "654321"]),
        ("code:123456", ["123456"]),
        ("您的验证码123456，五分钟内有效", ["123456"]),
        ("【网站】验证码：123456。", ["123456"]),
        ("G-123456 (123456) *654321*", ["123456", "654321"]),
        ("1234567 12345 1.123456 123456.7 a123456 12:123456 +123456", []),
        ("555-123456 123456-7 123456:30 #123456 123456@example.com", []),
        ("https://example.com/123456?code=123456", []),
        ("", []),
    ],
)
def test_codes_stand_alone(text, codes):
    assert _text(text).codes() == codes


def test_codes_are_found_in_the_subject_and_in_what_html_shows():
    assert _text("use it", subject="111111 is your code").codes() == ["111111"]
    html = "<style>222222</style><td>33<b>3333</b></td><td>444444</td><script>555555</script>"
    assert _html(html).codes() == ["333333", "444444"]


@pytest.mark.parametrize(
    ("pattern", "codes"), [(r"PIN (\d{4})", ["1234"]), (r"G-\w+", ["G-x1"]), ("none", [])]
)
def test_codes_may_look_different(pattern, codes):
    assert _text("PIN 1234 or G-x1").codes(pattern) == codes


def test_blind_copies_are_those_that_no_field_names():
    named = ["To: A <A@example.com>", "Cc: b@example.com", "", ""]
    recipients = ("a@example.com", "b@example.com", "c@example.com")
    assert _message(*named, recipients=recipients).bcc == ["c@example.com"]


def test_inline_parts_are_found_by_their_content_id():
    parts = [
        *("Content-Type: multipart/related; boundary=x", "", "--x"),
        *("Content-Type: text/html", "", "<img src='cid:logo'>", "--x"),
        *("Content-Type: image/png", "Content-ID: <logo>", "", "png", "--x"),
        *("Content-Disposition: attachment; filename=a.txt", "", "a", "--x--", ""),
    ]
    message = _message(*parts)
    assert {cid: part.content for cid, part in message.inline.items()} == {"logo": b"png"}
    assert len(message.attachments) == 2


def test_a_letter_is_saved_byte_for_byte(tmp_path):
    content = b"Subject: x\n\0\xff\r\r\n"
    path = Message("", (), content).save(tmp_path / "mail.eml")
    assert path.read_bytes() == content


@settings(max_examples=300, deadline=None, database=None)
@given(
    st.lists(st.sampled_from([*"<>!-[]/&;#x='\" a", "<![", "<!", "<?", "--", "<a href=", "]]>"]))
)
def test_no_markup_makes_it_raise(pieces):
    markup = Markup("".join(pieces))
    assert isinstance(markup.text, str)
