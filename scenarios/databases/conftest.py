"""What the database scenarios share: the server of the documents."""

import pytest


@pytest.fixture
def mysql(internet):
    return internet.mysql("localhost", accounts={"root": "123456"}, databases=["test"])


@pytest.fixture
def real_mysql(internet, _mysql_process):
    """The same, on the real server; skipped where none is installed."""
    return internet.mysql(
        "localhost", accounts={"root": "123456"}, databases=["test"], engine="real"
    )
