"""Get a page through a proxy.

The key says by which scheme the page is asked for; the URL says how to speak to the proxy itself.
The documented entry for https has https:// in its URL, too: TLS to the proxy, which a plain proxy
does not speak.
"""

import requests


def main(url="https://www.google.com", proxy="http://127.0.0.1:8118"):
    res = requests.get(url, proxies={"http": proxy, "https": proxy})
    print(res.status_code, res.text)


if __name__ == "__main__":
    main()
