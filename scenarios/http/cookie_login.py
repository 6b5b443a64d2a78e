"""Be logged in by the cookies of a browser, copied from it as one string.

The documented form splits the string at each semicolon, and takes the blank behind it for a part
of the next name.
"""

import requests

URL = "https://www.douban.com/people/xiaozhiAXX/"
COOKIE = 'bid=qQkxNAbcdEF; ll="118172"; ck=8LvX; dbcl2="1234567:aBcDeFgHiJk="'


def parse(cookie):
    """Return the cookies of a string by their names."""
    pairs = (pair.strip().partition("=") for pair in cookie.split(";"))
    return {name: value for name, _, value in pairs if name}


def main(cookie=COOKIE):
    # Who is not logged in may be sent to the login page: that is to be seen, not to be followed.
    res = requests.get(URL, cookies=parse(cookie), allow_redirects=False)
    print(res.status_code)


if __name__ == "__main__":
    main()
