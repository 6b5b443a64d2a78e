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
    assert dict(request_of(headers={"Cookie": pair}).cookies) == {"a": value}


def test_a_cookie_that_is_set_over_tls_is_for_tls_alone():
    assert cookies.field("a", "1", secure=True) == ("Set-Cookie", "a=1; Secure; Path=/")
