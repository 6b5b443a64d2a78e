"""TCP and TLS mocks meet programs that nobody here wrote."""

import asyncio
import shutil
import subprocess

import pytest

from netmocks.record import PATIENCE
from netmocks.tcp import Script, TCPMock, echo, greet
from netmocks.udp import UDPMock
from netmocks.udp import echo as echo_datagrams
from netmocks.wire.authority import authority


def run(*command, said=b""):
    """Run a program to its end; return what it printed."""
    done = subprocess.run(command, input=said, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture
def ca_file(tmp_path):
    """The authority's certificate, as a file for programs that want one."""
    path = tmp_path / "ca.pem"
    path.write_text(authority().pem)
    return path


# -- curl -----------------------------------------------------------------------------------------


@pytest.fixture
def curl():
    """Run curl; skip where it, or the protocol of the URL, is missing."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    protocols = (
        run(program, "--version").decode().partition("Protocols:")[2].splitlines()[0].split()
    )

    def curl(url, *options, said=b""):
        if (scheme := url.partition(":")[0]) not in protocols:
            pytest.skip(f"this curl does not speak {scheme}")
        return run(program, "--silent", "--show-error", "--noproxy", "*", *options, url, said=said)

    return curl


def test_curl_talks_telnet_with_a_script(curl):
    script = Script().send(b"login: ").expect(b"me\n").send(b"welcome\n").close()
    with TCPMock(script) as server:
        said = curl(f"telnet://127.0.0.1:{server.port}", said=b"me\n")
    assert said == b"login: welcome\n"


def test_curl_fetches_gopher_from_a_handler(curl):
    async def gopher(reader, writer):
        selector = await reader.readline()
        writer.write(b"you asked for " + selector)

    with TCPMock(gopher) as server:
        said = curl(f"gopher://127.0.0.1:{server.port}/0/about")
    assert said == b"you asked for /about\r\n"


def test_curl_looks_up_a_word_with_dict(curl):
    def dictionary(client):
        lines = client.makefile("rb")
        client.sendall(b"220 dict.example.com\r\n")
        for line in lines:
            if line.startswith(b"DEFINE"):
                client.sendall(b"552 no match\r\n")
            if line.startswith(b"QUIT"):
                client.sendall(b"221 bye\r\n")
                return

    with TCPMock(dictionary) as server:
        assert b"552 no match" in curl(f"dict://127.0.0.1:{server.port}/d:mock")


def test_curl_verifies_the_certificate_of_a_mock(curl, ca_file):
    async def gopher(reader, writer):
        await reader.readline()
        writer.write(b"in secret\n")

    with TCPMock(gopher, tls=True) as server:
        said = curl(f"gophers://localhost:{server.port}/0/", "--cacert", str(ca_file), "--ipv4")
    assert said == b"in secret\n"


# -- openssl --------------------------------------------------------------------------------------


@pytest.fixture
def s_client(ca_file):
    """Run openssl s_client against a mock; skip where it is missing."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")

    def s_client(server, *options, said=b""):
        where = f"127.0.0.1:{server.port}"
        trust = ("-CAfile", str(ca_file), "-verify_return_error")
        # It shall stay after the end of its input, to hear the answer.
        return run(program, "s_client", "-connect", where, "-ign_eof", *trust, *options, said=said)

    return s_client


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_openssl_verifies_a_mock_and_reads_from_it(s_client, entry, version):
    with TCPMock(greet(b"welcome\n"), tls=True) as server:
        said = s_client(server, "-servername", "localhost", version)
        assert b"welcome\n" in said
        assert b"Verify return code: 0 (ok)" in said or b"Verification: OK" in said
        assert server.journal.wait_for(entry("tls")).value.server_name == "localhost"


def test_openssl_upgrades_a_plain_connection(s_client, entry):
    async def smtp(reader, writer):
        writer.write(b"220 mail.example.com\r\n")
        while line := await reader.readline():
            if line.startswith(b"EHLO"):
                writer.write(b"250-mail.example.com\r\n250 STARTTLS\r\n")
            elif line == b"STARTTLS\r\n":
                writer.write(b"220 go ahead\r\n")
                await writer.transport.start_tls(authority().server_context("localhost"))
            else:
                writer.write(b"221 bye\r\n")
                return

    with TCPMock(smtp) as server:
        said = s_client(server, "-starttls", "smtp", "-quiet", said=b"QUIT\r\n")
        assert b"221 bye" in said
        kinds = [entry.kind for entry in server.journal]
        assert kinds.count("tls") == 1
        assert server.journal.wait_for(lambda entry: entry.data == b"STARTTLS\r\n")


# -- Python's own ---------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_asyncio_streams_talk_with_a_mock_in_the_same_process(tls):
    context = authority().client_context() if tls else None
    async with TCPMock(echo, tls=tls) as server:
        reader, writer = await asyncio.open_connection(
            *server.address, ssl=context, server_hostname="localhost" if tls else None
        )
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        writer.close()
        await writer.wait_closed()


@pytest.mark.asyncio
async def test_asyncio_upgrades_a_plain_connection():
    async def upgrade(reader, writer):
        await reader.readline()
        writer.write(b"go ahead\n")
        await writer.transport.start_tls(authority().server_context("localhost"))
        writer.write(await reader.readline())

    async with TCPMock(upgrade) as server:
        reader, writer = await asyncio.open_connection(*server.address)
        writer.write(b"STARTTLS\n")
        assert await reader.readline() == b"go ahead\n"
        await writer.start_tls(authority().client_context(), server_hostname="localhost")
        writer.write(b"in secret\n")
        assert await reader.readline() == b"in secret\n"
        writer.close()
        await writer.wait_closed()


@pytest.mark.asyncio
async def test_asyncio_datagrams_talk_with_a_mock_in_the_same_process():
    answer = asyncio.get_running_loop().create_future()

    class Client(asyncio.DatagramProtocol):
        def datagram_received(self, data, addr):
            answer.set_result(data)

    async with UDPMock(echo_datagrams) as server:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            Client, remote_addr=server.address
        )
        transport.sendto(b"hello")
        assert await asyncio.wait_for(answer, PATIENCE) == b"hello"
        transport.close()
