"""The seal: namespaces in which every address is local, and nothing else is there (Linux)."""
