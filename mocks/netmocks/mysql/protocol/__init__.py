"""The MySQL client/server protocol, without I/O: bytes to values and back, one family a file."""
