"""Children as a test sees them, in both backends."""

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from netharness import Internet
from netmocks.errors import MisuseError, WaitTimeout
from netmocks.tcp import greet

PYTHON = sys.executable

#: A client that prints what it is told at time.example.com:13.
CLIENT = """
import socket
with socket.create_connection(("time.example.com", 13)) as server:
    print(server.recv(100).decode())
"""

#: A server that tells each client who it is.
SERVER = """
import socket
with socket.create_server(("10.40.122.215", 3000)) as server:
    while True:
        client, (host, port) = server.accept()
        client.sendall(f"{host}:{port}".encode())
        client.close()
"""

#: A server of datagrams that answers in capitals.
UDP_SERVER = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(("10.40.122.215", 3000))
    while True:
        data, peer = server.recvfrom(100)
        server.sendto(data.upper(), peer)
"""


def python(code: str) -> list[str]:
    return [PYTHON, "-c", code]


# -- what run returns -----------------------------------------------------------------------------


def test_run_returns_exit_code_output_and_errors(net):
    done = net.run(python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"))

    assert (done.exit_code, done.output, done.errors) == (3, "out\n", "err\n")


def test_run_gives_input_which_then_ends(net):
    done = net.run(python("import sys; print(sys.stdin.read()[::-1])"), input="abc")

    assert done.output == "cba\n"


def test_a_program_that_reads_no_input_is_not_in_its_way(net):
    assert net.run(python("print('done')"), input="x" * 1_000_000).output == "done\n"


def test_input_larger_than_a_pipe_arrives_whole(net):
    done = net.run(python("import sys; print(len(sys.stdin.read()))"), input="x" * 1_000_000)

    assert done.output == "1000000\n"


def test_run_returns_its_part_of_the_journal(net):
    net.tcp("time.example.com", 13, greet(b"noon"))
    net.run(python("print('before')"))

    done = net.run(python(CLIENT))

    assert done.output == "noon\n"
    assert [entry.data for entry in done.journal if entry.kind == "sent"] == [b"noon"]
    assert "noon" in str(done.journal)
    assert "before" not in str(done.journal)


def test_a_signal_is_a_negative_exit_code(net):
    done = net.run(python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))

    assert done.exit_code == -signal.SIGKILL


def test_run_takes_a_folder_and_variables(net, tmp_path):
    code = "import os; print(os.getcwd(), os.environ['GIVEN'], 'TAKEN' in os.environ)"
    os.environ["TAKEN"] = "here"
    try:
        done = net.run(python(code), cwd=tmp_path, env={"GIVEN": "given", "TAKEN": None})
    finally:
        del os.environ["TAKEN"]

    assert done.output == f"{tmp_path} given False\n"


def test_a_child_finds_itself_in_proc(net):
    if not Path("/proc/self").exists():
        pytest.skip("this system has no /proc")
    code = "import os; print(os.readlink('/proc/self') == str(os.getpid()))"
    assert net.run(python(code)).output == "True\n"


def test_only_the_three_usual_descriptors_are_open(net):
    if not Path("/proc/self/fd").exists():
        pytest.skip("this system does not list descriptors")
    done = net.run(["sh", "-c", "ls /proc/$$/fd"])

    assert {int(number) for number in done.output.split()} <= {0, 1, 2, 10}  # 10: dash's own


# -- the network ----------------------------------------------------------------------------------


def test_a_child_reaches_a_mock_by_its_name(net):
    net.tcp("time.example.com", 13, greet(b"noon"))

    assert net.run(python(CLIENT)).output == "noon\n"


def test_a_mock_that_moves_in_later_is_there_for_the_next_child(net):
    net.run(python("pass"))
    net.tcp("time.example.com", 13, greet(b"noon"))

    assert net.run(python(CLIENT)).output == "noon\n"


def test_a_child_reaches_a_mock_by_its_address(net):
    net.tcp("10.1.2.3", 13, greet(b"noon"))

    done = net.run(python(CLIENT.replace("time.example.com", "10.1.2.3")))

    assert done.output == "noon\n"


def test_a_child_sees_the_address_that_it_asked_for(net):
    net.tcp("10.1.2.3", 13, greet(b"noon"))
    code = "import socket; print(socket.create_connection(('10.1.2.3', 13)).getpeername())"

    assert net.run(python(code)).output == "('10.1.2.3', 13)\n"


def test_a_child_verifies_the_certificate_of_a_mock(net):
    net.http("api.example.com").on("GET", "/").reply("hello")
    code = "import urllib.request as u; print(u.urlopen('https://api.example.com/').read())"

    assert net.run(python(code)).output == "b'hello'\n"


def test_an_asyncio_client_in_a_child_reaches_a_mock(net):
    net.tcp("time.example.com", 13, greet(b"noon"))
    code = """
