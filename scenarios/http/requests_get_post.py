"""Get a page, and post to it, by requests."""

import requests

URL = "http://www.baidu.com"


def main():
    for response in (requests.get(URL), requests.post(URL)):
        print(response.request.method, response.status_code)


if __name__ == "__main__":
    main()
