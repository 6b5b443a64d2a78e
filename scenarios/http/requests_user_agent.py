"""Tell the server another user agent than requests would; the server tells it back."""

import requests


def main(name="myapp"):
    res = requests.get("http://httpbin.org/user-agent", headers={"user-agent": name})
    print(res.json()["user-agent"])


if __name__ == "__main__":
    main()
