"""Routing: which mock answers for a name, an address and a port; and how sockets are led there."""
