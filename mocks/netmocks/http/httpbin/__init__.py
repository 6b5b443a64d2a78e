"""httpbin: a service that shows its clients what they sent, and sends what they ask for."""

from netmocks.http.httpbin.rule import add_to

__all__ = ["add_to"]
