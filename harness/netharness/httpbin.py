"""Fixtures that give httpbin: a service that shows its clients what they sent.

They have the names and give what those of pytest-httpbin give, so that tests written for it need
no change. The servers stay for the whole session, and take the ports that the environment variables
HTTPBIN_HTTP_PORT and HTTPBIN_HTTPS_PORT name.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest

if TYPE_CHECKING:
    from netmocks.http import HTTPMock

use_class_based_httpbin = pytest.mark.usefixtures("class_based_httpbin")
use_class_based_httpbin_secure = pytest.mark.usefixtures("class_based_httpbin_secure")


class Httpbin:
    """Where httpbin is found; `httpbin + "/get"` is a URL there."""

    def __init__(self, mock: "HTTPMock") -> None:
        #: the server itself, with its journal and all requests
        self.mock = mock

    @property
    def url(self) -> str:
        """The URL of its root, without a slash at its end."""
        return self.mock.url().removesuffix("/")

    @property
    def host(self) -> str:
        """The address it stands on."""
        return self.mock.host

    @property
    def port(self) -> int:
        """The port it stands on."""
        return self.mock.port

    def __add__(self, path: str) -> str:
        return self.url + path

    def join(self, url: str, allow_fragments: bool = True) -> str:
        """Return a URL as it reads on a page of this server; see `urllib.parse.urljoin`."""
        return urljoin(self.url, url, allow_fragments=allow_fragments)


@contextmanager
def _serving(config: pytest.Config, name: str, port: str, *, tls: bool) -> Iterator[Httpbin]:
    from netmocks.http import HTTPMock, httpbin

    mock = HTTPMock(
        name=name,
        spelling=f"{name}.mock",
        port=int(os.environ.get(port, "0")),
        tls=tls,
        tolerate=config.getini("internet_tolerate"),
        journal_limit=int(config.getini("internet_journal_limit")),
    )
    httpbin.add_to(mock)
    with mock:
        yield Httpbin(mock)


@pytest.fixture(scope="session")
def httpbin(pytestconfig: pytest.Config) -> Iterator[Httpbin]:
    """Httpbin on loopback."""
    with _serving(pytestconfig, "httpbin", "HTTPBIN_HTTP_PORT", tls=False) as server:
        yield server


@pytest.fixture(scope="session")
def httpbin_secure(pytestconfig: pytest.Config) -> Iterator[Httpbin]:
    """Httpbin on loopback, over TLS; see `httpbin_ca_bundle`."""
    with _serving(pytestconfig, "httpbin_secure", "HTTPBIN_HTTPS_PORT", tls=True) as server:
        yield server


@pytest.fixture(scope="session", params=["http", "https"])
def httpbin_both(request: pytest.FixtureRequest) -> Httpbin:
    """Httpbin without TLS, then with it: the test runs twice."""
    name = "httpbin" if request.param == "http" else "httpbin_secure"
    server: Httpbin = request.getfixturevalue(name)
    return server


@pytest.fixture(scope="class")
def class_based_httpbin(request: pytest.FixtureRequest, httpbin: Httpbin) -> None:
    """Let the tests of a class find httpbin as `self.httpbin`."""
    request.cls.httpbin = httpbin


@pytest.fixture(scope="class")
def class_based_httpbin_secure(request: pytest.FixtureRequest, httpbin_secure: Httpbin) -> None:
    """Let the tests of a class find httpbin over TLS as `self.httpbin_secure`."""
    request.cls.httpbin_secure = httpbin_secure


@pytest.fixture
def httpbin_ca_bundle(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Let requests trust `httpbin_secure`; for other clients, the file with its authority."""
    from netmocks.wire.authority import authority

    bundle = tmp_path_factory.mktemp("httpbin") / "ca.pem"
    bundle.write_text(authority().pem, encoding="ascii")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    return bundle
