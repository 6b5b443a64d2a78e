"""Proxy mocks: HTTP (RFC 9110 §3.7, §9.3.6) and SOCKS5 (RFC 1928)."""

from netmocks.proxy.mock import ProxyMock
from netmocks.proxy.visit import Visit

__all__ = ["ProxyMock", "Visit"]
