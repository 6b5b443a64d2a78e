"""MySQL load: one connection of MySQL Connector, used for one statement after the other.

    python -m load_mysql PORT SECONDS STATEMENT

STATEMENT is `insert` or `select`, by primary key. Prints statements a second, and for how many
seconds they were counted, as JSON. In the clear, for Debian's MariaDB offers no TLS.
"""

import json
import sys
import time
from collections.abc import Callable

from mysql import connector

#: Rows that are there to be selected.
ROWS = 1000

CREATE = "CREATE TABLE load_of (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20), n INT)"


def login(port: int) -> dict[str, object]:
    """Return what the connector wants to know."""
    return {
        "host": "127.0.0.1",
        "port": port,
        "user": "root",
        "password": "123456",
        "database": "test",
        "use_pure": True,
        "ssl_disabled": True,
    }


def main(port: int, seconds: float, statement: str) -> None:
    """Run statements, and tell how many."""
    connection = connector.connect(**login(port), autocommit=True)
    cursor = connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS load_of")
    cursor.execute(CREATE)
    cursor.executemany(
        "INSERT INTO load_of (name, n) VALUES (%s, %s)", [(f"name {n}", n) for n in range(ROWS)]
    )

    def insert(number: int) -> None:
        cursor.execute("INSERT INTO load_of (name, n) VALUES (%s, %s)", ("a name", number))

    def select(number: int) -> None:
        cursor.execute("SELECT id, name, n FROM load_of WHERE id = %s", (number % ROWS + 1,))
        cursor.fetchall()

    counted, took = _counted({"insert": insert, "select": select}[statement], seconds)
    connection.close()
    print(json.dumps({"rate": counted / took, "seconds": took}))


def _counted(run: Callable[[int], None], seconds: float) -> tuple[int, float]:
    number, began = 0, time.perf_counter()
    while (took := time.perf_counter() - began) < seconds:
        run(number)
        number += 1
    return number, took


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
