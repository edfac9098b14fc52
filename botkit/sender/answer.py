"""An answer in HTTP/1.1 as a gateway writes it: bytes in as they come, one answer out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

HEAD = 32 * 1024  # bytes of a head, or of what stands around chunks
BODY = 1024 * 1024  # bytes of a body; the gateways answer with less than a thousandth

_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?")


class Answer(Struct, frozen=True):
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


class Unreadable(Exception):
    """What came is no answer; a few words about it, of ours and not of the gateway's."""


class Reader:
    """Reads one answer. *keep*, once it is whole: another request may go over the same connection."""

    def __init__(self) -> None:
        self.keep = False
        self._data = b""
        self._status = 0  # 0: the head is not there yet
        self._headers: dict[str, str] = {}
        self._body: int | Literal["chunks", "rest"] = 0  # its length, or how its end is known
        self._chunks: list[bytes] = []
        self._size = 0  # of all chunks

    def feed(self, data: bytes) -> Answer | None:
        """The answer once it is whole. Raises Unreadable."""
        self._data = self._data + data if self._data else data
        while self._status < 200:  # what is below only says that an answer will come
            if not self._head():
                return None
        if self._body == "chunks":
            return self._chunked()
        if self._body == "rest":
            if len(self._data) > BODY:
                raise Unreadable("its body is too long")
            return None
        if len(self._data) < self._body:
            return None
        return self._whole(self._data[: self._body], self._data[self._body :])

    def end(self) -> Answer | None:
        """The connection was closed: the answer, if that is how its end is known."""
        return self._whole(self._data, b"") if self._body == "rest" else None

    def _whole(self, body: bytes, behind: bytes) -> Answer:
        if behind:  # nobody has asked for that
            self.keep = False
        return Answer(self._status, self._headers, body)

    # ---- head

    def _head(self) -> bool:
        end = self._data.find(b"\r\n\r\n")
        if end < 0 or end > HEAD:
            if len(self._data) > HEAD:
                raise Unreadable("its headers are too long")
            return False
        first, *lines = self._data[:end].split(b"\r\n")
        self._data = self._data[end + 4 :]
        status = _STATUS.fullmatch(first)
        if status is None:
            raise Unreadable("it is no HTTP")
        self._status = int(status[2])
        if self._status == 101:
            raise Unreadable("it changes to another protocol")
        headers = self._headers = _headers(lines)
        if self._status < 200:
            return True
        self.keep = status[1] == b"1" and "close" not in headers.get("connection", "").lower()
        encoding, length = headers.get("transfer-encoding"), headers.get("content-length")
        if self._status in (204, 304):
            self._body = 0
        elif encoding is not None:
            if encoding.lower() != "chunked":
                raise Unreadable("its transfer coding is not known")
            self._body = "chunks"
            self.keep = self.keep and length is None
        elif length is not None:
            self._body = _length(length)
        else:
            self._body, self.keep = "rest", False
        return True

    # ---- chunks

    def _chunked(self) -> Answer | None:
        while True:
            line = self._data.find(b"\r\n")
            if line < 0:
                self._bear()
                return None
            size = _SIZE.fullmatch(self._data, 0, line)
            if size is None:
                raise Unreadable("its chunks have no size")
            length = int(size[1], 16)
            if length == 0:
                return self._trailed(line)
            self._size += length
            if self._size > BODY:
                raise Unreadable("its body is too long")
            begin = line + 2
            end = begin + length
            if len(self._data) < end + 2:
                self._size -= length  # it is counted when it is whole
                return None
            if self._data[end : end + 2] != b"\r\n":
                raise Unreadable("its chunks do not fit together")
            self._chunks.append(self._data[begin:end])
            self._data = self._data[end + 2 :]

    def _trailed(self, line: int) -> Answer | None:
        """The last chunk is there: what may follow it are headers that nobody wants, and an empty line."""
        end = self._data.find(b"\r\n\r\n", line)
        if end < 0:
            self._bear()
            return None
        return self._whole(b"".join(self._chunks), self._data[end + 4 :])

    def _bear(self) -> None:
        """Wait for more of what stands around a chunk, but not without end."""
        if len(self._data) > HEAD:
            raise Unreadable("its chunks are described too long")


def _headers(lines: list[bytes]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or _NAME.fullmatch(name) is None:
            raise Unreadable("its headers are none")
        key, text = name.decode("ascii").lower(), value.strip(b" \t").decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _length(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise Unreadable("its length is no number")
    length = int(text) if len(text) < 16 else BODY + 1
    if length > BODY:
        raise Unreadable("its body is too long")
    return length
