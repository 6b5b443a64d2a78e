"""What the mail scenarios share: the providers' servers, and a folder for files to be sent."""

import pytest


@pytest.fixture
def gmail(internet):
    return internet.smtp("smtp.gmail.com", accounts={"from@gmail.com": "password"})


@pytest.fixture
def qq(internet):
    return internet.smtp("smtp.qq.com", accounts={"sender@qq.example": "authcode"})


@pytest.fixture
def netease(internet):
    return internet.smtp("smtp.163.com", accounts={"sender@example.com": "authcode"})


@pytest.fixture
def put(tmp_path, monkeypatch):
    """Make a file in the folder that the program runs in: `put(name)`; returns its bytes."""
    monkeypatch.chdir(tmp_path)

    def put(name):
        # Each byte there is, line ends and dots of all kinds; and no two files the same.
        content = name.encode() + b"\r\n.\r\n" + bytes(range(256)) * 4
        (tmp_path / name).write_bytes(content)
        return content

    return put
