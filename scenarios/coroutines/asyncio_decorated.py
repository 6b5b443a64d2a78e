"""Two coroutines that sleep side by side in one thread, written as generators.

The documented decorator, `asyncio.coroutine`, left Python with 3.11. `types.coroutine` is still
there and makes the same of a generator, so the bodies with `yield from` stay as they were.
"""

import asyncio
import threading
import types


@types.coroutine
def hello(seconds):
    print(f"Hello world! ({threading.current_thread().name})")
    yield from asyncio.sleep(seconds)
    print(f"Hello again! ({threading.current_thread().name})")


async def hello_twice(seconds):
    await asyncio.gather(hello(seconds), hello(seconds))


def main(seconds=3):
    asyncio.run(hello_twice(seconds))


if __name__ == "__main__":
    main()
