"""Fetch the heads of three home pages at once, in one thread, by asyncio's streams.

The documented form decorates its coroutine with `asyncio.coroutine`, which left Python with 3.11.
"""

import asyncio

HOSTS = ["www.sina.com.cn", "www.sohu.com", "www.163.com"]


async def wget(host):
    reader, writer = await asyncio.open_connection(host, 80)
    try:
        writer.write(f"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        await writer.drain()
        while line := (await reader.readline()).decode("latin-1").rstrip():
            print(f"{host} header > {line}")
        # The body is of no interest: closing drops it.
    finally:
        writer.close()
        await writer.wait_closed()


async def wget_all(hosts):
    await asyncio.gather(*(wget(host) for host in hosts))


def main():
    asyncio.run(wget_all(HOSTS))


if __name__ == "__main__":
    main()
