"""POP3 load: poplib, in one session after the other, lists a maildrop and retrieves all of it.

    python -m load_pop3 PORT SECONDS

Prints messages a second, and for how many seconds they were counted, as JSON.
"""

import json
import poplib
import sys
import time

#: Messages in the maildrop, and bytes of each.
MESSAGES = 1000
SIZE = 4096

NAME, PASSWORD = "me@example.com", "secret"

LINE = b"The quick brown fox jumps over the lazy dog, again and again.\r\n"

MESSAGE = (b"Subject: benchmark\r\n\r\n" + LINE * SIZE)[: SIZE - 2] + b"\r\n"


def fetch(port: int) -> None:
    """Fetch every message in one session."""
    client = poplib.POP3("127.0.0.1", port)
    client.user(NAME)
    client.pass_(PASSWORD)
    _, listing, _ = client.list()
    if len(listing) != MESSAGES:
        raise SystemExit(f"{MESSAGES} messages were expected, {len(listing)} are there")
    for number in range(1, MESSAGES + 1):
        _, _, size = client.retr(number)
        if size != SIZE:
            raise SystemExit(f"message {number} has {size} bytes instead of {SIZE}")
    client.quit()


def load(port: int, seconds: float) -> dict[str, float]:
    """Return messages a second, and how long they were counted."""
    began = time.perf_counter()
    sessions = 0
    while (spent := time.perf_counter() - began) < seconds:
        fetch(port)
        sessions += 1
    return {"rate": sessions * MESSAGES / spent, "seconds": spent}


if __name__ == "__main__":
    json.dump(load(int(sys.argv[1]), float(sys.argv[2])), sys.stdout)
