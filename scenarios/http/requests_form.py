"""Post a form; the server tells what it got, and requests makes a text of that."""

import requests


def main():
    res = requests.post("http://httpbin.org/post", data={"key": "value"})
    print(res.text)


if __name__ == "__main__":
    main()
