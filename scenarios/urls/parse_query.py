"""Take a query apart, as a dict of lists and as a list of pairs.

The document says that `parse_qs` returns a string; it returns a dict.
"""

from urllib.parse import parse_qs, parse_qsl

QUERY = "name=Harry&name=Jack&age=37&height=170"


def main():
    print(parse_qs(QUERY))
    print(parse_qsl(QUERY))


if __name__ == "__main__":
    main()
