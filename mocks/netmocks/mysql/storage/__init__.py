"""What a MySQL mock keeps, in SQLite files, and the sessions that work on it."""
