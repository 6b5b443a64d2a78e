from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmocks.http.httpbin import cookies

TEXTS = st.text(st.characters(blacklist_categories=["Cs"]))


@given(TEXTS)
@settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # it has no state
)
def test_every_value_that_is_set_can_be_sent_back(request_of, value):
    name, line = cookies.field("a", value)
    assert name == "Set-Cookie"
    line.encode("latin-1")
    pair, _, attributes = line.partition("; ")
    assert attributes == "Path=/"
    assert cookies.received(request_of(headers={"Cookie": pair})) == {"a": value}


def test_cookies_in_two_fields_are_all_received(request_of):
    request = request_of(headers=[("Cookie", "a=1; b=2"), ("Cookie", "c=3; a=4")])
    assert cookies.received(request) == {"a": "1", "b": "2", "c": "3"}


def test_a_cookie_that_is_set_over_tls_is_for_tls_alone():
    assert cookies.field("a", "1", secure=True) == ("Set-Cookie", "a=1; Secure; Path=/")
