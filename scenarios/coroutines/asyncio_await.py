"""Two coroutines that sleep side by side in one thread, written with async and await.

The documented form gives bare coroutines to `asyncio.wait`, which takes tasks only since Python
3.11, and asks for an event loop before there is one. A task group makes the tasks, and
`asyncio.run` makes the loop.
"""

import asyncio
import threading


async def hello(seconds):
    print(f"Hello world! ({threading.current_thread().name})")
    await asyncio.sleep(seconds)
    print(f"Hello again! ({threading.current_thread().name})")


async def hello_twice(seconds):
    async with asyncio.TaskGroup() as group:
        group.create_task(hello(seconds))
        group.create_task(hello(seconds))


def main(seconds=1):
    asyncio.run(hello_twice(seconds))


if __name__ == "__main__":
    main()
