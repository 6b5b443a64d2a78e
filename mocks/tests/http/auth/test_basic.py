import pytest

from netmocks.errors import MisuseError
from netmocks.http import Basic


@pytest.mark.parametrize(
    ("field", "objection"),
    [
        ("Basic c2FtOnNlY3JldA==", None),
        ("", "no Authorization"),
        ("Basic c2FtOm90aGVy", "Basic 'sam', 'other'"),
        ("Basic dG9tOnNlY3JldA==", "Basic 'tom', 'secret'"),
        ("Basic nonsense!", "no user and password in Base64: 'nonsense!'"),
        ("Bearer c2FtOnNlY3JldA==", "'bearer' instead of Basic"),
    ],
)
def test_it_lets_in_who_has_the_name_and_the_password(request_of, field, objection):
    request = request_of(headers={"Authorization": field})
    assert Basic("sam", "secret").objection(request) == objection


def test_a_challenge_names_the_realm_and_the_charset(request_of):
    challenge = Basic("sam", "secret", realm='the "café"').challenge(request_of())
    assert challenge == 'Basic realm="the \\"caf\xc3\xa9\\"", charset="UTF-8"'


def test_a_name_with_a_colon_is_refused_for_none_can_send_it():
    with pytest.raises(MisuseError, match="ends the name at its colon"):
        Basic("sam:son", "secret")
