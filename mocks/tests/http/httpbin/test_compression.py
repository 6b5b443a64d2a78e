import gzip

import pytest

from netmocks.http import codings


def test_without_a_library_for_brotli_the_answer_says_what_to_install(client, monkeypatch):
    monkeypatch.setattr(codings, "can", lambda _: False)
    answer = client.get("/brotli")
    assert answer.status == 501
    assert answer.text == "/brotli needs a library that is not installed: brotli or brotlicffi\n"


def test_brotli_is_brotli(client):
    library = pytest.importorskip("brotlicffi", reason="no library for Brotli is installed")
    assert b'"brotli": true' in library.decompress(client.get("/brotli").body)


def test_the_same_request_gives_the_same_octets(client):
    first, second = (client.get("/gzip") for _ in range(2))
    assert first.body == second.body
    assert b'"gzipped": true' in gzip.decompress(first.body)
