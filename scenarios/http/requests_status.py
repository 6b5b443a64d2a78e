"""Get the status codes of answers: one that is fine, and two that are not."""

import requests


def main(codes=(200, 404, 503)):
    for code in codes:
        res = requests.get(f"http://httpbin.org/status/{code}")
        print(res.status_code)


if __name__ == "__main__":
    main()