import asyncio
async def main():
    reader, writer = await asyncio.open_connection("time.example.com", 13)
    print(await reader.read())
    writer.close()
asyncio.run(main())
"""
    done = net.run(python(code))
    assert (done.output, done.errors) == ("b'noon'\n", "")


def test_grandchildren_are_inside_too(net):
    net.tcp("time.example.com", 13, greet(b"noon"))
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CLIENT!r}])"

    assert net.run(python(code)).output == "noon\n"


def test_a_child_that_a_shell_starts_is_inside(net):
    net.tcp("time.example.com", 13, greet(b"noon"))

    done = net.run(["sh", "-c", f'"{PYTHON}" -c "$CLIENT"'], env={"CLIENT": CLIENT})

    assert done.output == "noon\n"


def test_datagrams_travel_to_a_mock_and_back(net):
    net.udp("echo.example.com", 7, lambda datagram: datagram.data.upper())
    code = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.settimeout(5)
    client.sendto(b"hello", ("echo.example.com", 7))
    data, (host, port) = client.recvfrom(100)
    print(data, port)
"""
    assert net.run(python(code)).output == "b'HELLO' 7\n"


def test_a_name_that_nobody_has_is_reported(net):
    done = net.run(python("import socket; socket.gethostbyname('nobody.example.com')"))

    assert done.exit_code == 1
    [finding] = net.findings.all
    net.findings.clear()
    assert finding.kind == "unrouted"
    assert "nobody has the name 'nobody.example.com'" in finding.text


def test_a_place_that_nobody_serves_is_refused_and_reported(net):
    code = """
import socket
try:
    socket.create_connection(("10.9.8.7", 80))
except ConnectionRefusedError:
    print("refused")
"""
    assert net.run(python(code)).output == "refused\n"
    [finding] = net.findings.all
    net.findings.clear()
    assert finding.kind == "unrouted"
    assert "nobody serves 10.9.8.7:80/tcp" in finding.text


def test_a_place_that_is_meant_to_refuse_is_not_reported(net):
    net.refused("db.example.com", 5432)
    code = "import socket; socket.create_connection(('db.example.com', 5432))"

    assert "ConnectionRefusedError" in net.run(python(code)).errors


# -- servers --------------------------------------------------------------------------------------


def test_a_server_is_reached_from_the_test_and_from_other_children(net):
    with net.start(python(SERVER)) as server:
        server.wait_until_listening(3000)
        with socket.create_connection(("10.40.122.215", 3000), timeout=5) as client:
            host, port = client.getsockname()
            assert client.recv(100) == f"{host}:{port}".encode()
            assert client.getpeername() == ("10.40.122.215", 3000)
        other = net.run(
            python(CLIENT.replace("time.example.com", "10.40.122.215").replace("13", "3000"))
        )
        assert other.exit_code == 0
        assert other.output


def test_a_server_of_datagrams_is_reached_from_the_test(net):
    with net.start(python(UDP_SERVER)) as server:
        server.wait_until_listening(3000, transport="udp")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.sendto(b"hello", ("10.40.122.215", 3000))
            assert client.recvfrom(100) == (b"HELLO", ("10.40.122.215", 3000))


def test_a_loopback_port_that_is_claimed_belongs_to_the_child(net):
    net.host("127.0.0.1", 9999)
    code = SERVER.replace("10.40.122.215", "127.0.0.1").replace("3000", "9999")
    with net.start(python(code)) as server:
        server.wait_until_listening(9999)
        net.wait_until_listening("127.0.0.1", 9999)
        with socket.create_connection(("127.0.0.1", 9999), timeout=5) as client:
            assert client.recv(100)


def test_a_place_is_bound_once_across_processes(net):
    with net.start(python(SERVER)) as first:
        first.wait_until_listening(3000)
        second = net.run(python(SERVER))
    assert second.exit_code == 1
    assert "Address already in use" in second.errors or "bound by another" in second.errors


