CREATE TABLE author (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) NOT NULL, born DATE, country CHAR(2) DEFAULT 'GB');
CREATE TABLE book (id INT PRIMARY KEY AUTO_INCREMENT, author_id INT, title VARCHAR(100) NOT NULL, price DECIMAL(8,2), published DATETIME, info JSON, KEY ix (author_id), CONSTRAINT fk_a FOREIGN KEY (author_id) REFERENCES author(id) ON DELETE CASCADE);
INSERT INTO author (name, born, country) VALUES ('Ann','1970-01-02','GB'),('Bob','1980-03-04','US'),('Cid',NULL,'US');
INSERT INTO book (author_id,title,price,published,info) VALUES (1,'One',10.50,'2020-01-02 03:04:05','{"a": 1, "t": ["x", "y"]}'),(1,'Two',20,'2021-05-06 07:08:09','{"a": {"b": 2}}'),(2,'Three',5.25,NULL,NULL);
ANALYZE TABLE book;
CHECK TABLE book;
OPTIMIZE TABLE book;
