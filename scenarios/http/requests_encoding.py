"""Read a page in the encoding that requests takes it to have, then in the one that it has."""

import requests


def main(encoding="gbk"):
    res = requests.get("http://www.baidu.com")
    print(res.encoding, res.text)
    res.encoding = encoding
    print(res.encoding, res.text)


if __name__ == "__main__":
    main()