def test_a_place_is_free_again_when_its_server_has_ended(net):
    for _ in range(2):
        with net.start(python(SERVER)) as server:
            server.wait_until_listening(3000)
            with socket.create_connection(("10.40.122.215", 3000), timeout=5) as client:
                assert client.recv(100)


def test_a_server_that_ends_before_it_listens_ends_the_wait(net):
    server = net.start(python("raise SystemExit('no port for me')"))

    with pytest.raises(WaitTimeout) as caught:
        server.wait_until_listening(3000, timeout=30)

    assert "ended with exit code 1 before it listened at port 3000" in str(caught.value)
    assert "no port for me" in str(caught.value)


# -- talking --------------------------------------------------------------------------------------


def test_output_is_waited_for_while_the_child_runs(net):
    child = net.start(python("print('ready'); print(input())"))
    child.wait_for_output("ready")
    assert child.running
    child.write("go on\n")

    assert child.wait().output == "ready\ngo on\n"


def test_output_can_be_waited_for_several_times(net):
    child = net.start(python("while line := input('> '): print(line)"))
    for count, line in enumerate(("one", "two"), 1):
        child.wait_for_output("> ", count=count)
        child.write(f"{line}\n")
    child.wait_for_output("> ", count=3)
    child.write("\n")

    assert child.wait().output == "> one\n> two\n> "


def test_errors_are_waited_for(net):
    child = net.start(python("import sys; sys.exit('it went wrong')"))
    child.wait_for_errors("went wrong")
    assert child.wait().exit_code == 1


def test_output_that_never_comes_is_told_with_what_came(net):
    child = net.start(python("print('something else'); input()"))
    child.wait_for_output("something")

    with pytest.raises(WaitTimeout, match="did not write 'ready' to its output within 0 s") as e:
        child.wait_for_output("ready", timeout=0)

    assert "something else" in str(e.value)


def test_a_terminal_echoes_and_makes_a_program_interactive(net):
    code = "import sys; print(sys.stdin.isatty(), sys.stdout.isatty()); print(input('name? '))"
    child = net.start(python(code), terminal=True)
    child.wait_for_output("name? ")
    child.write("Joe\n")

    assert child.wait().output == "True True\r\nname? Joe\r\nJoe\r\n"


def test_the_input_of_a_terminal_ends_as_with_control_d(net):
    done = net.run(python("import sys; print(sys.stdin.read())"), input="a\n", terminal=True)

    assert done.output.replace("^D\b\b", "") == "a\r\na\r\n\r\n"


def test_a_child_may_be_asked_to_end(net):
    child = net.start(python("print('up'); input()"))
    child.wait_for_output("up")

    assert child.terminate().exit_code == -signal.SIGTERM
    assert not child.running
    assert child.fate == "was killed by SIGTERM"


def test_who_has_ended_takes_no_input(net):
    child = net.start(python("pass"))
    child.wait()

    with pytest.raises(MisuseError, match="takes no input"):
        child.write("too late")


def test_a_program_at_a_wildcard_address_gets_a_name_by_a_relay(net, unused_tcp_port):
    code = f"""
import socket
with socket.create_server(("0.0.0.0", {unused_tcp_port})) as server:
    print("ready")
    while True:
        client, _ = server.accept()
        with client:
            client.sendall(b"noon")
"""
    net.start(python(code)).wait_for_output("ready")
    net.relay("time.example.com", 13, to=("127.0.0.1", unused_tcp_port))

    with socket.create_connection(("time.example.com", 13), timeout=5) as client:
        assert client.recv(100) == b"noon"
    assert net.run(python(CLIENT)).output == "noon\n"


# -- coroutines -----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_coroutines_run_and_start_programs(backend):
    async with Internet(sealed=backend, tolerate=["outside"]) as net:
        net.tcp("time.example.com", 13, greet(b"noon"))
        assert (await net.run_async(python(CLIENT))).output == "noon\n"
        async with await net.start_async(python(SERVER)) as server:
            await server.wait_until_listening_async(3000)
        child = net.start(python("print(input())"))
        child.feed("hello")
        await child.wait_for_output_async("hello")
        complaint = net.start(python("import sys; sys.stderr.write('no'); sys.stdin.read()"))
        await complaint.wait_for_errors_async("no")
        with pytest.raises(WaitTimeout, match="did not write 'no' 2 times to its errors within"):
            await complaint.wait_for_errors_async("no", count=2, timeout=0.01)
        assert (await child.wait_async()).exit_code == 0


