"""Get an answer in JSON as a Python object."""

import requests


def main():
    res = requests.post("http://httpbin.org/post", data={"key": "value"})
    print(res.json())


if __name__ == "__main__":
    main()
