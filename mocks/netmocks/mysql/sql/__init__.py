"""MySQL's SQL, as SQLite can run it: literals lifted, names resolved, types known."""
