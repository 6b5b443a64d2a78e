"""B6: a query or a form with each method, by urllib."""

from urllib.error import HTTPError, URLError

import pytest

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def service(internet):
    """The rule of the service, which tells by which method it was asked for which page."""
    rule = internet.http("localhost", 8080).on("*", "/esb/test/rep/{page}")
    return rule.reply(lambda request: f"{request.method} {request.params['page']}")


@pytest.mark.example("B6")
def test_the_server_sees_each_method_with_its_query_or_its_form(program, service):
    program("urllib_verbs.py").run()

    seen = [
        (request.method, request.target, request.body, request.headers.get("Content-Type"))
        for request in service.calls
    ]
    assert seen == [
        ("POST", "/esb/test/rep/post.do", b"p1=300&p2=400", FORM),
        ("POST", "/esb/test/rep/post.do?p1=100&p2=200", b"", None),
        ("PUT", "/esb/test/rep/put.do?p1=100&p2=200", b"", None),
        ("PUT", "/esb/test/rep/put.do", b"p1=300&p2=400", FORM),
        ("PATCH", "/esb/test/rep/patch.do", b"p1=300&p2=400", FORM),
        ("DELETE", "/esb/test/rep/delete.do?p1=100&p2=200", b"", None),
    ]


@pytest.mark.example("B6")
def test_the_answers_are_printed(program, service):
    console = program("urllib_verbs.py").run()

    assert list(console.lines) == [
        "POST post.do",
        "POST post.do",
        "PUT put.do",
        "PUT put.do",
        "PATCH patch.do",
        "DELETE delete.do",
    ]


@pytest.mark.example("B6")
def test_each_request_names_its_host_with_the_port(program, service):
    program("urllib_verbs.py").run()

    assert {request.headers["Host"] for request in service.calls} == {"localhost:8080"}


@pytest.mark.example("B6")
def test_a_method_that_usually_has_a_body_states_that_it_has_none(program, service):
    program("urllib_verbs.py").run()

    lengths = {
        request.method: request.headers.get("Content-Length")
        for request in service.calls
        if not request.body
    }
    assert lengths == {"POST": "0", "PUT": "0", "DELETE": None}


@pytest.mark.example("B6")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_method_that_is_not_allowed_is_raised_with_what_is(program, internet, service, method):
    web = internet.http("localhost", 8080)
    refusing = web.on(method, "/esb/test/rep/{page}")
    refusing.reply("no", status=405, headers={"Allow": "POST"})

    with pytest.raises(HTTPError) as caught:
        program("urllib_verbs.py").run()

    with caught.value as error:
        assert (error.code, error.headers["Allow"], error.read()) == (405, "POST", b"no")
    assert refusing.count == 1  # the program has not gone on


@pytest.mark.example("B6")
def test_a_service_that_refuses_is_raised(program, internet):
    internet.refused("localhost", 8080)

    with pytest.raises(URLError, match="refuses connections"):
        program("urllib_verbs.py").run()


DOCUMENTED_FORM = """
import urllib

form = up.urlencode({"p1": 300, "p2": 400}).encode()
ur.urlopen("http://localhost:8080/esb/test/rep/post.do", form)
"""

DOCUMENTED_METHOD = """
import urllib

request = ur.Request("http://localhost:8080/esb/test/rep/put.do?p1=100&p2=200", method="PUT")
ur.urlopen(request)
"""


@pytest.mark.mistake("B6")
@pytest.mark.parametrize(
    ("documented", "name"), [(DOCUMENTED_FORM, "up"), (DOCUMENTED_METHOD, "ur")]
)
def test_the_short_names_were_never_imported(internet, documented, name):
    with pytest.raises(NameError) as caught:
        exec(documented, {})

    assert caught.value.name == name
    assert list(internet.journal) == []
