import pytest

from netmocks.mail.imap.reply import Bad


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((b"INBOX", b"INBOX"), (b'"a b"', b"a b"), (b'""', b""), (b'"\\"\\\\"', b'"\\')),
        *((b"{3+}\r\na\r\n", b"a\r\n"), (b'"\xc3\xa9"', "é".encode()), (b"a]b", b"a]b")),
    ],
)
def test_an_astring_is_an_atom_or_a_string(arguments, text, value):
    cursor = arguments(text)
    assert cursor.astring() == value
    cursor.end()


@pytest.mark.parametrize(
    "text", [b"", b"(", b'"a', b'"a\\b"', b'"a\rb"', b'"a\0b"', b"\0", b"\xff", b"*"]
)
def test_what_is_no_astring_is_refused(arguments, text):
    with pytest.raises(Bad, match="should follow at character 1, not"):
        arguments(text).astring()


def test_an_error_says_where_and_what(arguments):
    cursor = arguments(b"abc  def")
    cursor.atom()
    cursor.space()
    with pytest.raises(Bad, match="an atom should follow at character 5, not ' def'"):
        cursor.atom()
    with pytest.raises(Bad, match="the end of the command should follow"):
        cursor.end()


def test_literals_are_taken_in_their_order(arguments):
    cursor = arguments(b"{1+}\r\na {1+}\r\nb")
    assert cursor.rest == "{1+} {1+}"
    assert cursor.string() == b"a"
    cursor.space()
    assert cursor.string() == b"b"
    assert cursor.is_at_end


def test_a_list_may_be_empty_and_has_single_spaces(arguments):
    assert arguments(b"()").flags() == []
    assert arguments(b"(\\Seen kw)").flags() == ["\\Seen", "kw"]
    for text in (b"(a  b)", b"( a)", b"(a )", b"(a", b"a"):
        with pytest.raises(Bad):
            arguments(text).flags()


def test_flags_can_be_too_many(arguments):
    with pytest.raises(Bad, match="300 flags at once are more than 200"):
        arguments(b"(%b)" % b" ".join([b"a"] * 300)).flags()


def test_a_number_has_32_bits(arguments):
    assert arguments(b"4294967295").number() == 2**32 - 1
    with pytest.raises(Bad, match="4294967296 is more than"):
        arguments(b"4294967296").number()
    with pytest.raises(Bad, match="a number should follow"):
        arguments(b"99999999999").number()


@pytest.mark.parametrize(
    ("text", "name"), [(b"&AOk-t&AOk-", "été"), (b'"a&-b"', "a&b"), (b"{5+}\r\nInbox", "Inbox")]
)
def test_names_of_mailboxes_are_decoded(arguments, text, name):
    assert arguments(text).mailbox() == name


@pytest.mark.parametrize("text", [b"&", b"&AOk", b'"\xc3\xa9"', b"&AGE-"])
def test_names_that_are_no_modified_utf_7_are_refused(arguments, text):
    with pytest.raises(Bad, match="is no modified UTF-7"):
        arguments(text).mailbox()


def test_a_pattern_may_have_wildcards(arguments):
    assert arguments(b"a%*").pattern() == "a%*"
    assert arguments(b'"%/b c"').pattern() == "%/b c"


def test_an_nstring_may_be_nil(arguments):
    assert arguments(b"nil").nstring() is None
    assert arguments(b'"NIL"').nstring() == b"NIL"


def test_a_word_is_passed_by_only_as_a_whole(arguments):
    assert arguments(b"charset utf-8").skip_word(b"CHARSET")
    assert not arguments(b"charsets utf-8").skip_word(b"CHARSET")
    assert not arguments(b"charset").skip_word(b"CHARSET")
