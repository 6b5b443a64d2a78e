"""The fixtures of httpbin, in tests as people write them for pytest-httpbin."""

import json
import os
import socket
import urllib.request
from collections.abc import Callable

import pytest

from netharness import Internet
from netmocks.http.httpbin import add_to

#: Never the fixtures of pytest-httpbin, whose plugin is called httpbin.
PLUGINS = ("-p", "no:httpbin")

#: Tests that know nothing of us.
SUITE = """
    import json
    import unittest
    import urllib.request

    import pytest
    import requests
    from requests.auth import HTTPDigestAuth


    @pytest.fixture(scope="module")
    def session(httpbin):
        with requests.Session() as session:
            session.get(httpbin.url + "/cookies/set?flavour=oats")
            yield session


    def test_url_host_and_port(httpbin):
        assert httpbin.url == f"http://{httpbin.host}:{httpbin.port}"
        assert httpbin.host == "127.0.0.1"
        assert httpbin + "/get" == httpbin.url + "/get"
        assert httpbin.join("/get?a=1#f") == httpbin.url + "/get?a=1#f"


    def test_standard_library(httpbin):
        with urllib.request.urlopen(httpbin.url + "/get?a=1") as answer:
            assert json.load(answer)["args"] == {"a": "1"}


    def test_post(httpbin):
        shown = requests.post(httpbin.join("post"), files={"f": b"text"}, data={"a": "1"}).json()
        assert (shown["files"], shown["form"]) == ({"f": "text"}, {"a": "1"})
        assert shown["headers"]["User-Agent"].startswith("python-requests/")
        assert requests.post(httpbin + "/post", json=[1]).json()["json"] == [1]


    @pytest.mark.parametrize("status", [200, 404, 500])
    def test_status(httpbin, status):
        assert requests.get(f"{httpbin.url}/status/{status}").status_code == status


    def test_wrong_method(httpbin):
        answer = requests.post(httpbin + "/get")
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]


    @pytest.mark.parametrize("kind", ["redirect", "relative-redirect", "absolute-redirect"])
    def test_redirects(httpbin, kind):
        answer = requests.get(f"{httpbin.url}/{kind}/3")
        assert [len(answer.history), answer.url] == [3, httpbin.url + "/get"]


    def test_cookies(httpbin, session):
        assert session.get(httpbin + "/cookies").json() == {"cookies": {"flavour": "oats"}}


    def test_auth(httpbin):
        assert requests.get(httpbin + "/basic-auth/user/pass", auth=("user", "pass")).ok
        assert requests.get(httpbin + "/basic-auth/user/pass").status_code == 401
        for algorithm in ("MD5", "SHA-256", "SHA-512"):
            url = f"{httpbin.url}/digest-auth/auth/user/pass/{algorithm}/never"
            answer = requests.get(url, auth=HTTPDigestAuth("user", "pass"))
            assert answer.json() == {"authenticated": True, "user": "user"}
            assert requests.get(url, auth=HTTPDigestAuth("user", "x")).status_code == 401


    @pytest.mark.parametrize("coding", ["gzip", "deflate"])
    def test_compression(httpbin, coding):
        answer = requests.get(f"{httpbin.url}/{coding}")
        assert answer.headers["Content-Encoding"] == coding
        assert answer.json()["method"] == "GET"


    def test_stream(httpbin):
        with requests.get(httpbin + "/stream/3", stream=True) as answer:
            assert [json.loads(line)["id"] for line in answer.iter_lines()] == [0, 1, 2]


    def test_secure(httpbin_secure, httpbin_ca_bundle):
        assert httpbin_secure.url.startswith("https://")
        assert requests.get(httpbin_secure + "/get").json()["url"] == httpbin_secure.url + "/get"


    def test_both(httpbin_both, httpbin_ca_bundle):
        assert requests.get(httpbin_both.url + "/delay/0").ok


    @pytest.mark.usefixtures("class_based_httpbin", "class_based_httpbin_secure")
    class TestClass(unittest.TestCase):
        def test_plain(self):
            assert requests.get(self.httpbin.url + "/get").ok

        def test_secure(self):
            answer = requests.get(self.httpbin_secure + "/get", verify=False)
            assert answer.json()["url"].startswith("https://")
"""


def test_tests_written_for_pytest_httpbin_run_unchanged(
    run: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    # Its own test warns that it does not verify; it does so with every server.
    result = run(SUITE, *PLUGINS, "-W", "ignore:Unverified HTTPS request")
    result.assert_outcomes(passed=20)
    assert "REQUESTS_CA_BUNDLE" not in os.environ


def test_nothing_is_left_of_the_servers(
    run: Callable[..., pytest.RunResult],
    unchanged: None,  # behind `run`, which changes the process itself
) -> None:
    result = run(
        """
        import socket

        def test(httpbin, httpbin_secure):
            with socket.create_connection((httpbin.host, httpbin.port)) as client:
                client.sendall(b"GET /delay/10 HTTP/1.0\\r\\n\\r\\n")
                httpbin.mock.requests.wait_for_count(1)
        """,
        *PLUGINS,
    )
    result.assert_outcomes(passed=1)


def test_the_environment_names_the_port(
    run: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("HTTPBIN_HTTP_PORT", str(port))
        result = run("def test(httpbin): pass", *PLUGINS)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*MisuseError*{port}*"])


def test_any_client_may_be_given_the_authority(run: Callable[..., pytest.RunResult]) -> None:
    result = run(
        """
        import ssl
        import urllib.request

        def test(httpbin_secure, httpbin_ca_bundle):
            context = ssl.create_default_context(cafile=httpbin_ca_bundle)
            with urllib.request.urlopen(httpbin_secure + "/ip", context=context) as answer:
                assert answer.status == 200
        """,
        *PLUGINS,
    )
    result.assert_outcomes(passed=1)


def test_what_goes_wrong_fails_the_session(run: Callable[..., pytest.RunResult]) -> None:
    result = run(
        """
        import urllib.error
        import urllib.request

        def fail(request):
            raise LookupError("not in here")

        def test(httpbin):
            httpbin.mock.on("GET", "/own").reply(fail)
            try:
                urllib.request.urlopen(httpbin + "/own")
            except urllib.error.HTTPError as error:
                error.close()
        """,
        *PLUGINS,
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*LookupError: not in here*"])


def test_it_lives_at_its_own_name(internet: Internet) -> None:
    rule = add_to(internet.http("httpbin.org"))
    for scheme in ("http", "https"):
        with urllib.request.urlopen(f"{scheme}://httpbin.org/get?a=1") as answer:
            assert json.load(answer)["url"] == f"{scheme}://httpbin.org/get?a=1"
    assert rule.count == 2


def test_where_pytest_httpbin_is_installed_its_fixtures_are_meant(pytester):
    pytester.makepyfile(
        stranger="""
            import pytest

            @pytest.fixture
            def httpbin():
                return "theirs"
        """,
        test_it="""
            def test_it(pytestconfig, httpbin):
                assert httpbin == "theirs"
                assert not pytestconfig.pluginmanager.has_plugin("netharness.httpbin")
        """,
        early="""
            def pytest_load_initial_conftests(early_config):
                import stranger

                early_config.pluginmanager.register(stranger, "httpbin")
        """,
    )
    pytester.syspathinsert()
    pytester.runpytest("-p", "early", "-p", "no:asyncio").assert_outcomes(passed=1)
