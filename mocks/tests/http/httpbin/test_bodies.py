import random
import re


def test_random_bytes_without_a_seed_are_of_the_length_asked_for_and_differ(client):
    first, second = (client.get("/bytes/1000").body for _ in range(2))
    assert len(first) == len(second) == 1000
    assert first != second


def test_a_seed_leaves_the_randomness_of_the_test_alone(client):
    random.seed(7)
    state = random.getstate()
    client.get("/bytes/10?seed=1")
    assert random.getstate() == state


def test_no_more_than_a_limit_is_sent(client):
    assert len(client.get("/bytes/9999999").body) == 102400
    assert len(client.get("/stream-bytes/9999999").body) == 102400


def test_pieces_are_of_the_size_asked_for(web, client):
    assert len(client.get("/stream-bytes/25?chunk_size=10").body) == 25
    sent = [entry.data for entry in web.journal if entry.kind == "sent"][1:-1]
    assert [chunk.partition(b"\r\n")[0] for chunk in sent] == [b"a", b"a", b"5"]


def test_ranges_of_one_body_fit_together(client):
    whole = client.get("/range/100").body
    parts = [client.get("/range/100", f"Range: bytes={n}-{n + 24}") for n in (0, 25, 50, 75)]
    assert [part.status for part in parts] == [206] * 4
    assert b"".join(part.body for part in parts) == whole


def test_a_page_links_to_all_pages_but_itself(client):
    text = client.get("/links/4/2").text
    assert re.findall(r"href='(.*?)'", text) == ["/links/4/0", "/links/4/1", "/links/4/3"]
