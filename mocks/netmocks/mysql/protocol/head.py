"""Head: what comes before the rows of an answer (Text Resultset, Binary Protocol Resultset)."""

from netmocks.mysql.column import ResultColumn
from netmocks.mysql.protocol.columns import definition
from netmocks.mysql.protocol.fields import encoded_integer
from netmocks.mysql.protocol.framing import PacketWriter
from netmocks.mysql.protocol.rows import binary_encoder, text_encoder


class Head:
    """What comes before the rows of an answer, and how these are encoded."""

    def __init__(self, columns: list[ResultColumn], writer: PacketWriter) -> None:
        #: the sequence numbers of its first frame, and of that behind it
        self.first = writer.number
        self.columns = columns
        self.names = tuple([column.name for column in columns])
        packets = [encoded_integer(len(columns)), *map(definition, columns)]
        self.frames = b"".join([writer.frame(packet) for packet in packets])
        self.next = writer.number
        self.text = [text_encoder(column.type) for column in columns]
        self.binary = [binary_encoder(column.type) for column in columns]
