"""The MariaDB or MySQL that is installed, careless of its data."""

from contenders.serving import serve

from netmocks.mysql import MySQLServer

if __name__ == "__main__":
    with MySQLServer() as server:
        serve(server.renew(accounts={"root": "123456"}).port)
