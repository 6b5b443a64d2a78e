"""Take a URL apart: each of its six parts has a name and an index."""

from urllib.parse import urlparse

URL = "http://baidu.com/index.html;abc?name=aaa#myflags"


def main():
    parts = urlparse(URL)
    print(parts)
    for index, name in enumerate(parts._fields):
        print(f"{name}: {getattr(parts, name)} = {parts[index]}")


if __name__ == "__main__":
    main()
