"""Read protected pages by urllib: one behind HTTP Basic, one behind Digest authentication.

The server demands a login with 401; only then the handler of its scheme asks the password
manager, and tries again. A realm, where one is given, is the only one that gets the password.
"""

from urllib.request import (
    HTTPBasicAuthHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    build_opener,
)

SITE = "http://httpbin.org/"
BASIC = (SITE + "basic-auth/Harry/secret", HTTPBasicAuthHandler)
DIGEST = (SITE + "digest-auth/auth/Harry/secret", HTTPDigestAuthHandler)


def main(pages=(BASIC, DIGEST), password="secret", realm=None):
    passwords = HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(realm, SITE, "Harry", password)
    for page, handler in pages:
        # One handler an opener: beside Digest that has no password, Basic would raise ValueError.
        opener = build_opener(handler(passwords))
        with opener.open(page) as response:
            print(response.read().decode("utf-8"))


if __name__ == "__main__":
    main()
