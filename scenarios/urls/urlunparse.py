"""Put a URL together from its six parts."""

from urllib.parse import urlunparse

PARTS = ("https", "www.baidu.com:8080", "/index.html", "haha", "name=Harry", "frag")


def main():
    print(urlunparse(PARTS))


if __name__ == "__main__":
    main()
