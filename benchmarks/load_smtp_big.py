"""SMTP load: one connection that hands over messages of 25 MiB, one after the other.

    python -m load_smtp_big PORT SECONDS

Prints bytes a second, and for how many seconds they were counted, as JSON; at least one message is
handed over.
"""

import json
import sys
import time

from load_smtp import FIRST, HEADER, LINE, STEPS, Client

#: Bytes of a message, its header included.
SIZE = 25 * 1024 * 1024

MESSAGE = (HEADER + LINE * (SIZE // len(LINE) + 1))[: SIZE - 2] + b"\r\n"


class BigClient(Client):
    """One connection whose content does not fit into the socket at once."""

    def deliver(self) -> None:
        """Hand over a message whose sender is named already, and name the next one's."""
        for code, says in STEPS:
            self.expect(code)
            self._socket.sendall(MESSAGE + b".\r\n" if code == b"354" else says)


def load(port: int, seconds: float) -> dict[str, float]:
    """Return bytes a second, and how long they were counted."""
    client = BigClient(port)
    began = time.perf_counter()
    count = 0
    while not count or time.perf_counter() - began < seconds:
        client.deliver()
        count += 1
    spent = time.perf_counter() - began
    client.close()
    return {"rate": count * SIZE / spent, "seconds": spent}


if __name__ == "__main__":
    assert STEPS[-1][1] == FIRST
    json.dump(load(int(sys.argv[1]), float(sys.argv[2])), sys.stdout)
