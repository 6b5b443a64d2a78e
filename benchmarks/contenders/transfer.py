"""What is transferred."""

SIZE = 1024**3

PIECE = b"x" * 256 * 1024
