"""The pictures are what they say they are, all of them the same size."""

import struct
import zlib
from xml.etree import ElementTree as ET

from netmocks.http.httpbin import images


def test_png_has_its_chunks_with_right_checksums():
    data = images.PNG
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    kinds, start = [], 8
    while start < len(data):
        (length,) = struct.unpack_from(">I", data, start)
        kind, content = data[start + 4 : start + 8], data[start + 8 : start + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, start + 8 + length)
        assert zlib.crc32(kind + content) == checksum
        kinds.append(kind)
        start += length + 12
    assert [kinds[0], kinds[-1]] == [b"IHDR", b"IEND"]
    assert struct.unpack_from(">II", data, 16) == (16, 16)


def test_jpeg_has_a_frame_between_its_markers():
    data = images.JPEG
    assert data.startswith(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00")
    assert data.endswith(b"\xff\xd9")
    frame = data.index(b"\xff\xc0")
    assert struct.unpack_from(">HH", data, frame + 5) == (16, 16)


def test_webp_is_as_long_as_it_says():
    data = images.WEBP
    assert (data[:4], data[8:16]) == (b"RIFF", b"WEBPVP8L")
    assert struct.unpack_from("<I", data, 4) == (len(data) - 8,)
    (bits,) = struct.unpack_from("<I", data, 21)
    assert (bits & 0x3FFF, bits >> 14 & 0x3FFF) == (15, 15)  # each less by one


def test_svg_is_xml():
    root = ET.fromstring(images.SVG)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == "0 0 16 16"
