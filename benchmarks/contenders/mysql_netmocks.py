"""MySQLMock, its journal on."""

from contenders.serving import serve

from netmocks.mysql import MySQLMock

if __name__ == "__main__":
    with MySQLMock(accounts={"root": "123456"}) as mock:
        serve(mock.port)
