"""Print the header fields of an answer, and one of them by its name in three spellings."""

import requests


def main():
    r = requests.get("http://httpbin.org/get")
    for name, value in r.headers.items():
        print(f"{name}: {value}")
    print(r.headers["Content-Type"], r.headers["content-type"], r.headers.get("CONTENT-TYPE"))


if __name__ == "__main__":
    main()
