"""The wire: the only code that touches sockets.

socket ─ Listener ─ Stream ─ TLSChannel ─ journal ─ engine (any asyncio.Protocol)
socket ─ Datagrams ───────────────────── journal ─ engine (any asyncio.DatagramProtocol)
"""
