# SPDX-License-Identifier: Apache-2.0
"""An image and a font, as small as browsers take them."""

import struct
import zlib


def png(red, green, blue):
    """An image of one pixel."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes([0, red, green, blue]))),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def font():
    """A TrueType font whose one character, A, is a square."""
    glyph = struct.pack(">hhhhhHH", 1, 0, 0, 500, 500, 3, 0)
    glyph += bytes([0x01] * 4) + struct.pack(">4h", 0, 0, 500, 0) + struct.pack(">4h", 0, 500, 0, -500)
    glyph += b"\0" * (-len(glyph) % 4)
    segments = struct.pack(">HHHHHHH2HH2H2h2H", 4, 32, 0, 4, 4, 1, 0, 65, 0xFFFF, 0, 65, 0xFFFF, 1 - 65, 1, 0, 0)
    name = "Square".encode("utf-16-be")
    names = [1, 2, 3, 4, 6]
    tables = {
        b"OS/2": struct.pack(
            ">HhHHH10hh10sIIII4sHHHhhhHHIIhhHHH", 4, 500, 400, 5, 0, *[0] * 10, 0, bytes(10), 1, 0, 0, 0, b"none", 0x40,
            65, 65, 500, 0, 0, 500, 0, 1, 0, 500, 500, 0, 32, 1,
        ),
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 1, 12) + segments,
        b"glyf": glyph,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, 1000, 0, 0, 0, 0, 500, 500, 0, 8, 2, 0, 0
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 500, 0, 0, 500, 0, 0, 500, 1, 0, 0, 0, 0, 0, 0, 0, 2),
        b"hmtx": struct.pack(">HhHh", 500, 0, 500, 0),
        b"loca": struct.pack(">HHH", 0, 0, len(glyph) // 2),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": struct.pack(">HHH", 0, len(names), 6 + 12 * len(names))
        + b"".join(struct.pack(">HHHHHH", 3, 1, 0x409, each, len(name), 0) for each in names)
        + name,
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    return _sfnt(tables)


def _sfnt(tables):
    directory, body = b"", b""
    start = 12 + 16 * len(tables)
    for name, data in sorted(tables.items()):
        padded = data + b"\0" * (-len(data) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", name, checksum, start + len(body), len(data))
        body += padded
    power = 1 << (len(tables).bit_length() - 1)
    header = struct.pack(">IHHHH", 0x10000, len(tables), power * 16, power.bit_length() - 1, (len(tables) - power) * 16)
    return header + directory + body
