"""Keep a user in a SQLite file: nothing is installed, nothing is served.

What was inserted belongs to the transaction that began with it: nobody else sees it until it is
committed, and without a commit it is gone when the connection closes.
"""

import sqlite3


def main(committed=True):
    connection = sqlite3.connect("test.db")
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE user(id INT(11) PRIMARY KEY, name VARCHAR(20))")
    cursor.execute("INSERT INTO user(id, name) VALUES (1, 'test')")
    print(cursor.rowcount)
    if committed:
        connection.commit()
    cursor.execute("SELECT * FROM user WHERE id=?", (1,))
    print(cursor.fetchall())
    cursor.close()
    connection.close()


if __name__ == "__main__":
    main()
