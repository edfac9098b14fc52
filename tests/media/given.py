"""Files of each kind, small, that begin as such files do."""

from __future__ import annotations

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"picture " * 4096
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
OGG = b"OggS\x00\x02" + bytes(64)
