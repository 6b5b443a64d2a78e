"""Make a query of pairs, where a name may repeat, and of a dict, where it can't."""

from urllib.parse import urlencode

PAIRS = [("name", "Sam"), ("name", "Tom"), ("age", 36), ("height", 170)]

MAPPING = {
    "name": "Harry",
    "name": "Henry",  # noqa: F601  # written twice on purpose: the later one stays
    "age": 37,
    "height": 170,
}


def main():
    print(urlencode(PAIRS))
    print(urlencode(MAPPING))


if __name__ == "__main__":
    main()
