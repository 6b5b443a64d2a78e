"""UDP load: datagrams of 64 bytes, 32 in flight.

    python -m load_udp PORT SECONDS

Prints answers a second, and for how many seconds they were counted, as JSON.
"""

import json
import socket
import sys
import time

WINDOW = 32
DATAGRAM = bytes(64)


def load(port: int, seconds: float) -> dict[str, float]:
    """Return answers a second."""
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect(("127.0.0.1", port))
        for _ in range(WINDOW):
            client.send(DATAGRAM)
        began = time.perf_counter()
        answers = 0
        while (spent := time.perf_counter() - began) < seconds:
            client.recv(100)
            client.send(DATAGRAM)
            answers += 1
    return {"rate": answers / spent, "seconds": spent}


if __name__ == "__main__":
    json.dump(load(int(sys.argv[1]), float(sys.argv[2])), sys.stdout)
