"""What a type checker sees of the installed packages."""

import sys
from pathlib import Path

#: Strict mypy complains of an ignore that ignores nothing: so the last lines prove that our
#: types are seen, where a package without them would let everything pass.
USER = """
from netharness import Internet
from netmocks.http import HTTPMock, Request


def test_orders(internet: Internet, http_mock: HTTPMock) -> None:
    api: HTTPMock = internet.http("api.example.com")
    rule = api.on("GET", "/x").reply(json={"id": 7})
    requests: list[Request] = rule.wait_for_calls(2, timeout=1.0)
    print(requests[0].method.lower(), http_mock.url("/x").upper())

    with Internet() as other:
        other.refused("db.example.com", 5432)

    internet.http(80)  # type: ignore[arg-type]
    http_mock.on("GET", "/x").reply(status="200")  # type: ignore[arg-type]
    number: int = internet.http("api.example.com")  # type: ignore[assignment]
"""


def test_a_strictly_typed_user_passes(host, tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(USER, encoding="utf-8")
    options = ["--strict", "--python-executable", host.python, "--cache-dir", tmp_path / "cache"]
    assert "Success" in host.run(sys.executable, "-m", "mypy", *options, "user.py", cwd=tmp_path)
