"""Give a server its cookies back with the next request."""

import requests

URL = "http://www.baidu.com"


def main():
    res = requests.get(URL)
    for cookie in res.cookies:
        print(f"{cookie.name} is {cookie.value}")
    requests.get(URL, cookies=res.cookies)


if __name__ == "__main__":
    main()
