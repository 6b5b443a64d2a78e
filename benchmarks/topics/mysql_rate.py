"""MySQL statements a second: one connection of MySQL Connector, one statement after the other."""

from effort import Effort
from rate import Rates
from row import Outcome, Row, at_least

from netmocks.mysql.server import installed

OURS, PEER = "MySQLMock", "MariaDB"

CONTENDERS = {OURS: "contenders.mysql_netmocks", PEER: "contenders.mysql_mariadb"}

STATEMENTS = {"insert": "simple inserts", "select": "selects by primary key"}


def measure(effort: Effort) -> Outcome:
    """Compare the rates."""
    if installed() is None:
        return Outcome([], ["mysql_rate: no MySQL server is installed to compare with"])
    outcome = Outcome()
    for statement, what in STATEMENTS.items():
        rates = Rates("load_mysql", CONTENDERS, effort, statement)
        outcome.rows.append(Row(what, "1/s", rates[OURS], rates[PEER], at_least(0.5)))
    return outcome
