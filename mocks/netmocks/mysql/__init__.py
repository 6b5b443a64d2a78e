"""MySQL mocks: the client/server protocol of MySQL 8, with the data in SQLite."""

from netmocks.mysql.error import MySQLError
from netmocks.mysql.mock import MySQLMock
from netmocks.mysql.relay import MySQLRelay
from netmocks.mysql.rule import Rule
from netmocks.mysql.server import MySQLServer
from netmocks.mysql.statement import Executed

__all__ = ["Executed", "MySQLError", "MySQLMock", "MySQLRelay", "MySQLServer", "Rule"]
