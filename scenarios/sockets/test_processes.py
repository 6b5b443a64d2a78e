"""A1, A2, A3, B8 to B11, C1 and C2 as they are documented: programs, each a process of its own."""

import re

import pytest

HELLOS = "Hello, Michael!\nHello, Tracy!\nHello, Sarah!\n"
PROMPT = "Please type a message (exit ends): "
CLOSED = "The connection is closed."


@pytest.fixture(autouse=True)
def claimed(request):
    """Claim the loopback ports of the documents: on the host, somebody may have them."""
    if "net" in request.fixturenames:
        net = request.getfixturevalue("net")
        for port in (9999, 8000):
            net.host("127.0.0.1", port)


# -- A2 and A3 ------------------------------------------------------------------------------------


@pytest.mark.example("A2")
def test_a_greeter_and_its_client(processes):
    server = processes.start("tcp_greeter_server.py", port=9999)

    assert processes.run("tcp_greeter_client.py").output == f"Welcome!\n{HELLOS}"

    server.wait_for_output("has left")
    lines = server.output.splitlines()
    assert lines[0] == "Waiting for clients ..."
    assert re.fullmatch(r"127\.0\.0\.1:\d+ has come", lines[1])


@pytest.mark.example("A2")
def test_two_clients_at_once_are_served_side_by_side(processes):
    processes.start("tcp_greeter_server.py", port=9999)

    clients = [processes.start("tcp_greeter_client.py") for _ in range(2)]
    for client in clients:  # neither waits until the other has said exit
        client.wait_for_output("Welcome!")

    assert [client.wait(timeout=20).output for client in clients] == [f"Welcome!\n{HELLOS}"] * 2


@pytest.mark.example("A3")
def test_a_server_of_datagrams_and_its_client(processes):
    server = processes.start("udp_hello_server.py", port=9999)

    assert processes.run("udp_hello_client.py").output == HELLOS

    server.wait_for_output("Received from 127.0.0.1:", count=3)


@pytest.mark.example("A2")
@pytest.mark.example("A3")
def test_both_servers_share_the_port_for_they_have_their_own_transports(processes):
    processes.start("tcp_greeter_server.py").wait_until_listening(9999, transport="tcp")
    processes.start("udp_hello_server.py").wait_until_listening(9999, transport="udp")

    assert processes.run("udp_hello_client.py").output == HELLOS


@pytest.mark.example("A2")
def test_a_second_greeter_finds_the_port_taken(processes):
    processes.start("tcp_greeter_server.py", port=9999)

    second = processes.start("tcp_greeter_server.py").wait()

    assert second.exit_code == 1
    assert "OSError: [Errno 98]" in second.errors or "OSError: [Errno 48]" in second.errors


# -- B8 to B11 ------------------------------------------------------------------------------------


@pytest.mark.example("B8")
@pytest.mark.example("B9")
def test_a_server_says_hello_to_each_client(processes, visit_net):
    server = processes.start("tcp_hello_server.py", port=3000)

    for _ in range(2):
        assert processes.run("tcp_hello_client.py").output == "Hello, I am the server.\n"

    visitor = visit_net("10.40.122.215", 3000)
    assert visitor.hear_all() == b"Hello, I am the server."
    server.wait_for_output(f"{visitor.name} has come")


@pytest.mark.example("B10")
@pytest.mark.example("B11")
def test_three_people_chat(processes):
    processes.start("chat_server.py", port=3000)
    clients = [processes.start("chat_client.py") for _ in range(3)]
    for client, name in zip(clients, ("Ann", "Bob", "张三"), strict=True):
        client.wait_for_output(PROMPT)
        client.write(f"I am {name}\n")
        client.wait_for_output(f"I am {name}", count=2)  # confirmed, and back from the server
        for other in clients[: clients.index(client)]:  # the later ones may still connect
            other.wait_for_output(f"I am {name}")

    clients[0].write("still here?\n")
    for client in clients:
        client.wait_for_output("still here?")
    for client in clients:
        client.write("exit\n")

    for client in clients:
        assert client.wait().output.endswith(f"{CLOSED}\n")


@pytest.mark.example("B10")
def test_a_client_that_is_killed_breaks_the_chat_for_nobody(processes):
    server = processes.start("chat_server.py", port=3000)
    victim, other = (processes.start("chat_client.py") for _ in range(2))
    for client in (victim, other):
        client.wait_for_output(PROMPT)
    server.wait_for_output("has come", count=2)

    victim.kill()
    server.wait_for_output("has left")
    other.write("are you there?\n")

    other.wait_for_output("Your input is : are you there?")
    other.wait_for_output("are you there?", count=2)
    other.write("\n")
    assert other.wait().exit_code == 0


@pytest.mark.example("B11")
def test_a_chat_at_a_terminal(processes):
    processes.start("chat_server.py", port=3000)
    client = processes.start("chat_client.py", terminal=True)
    client.wait_for_output(PROMPT)

    client.write("你好\n")
    client.wait_for_output("Your input is : 你好\r\n")
    client.wait_for_output("你好", count=3)  # typed, confirmed, and back from the server
    client.write("exit\n")

    assert client.wait().output.endswith(f"{CLOSED}\r\n")


# -- C1 and C2 ------------------------------------------------------------------------------------


@pytest.mark.example("C1")
@pytest.mark.example("C2")
def test_each_line_comes_back_with_the_time_over_a_connection_of_its_own(processes):
    server = processes.start("timestamp_server.py", port=8000)

    done = processes.run("timestamp_client.py", "one\ntwo\nthree\n\n")

    lines = done.output.splitlines()
    stamp = r"\[\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\]"
    assert all(
        re.fullmatch(rf"> {stamp} {word}", line)
        for line, word in zip(lines, ("one", "two", "three"), strict=False)
    )
    assert lines[3:] == ["> "]
    assert server.output.count("has come") == 3
    assert server.running


@pytest.mark.example("C1")
def test_an_empty_message_ends_the_timestamp_server(processes, visit_net):
    server = processes.start("timestamp_server.py", port=8000)

    visit_net("127.0.0.1", 8000).finish()

    assert server.wait().exit_code == 0


@pytest.mark.example("C2")
def test_a_conversation_at_a_terminal(processes):
    processes.start("timestamp_server.py", port=8000)
    client = processes.start("timestamp_client.py", terminal=True)

    for count, word in enumerate(("one", "two"), 1):
        client.wait_for_output("> ", count=count)
        client.write(f"{word}\n")
        client.wait_for_output(f"] {word}\r\n")
    client.wait_for_output("> ", count=3)
    client.write("\n")

    assert client.wait().exit_code == 0


# -- A1 -------------------------------------------------------------------------------------------


@pytest.mark.example("A1")
def test_a_page_by_hand_is_saved(sealed_processes, sealed_net, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = sealed_net.http("doc.ucharts.cn").on("GET", "/").reply("<h1>charts</h1>" * 1000)

    done = sealed_processes.run("http_get.py")

    assert done.output.startswith("HTTP/1.1 200 OK")
    assert (tmp_path / "save.html").read_text() == "<h1>charts</h1>" * 1000
    [request] = page.calls
    assert request.headers["Connection"] == "close"
