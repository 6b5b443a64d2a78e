"""Get a page with a query by urllib.

The documented form calls urllib's modules by short names that it never imports.
"""

from urllib.parse import urlencode
from urllib.request import urlopen

URL = "http://10.41.129.35/esb/scb/funnel/bonus/getData.do"


def main():
    query = urlencode({"y": 2019, "m": 12})
    with urlopen(f"{URL}?{query}") as response:
        print(response.read().decode("utf-8"))


if __name__ == "__main__":
    main()
