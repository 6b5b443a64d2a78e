"""Faults of HTTP: what can be wrong with an answer, beyond what happens to bytes of any kind."""

from netmocks.http.faults.bodies import BrokenGzip, OversizeBody, WrongCharset
from netmocks.http.faults.chunks import BadChunkSize, NoLastChunk
from netmocks.http.faults.early import EarlyAnswer
from netmocks.http.faults.heads import BadField, BadStatusLine, EndlessHead
from netmocks.http.faults.lengths import ConflictingLength, NoLength, WrongLength
from netmocks.http.faults.persistence import NoKeepAlive

__all__ = [
    "BadChunkSize",
    "BadField",
    "BadStatusLine",
    "BrokenGzip",
    "ConflictingLength",
    "EarlyAnswer",
    "EndlessHead",
    "NoKeepAlive",
    "NoLastChunk",
    "NoLength",
    "OversizeBody",
    "WrongCharset",
    "WrongLength",
]
