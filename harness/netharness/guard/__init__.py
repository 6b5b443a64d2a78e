"""Guard: nothing leaves this machine unless it is allowed to.

Python tells every attempt to connect, to send and to look a name up to the audit hooks (PEP 578),
whoever made it and by whatever name it was imported. The guard's hook refuses what leads away:
other hosts, and names that only other hosts can answer for. It sees the threads and forked
children of this process, too; Python children are told by their environment.

It can't see what does not go through Python: libraries in C that open sockets of their own (libpq,
librdkafka and others), and programs that are not Python. Event loops of uvloop are such a library;
they are asked by stand-ins.
"""
