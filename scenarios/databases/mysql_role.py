"""Keep a role in MySQL: a table whose ids the server gives."""

import mysql.connector


def main(password="123456", committed=True):
    connection = mysql.connector.connect(
        host="localhost", user="root", password=password, database="test"
    )
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE role(id INT(11) PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))")
    cursor.execute('INSERT INTO role (name) VALUE ("test")')
    if committed:
        connection.commit()
    cursor.execute("SELECT * FROM role")
    print(cursor.fetchall())
    cursor.close()
    connection.close()


if __name__ == "__main__":
    main()