@pytest.mark.asyncio
async def test_a_run_that_would_block_the_loop_is_refused(net):
    with pytest.raises(MisuseError, match="run_async"):
        net.run(python("pass"))


def test_a_program_may_have_an_internet_of_its_own_in_the_seal_alone(net, backend):
    code = """
import urllib.request
from netharness import Internet

with Internet() as internet:
    internet.http("api.example.com").on("GET", "/").reply("mine")
    print(urllib.request.urlopen("http://api.example.com/").read().decode())
"""
    done = net.run(python(code))

    if backend == "required":
        assert (done.exit_code, done.output, done.errors) == (0, "mine\n", "")
    else:
        assert "MisuseError: an internet leads this process already" in done.errors


# -- misuse ---------------------------------------------------------------------------------------


def test_a_missing_program_is_named(net):
    with pytest.raises(MisuseError, match="'nonesuch' can't be started: No such file"):
        net.run(["nonesuch"], env={"PATH": os.defpath})


def test_a_file_that_is_no_program_is_named(net, tmp_path):
    (tmp_path / "notes.txt").write_text("hello")

    with pytest.raises(MisuseError, match=r"notes.txt' can't be started: Permission denied"):
        net.run([tmp_path / "notes.txt"])


def test_a_missing_folder_is_named(net):
    with pytest.raises(MisuseError, match="cwd='/nonesuch': No such file"):
        net.run(["true"], cwd="/nonesuch")


@pytest.mark.parametrize("args", ["curl -s", [], ["a\0b"], [b"true"]])
def test_what_is_no_command_is_refused(net, args):
    with pytest.raises(MisuseError, match="args="):
        net.run(args)


@pytest.mark.parametrize("path", [None, "", "here", os.pathsep.join(["here", "there"])])
def test_a_python_is_inside_whatever_path_it_is_given(net, tmp_path, path):
    net.tcp("time.example.com", 13, greet(b"noon"))
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "sitecustomize.py").write_text("print('mine')")

    done = net.run(python(CLIENT), cwd=tmp_path, env={"PYTHONPATH": path})

    assert (done.output, done.errors) == (("mine\n" if path else "") + "noon\n", "")
    assert net.findings.all == ()


@pytest.mark.parametrize("env", [{"A": 1}, {"A=": "1"}, {"": "1"}, {"A": "\0"}, {1: "1"}])
def test_what_is_no_variable_is_refused(net, env):
    with pytest.raises(MisuseError, match=r"env=\{.*a name without '='"):
        net.run(["true"], env=env)
    assert net.children == []


def test_what_no_program_can_read_is_refused(net):
    with pytest.raises(MisuseError, match="5 can't be read by a program"):
        net.run(["cat"], input=5)


def test_what_can_never_be_is_not_waited_for(net):
    child = net.start(["cat"])
    for nothing in ("", b"ready", 5):
        with pytest.raises(MisuseError, match="it takes a text"):
            child.wait_for_output(nothing)
        with pytest.raises(MisuseError, match="it takes a text"):
            child.wait_for_errors(nothing)
    with pytest.raises(MisuseError, match="0 times: it takes a text, at least once"):
        child.wait_for_output("ready", count=0)
    for nowhere in (0, 65536, "80"):
        with pytest.raises(MisuseError, match="a port is a number from 1 to 65535"):
            child.wait_until_listening(nowhere)


def test_a_child_shows_what_it_is_in_a_line(net):
    child = net.start(["cat", "-"])
    assert repr(child) == "<Child 1, cat -: still runs>"
    child.kill()
    assert repr(child) == "<Child 1, cat -: was killed by SIGKILL>"


def test_an_internet_that_is_not_up_starts_nothing():
    with pytest.raises(MisuseError, match="not up"):
        Internet().run(["true"])


def test_a_failed_start_leaves_nothing(net, process_state):
    net.run(["true"])
    before = process_state()
    for _ in range(3):
        with pytest.raises(MisuseError):
            net.run(["nonesuch"])
    # The first child's may be closed meanwhile: fewer is fine.
    assert process_state()["descriptors"] <= before["descriptors"]
    assert len(net.children) == 1


def test_run_kills_what_does_not_end_in_time(net):
    with pytest.raises(WaitTimeout, match="did not end within 0 s"):
        net.run(["sleep", "1000"], timeout=0)
    assert not net.children[0].running
