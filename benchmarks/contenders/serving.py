"""Serving: how a contender's process tells its port, and lives until nobody needs it."""

import sys
import time


def serve(port: int) -> None:
    """Print the port, then answer each line on standard input with the processor time used.

    Returns when standard input ends. The server itself runs in a thread.
    """
    print(port, flush=True)
    for _ in sys.stdin:
        print(time.process_time(), flush=True)
