import pytest

from netmocks.errors import MisuseError
from netmocks.http import Bearer


@pytest.mark.parametrize(
    ("field", "objection", "challenge"),
    [
        ("Bearer one", None, None),
        ("bearer two", None, None),
        ("", "no Authorization", 'Bearer realm="netmocks"'),
        ("Basic one", "'basic' instead of Bearer", 'Bearer realm="netmocks"'),
        ("Bearer On", "Bearer 'On'", 'Bearer realm="netmocks", error="invalid_token"'),
        ("Bearer", "Bearer ''", 'Bearer realm="netmocks", error="invalid_token"'),
    ],
)
def test_it_lets_in_who_has_one_of_its_tokens(request_of, field, objection, challenge):
    bearer, request = Bearer("one", "two"), request_of(headers={"Authorization": field})
    assert bearer.objection(request) == objection
    assert challenge is None or bearer.challenge(request) == challenge


@pytest.mark.parametrize("tokens", [(), ("",), (" ",), ("a\n",), ("é",)])
def test_tokens_that_nobody_can_send_are_refused(tokens):
    with pytest.raises(MisuseError, match=r"token '.*': it is printable ASCII|lets nobody in"):
        Bearer(*tokens)
