"""Post a form in which a name is there twice: as pairs, for a dict would keep one of them."""

import requests

PAIRS = (("key1", "value1"), ("key1", "value2"))


def main():
    res = requests.post("http://httpbin.org/post", data=PAIRS)
    print(res.text)


if __name__ == "__main__":
    main()
