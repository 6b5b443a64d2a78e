import pytest

from netmocks.mail.smtp import Reply
from netmocks.mail.smtp.reply import enhanced, plain


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply(550, "5.1.1 no such user"), "550 5.1.1 no such user"),
        (Reply(550), "550 5.1.1 No such user here"),
        (Reply(250), "250 2.0.0 OK"),
        (Reply(354), "354 End data with <CR><LF>.<CR><LF>"),
        (Reply(599), "599 5.0.0"),
        (Reply(250, "a\nb\nc"), "250-a\r\n250-b\r\n250 c"),
        (Reply(250, " "), "250  "),
    ],
)
def test_a_reply_has_its_code_on_each_line_and_a_text_of_its_own_if_none_is_given(reply, text):
    assert str(reply) == text


@pytest.mark.parametrize(
    ("code", "refuses"), [(250, False), (354, False), (400, True), (550, True)]
)
def test_a_reply_of_400_or_more_refuses(code, refuses):
    assert Reply(code).refuses is refuses


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("250 OK", "250 2.0.0 OK"),
        ("250 2.1.5 OK", "250 2.1.5 OK"),
        ("250 4.5 is no code", "250 2.0.0 4.5 is no code"),
        ("499 strange", "499 4.0.0 strange"),
        ("503 Error", "503 5.5.1 Error"),
        ("354 go on", "354 go on"),
    ],
)
def test_a_reply_gets_an_enhanced_status_code_unless_it_has_one_or_is_to_have_none(reply, text):
    assert enhanced(reply) == text


def test_enhanced_status_codes_are_taken_from_each_line():
    assert plain("550-5.1.1 a\r\n550 5.1.1 b 5.1.1 c") == "550-a\r\n550 b 5.1.1 c"
    assert plain("250 OK") == "250 OK"
