"""Echo load: blocks of 64 KiB on one connection, one in flight.

    python -m load_echo PORT SECONDS

Prints blocks a second, and for how many seconds they were counted, as JSON.
"""

import json
import socket
import sys
import time

BLOCK = bytes(64 * 1024)
BUFFER = bytearray(len(BLOCK))


def load(port: int, seconds: float) -> dict[str, float]:
    """Return blocks a second."""
    with socket.create_connection(("127.0.0.1", port)) as client:
        began = time.perf_counter()
        blocks = 0
        while (spent := time.perf_counter() - began) < seconds:
            client.sendall(BLOCK)
            left = len(BLOCK)
            while left:
                left -= client.recv_into(BUFFER, left)
            blocks += 1
    return {"rate": blocks / spent, "seconds": spent}


if __name__ == "__main__":
    json.dump(load(int(sys.argv[1]), float(sys.argv[2])), sys.stdout)
