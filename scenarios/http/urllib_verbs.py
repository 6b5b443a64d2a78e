"""Send a query or a form by urllib, with each method that HTTP has for it.

The documented form calls urllib's modules by short names that it never imports.
"""

from urllib.parse import urlencode
from urllib.request import Request, urlopen

SERVICE = "http://localhost:8080/esb/test/rep/"


def main():
    form = urlencode({"p1": 300, "p2": 400}).encode()
    query = urlencode({"p1": 100, "p2": 200})
    for request in (
        Request(SERVICE + "post.do", form),  # whatever has a body is a POST unless told otherwise
        Request(f"{SERVICE}post.do?{query}", method="POST"),
        Request(f"{SERVICE}put.do?{query}", method="PUT"),
        Request(SERVICE + "put.do", form, method="PUT"),
        Request(SERVICE + "patch.do", form, method="PATCH"),
        Request(f"{SERVICE}delete.do?{query}", method="DELETE"),
    ):
        with urlopen(request) as response:
            print(response.read().decode("utf-8"))


if __name__ == "__main__":
    main()
