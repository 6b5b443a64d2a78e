"""HTTPMock with 200 rules, its journal on; the one for /hello is asked next to last."""

from contenders.serving import serve

from netmocks.http import HTTPMock

RULES = 200

if __name__ == "__main__":
    with HTTPMock(tolerate=["unused"]) as mock:
        mock.on("GET", "/first").reply("hello, world")
        mock.on("GET", "/hello").reply("hello, world")
        for number in range(RULES - 2):
            mock.on("GET", f"/other/{number}").reply("hello, world")
        serve(mock.port)
