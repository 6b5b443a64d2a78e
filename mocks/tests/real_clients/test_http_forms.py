"""Forms with files from clients that nobody here wrote."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests
import urllib3
from urllib3.filepost import encode_multipart_formdata

from netmocks.http import HTTPMock

#: Seconds until a client gives up: it bounds a failure, no test waits for it.
PATIENCE = 5.0

CURL = shutil.which("curl")

PICTURE = b"\x89PNG\r\n\x1a\n--not-the-boundary\r\n\0"


def _requests(url: str) -> None:
    files = {"picture": ("cat.png", PICTURE, "image/png")}
    requests.post(url, data={"title": "Grüße"}, files=files, timeout=PATIENCE)


def _httpx(url: str) -> None:
    files = {"picture": ("cat.png", PICTURE, "image/png")}
    httpx.post(url, data={"title": "Grüße"}, files=files, trust_env=False, timeout=PATIENCE)


def _aiohttp(url: str) -> None:
    async def post() -> None:
        form = aiohttp.FormData()
        form.add_field("title", "Grüße")
        form.add_field("picture", PICTURE, filename="cat.png", content_type="image/png")
        async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
            await answer.read()

    asyncio.run(post())


def _urllib3(url: str) -> None:
    fields = {"title": "Grüße", "picture": ("cat.png", PICTURE, "image/png")}
    body, content_type = encode_multipart_formdata(fields)
    with urllib3.PoolManager() as pool:
        pool.request("POST", url, body=body, headers={"Content-Type": content_type})


def _curl(url: str, folder: Path) -> None:
    assert CURL is not None
    (folder / "cat.png").write_bytes(PICTURE)
    form = ["--form", "title=Grüße", "--form", f"picture=@{folder / 'cat.png'};type=image/png"]
    subprocess.run(
        [CURL, "--silent", "--noproxy", "*", "--max-time", str(PATIENCE), *form, url],
        check=True,
        capture_output=True,
    )


CLIENTS = [
    pytest.param(lambda url, _: _requests(url), id="requests"),
    pytest.param(lambda url, _: _httpx(url), id="httpx"),
    pytest.param(lambda url, _: _aiohttp(url), id="aiohttp"),
    pytest.param(lambda url, _: _urllib3(url), id="urllib3"),
    pytest.param(
        _curl, id="curl", marks=pytest.mark.skipif(CURL is None, reason="curl is not installed")
    ),
]


@pytest.fixture
def web() -> Iterator[HTTPMock]:
    with HTTPMock() as mock:
        yield mock


@pytest.mark.parametrize("post", CLIENTS)
def test_the_fields_and_files_of_a_form_are_matched_and_kept(
    web: HTTPMock, post: Callable[[str, Path], None], tmp_path: Path
) -> None:
    rule = web.on(
        "POST",
        "/cats",
        form={"title": "Grüße"},
        files={"picture": re.compile(r"\.png$"), "other": None},
    )
    post(web.url("/cats"), tmp_path)
    (request,) = rule.wait_for_calls(1)
    assert request.form == {"title": "Grüße"}
    picture = request.files["picture"]
    assert (picture.filename, picture.content_type) == ("cat.png", "image/png")
    assert picture.content == PICTURE
