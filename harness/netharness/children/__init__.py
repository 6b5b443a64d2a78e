"""Children: programs as processes of their own, inside the private internet of a test.

test process ── control ──▶ nursery ── fork, exec ──▶ child ──▶ its own children
      ▲                                                 │
      └──────────── channel: who lives where? ◀─────────┘  (Python, where there is no seal)

The nursery starts the children and lets none outlive it. Without a seal, each Python among them
is led by its start-up module, which asks the test process over the channel.
"""
