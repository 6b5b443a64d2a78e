"""Get a page with a query that requests makes of a dict."""

import requests

PARAMS = {
    "username": "xiaozhi",
    "password": "testpass",
    "token": None,  # what is None is left out
}


def main():
    res = requests.get("http://www.baidu.com", params=PARAMS)
    print(res.url)


if __name__ == "__main__":
    main()
