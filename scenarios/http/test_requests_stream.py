"""C12: a body that is saved while it is still arriving."""

import pytest
import requests

EVENTS = b'[{"type": "PushEvent"}]'.ljust(512) + b'[{"type": "ForkEvent"}]'.ljust(512) + b"[]"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder that the program saves in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def github(internet):
    """The rule of the page that is asked for."""
    return internet.http("api.github.com").on("GET", "/events")


@pytest.mark.example("C12")
@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 100_000])
def test_the_file_equals_the_body(program, github, folder, size):
    body = bytes(number % 251 for number in range(size))
    github.reply(body)

    console = program("requests_stream.py").run()

    assert (folder / "temp.txt").read_bytes() == body
    lengths = [len(body[start : start + 512]) for start in range(0, size, 512)]
    assert list(console.lines) == [f"{length} bytes" for length in lengths]


@pytest.mark.example("C12")
def test_each_chunk_is_there_before_the_server_sends_the_next(program, github, folder):
    client = program("requests_stream.py")

    async def pieces():
        for count, start in enumerate(range(0, len(EVENTS), 512), 1):
            yield EVENTS[start : start + 512]
            await client.console.lines.wait_for_count_async(count)

    github.reply(stream=pieces())

    client.run()

    assert list(client.console.lines) == ["512 bytes", "512 bytes", "2 bytes"]
    assert (folder / "temp.txt").read_bytes() == EVENTS


@pytest.mark.example("C12")
def test_a_body_that_breaks_off_is_raised_and_its_beginning_is_saved(program, github, folder):
    github.reply(EVENTS[:512], headers={"Content-Length": str(len(EVENTS)), "Connection": "close"})

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="512 bytes read"):
        program("requests_stream.py").run()

    assert (folder / "temp.txt").read_bytes() == EVENTS[:512]


@pytest.mark.example("C12")
def test_the_host_is_named_in_the_handshake(program, github):
    github.reply(EVENTS)

    program("requests_stream.py").run()

    [request] = github.calls
    assert (request.scheme, request.server_name) == ("https", "api.github.com")


@pytest.mark.example("C12")
def test_an_impostor_is_refused(program, impostor, folder):
    impostor("api.github.com")

    with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        program("requests_stream.py").run()

    assert list(folder.iterdir()) == []


@pytest.mark.example("C12")
def test_as_a_program_in_the_seal(sealed_processes, sealed_net, folder):
    page = sealed_net.http("api.github.com").on("GET", "/events").reply(EVENTS)

    done = sealed_processes.run("requests_stream.py")

    assert done.output == "512 bytes\n512 bytes\n2 bytes\n"
    assert (folder / "temp.txt").read_bytes() == EVENTS
    [request] = page.calls
    assert request.scheme == "https"
