CREATE TABLE frame (idx BIGINT, name TEXT, price DOUBLE, day DATETIME, flag BOOLEAN);
CREATE INDEX ix_frame ON frame (idx);
INSERT INTO frame (idx, name, price, day, flag) VALUES (0, 'a', 1.5, '2020-01-02 03:04:05', 1), (1, NULL, NULL, NULL, 0);
SELECT frame.idx, frame.name, frame.price, frame.day, frame.flag FROM frame;
SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'test' AND table_name = 'frame';
DROP TABLE frame;
DROP TABLE IF EXISTS frame;
