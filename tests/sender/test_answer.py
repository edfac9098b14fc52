"""An answer is read the same however its bytes arrive, and what is no answer is never taken for one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botkit.sender.answer import BODY, HEAD, Answer, Reader, Unreadable

# name: (bytes, whether they end with the connection, status, body, whether the connection may be used again)
ANSWERS: dict[str, tuple[bytes, bool, int, bytes, bool]] = {
    "length": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", False, 200, b"hello", True),
    "no reason": (b"HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", False, 404, b"", True),
    "twice the same length": (b"HTTP/1.1 200 OK\r\ncontent-length:2\r\nX: y\r\n\r\nok", False, 200, b"ok", True),
    "said to close": (b"HTTP/1.1 500 Oh\r\nContent-Length: 1\r\nConnection: Close\r\n\r\nx", False, 500, b"x", False),
    "older": (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", False, 200, b"x", False),
    "nothing": (b"HTTP/1.1 204 No Content\r\n\r\n", False, 204, b"", True),
    "until the end": (b"HTTP/1.1 200 OK\r\n\r\nall of it", True, 200, b"all of it", False),
    "chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5;a=b\r\n you!\r\n0\r\n\r\n", False, 200, b"hello you!", True,
    ),
    "trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n", False, 200, b"x", True),
    "chunks and a length": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", False, 200, b"x", False,
    ),
    "first a hint": (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", False, 200, b"ok", True),
}  # fmt: skip

NONE: dict[str, bytes] = {
    "no http": b"\x00\x01 nonsense\r\n\r\n",
    "http 2": b"HTTP/2 200\r\n\r\n",
    "status of two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "a folded header": b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
    "a header without name": b"HTTP/1.1 200 OK\r\n: b\r\n\r\n",
    "a space before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
    "no length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "a length of wide digits": "HTTP/1.1 200 OK\r\nContent-Length: ٢\r\n\r\nok".encode(),
    "too long": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (BODY + 1),
    "far too long": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "endless headers": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * (HEAD // 6 + 1),
    "endless body": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (BODY + 1),
    "endless chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"8000\r\n" + (b"x" * 0x8000 + b"\r\n8000\r\n") * 33,
    "an endless size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * (HEAD + 1),
    "no size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    "a huge size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100000000\r\n",
    "chunks that overlap": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz",
    "another coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
}


def read(pieces: list[bytes], ended: bool = False) -> tuple[Answer | None, Reader]:
    reader, answer = Reader(), None
    for piece in pieces:
        assert answer is None, "it was whole before its end"
        answer = reader.feed(piece)
    return (reader.end() if ended else answer), reader


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_however_it_arrives(name: str) -> None:
    data, ended, status, body, keep = ANSWERS[name]
    ways = [[data], [bytes([byte]) for byte in data], *([data[:cut], data[cut:]] for cut in range(1, len(data)))]
    for pieces in ways:
        answer, reader = read(pieces, ended)
        assert answer is not None
        assert (answer.status, answer.body, reader.keep) == (status, body, keep)


def test_a_chunk_that_comes_in_many_pieces_is_counted_once() -> None:
    chunk = b"x" * 600 * 1024
    answer, _ = read([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n96000\r\n", *([chunk[:20480]] * 30), b"\r\n0\r\n\r\n"])
    assert answer is not None and answer.body == chunk


@pytest.mark.parametrize("name", [name for name, (_, ended, *_) in ANSWERS.items() if not ended])
def test_what_is_cut_off_is_no_answer(name: str) -> None:
    data = ANSWERS[name][0]
    for cut in range(len(data)):
        answer, reader = read([data[:cut]])
        assert answer is None and reader.end() is None


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_answer_is_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        read([NONE[name]])


@pytest.mark.parametrize(
    "name", [name for name in NONE if name not in ("endless body", "endless chunks", "an endless size", "endless headers")]
)
def test_it_is_refused_byte_by_byte(name: str) -> None:
    with pytest.raises(Unreadable):
        read([bytes([byte]) for byte in NONE[name]])


def test_headers_are_named_in_lower_case_and_joined() -> None:
    answer, _ = read([b"HTTP/1.1 429 No\r\nRetry-After:  7 \r\nX-A: 1\r\nx-a: \xfc\r\nContent-Length: 0\r\n\r\n"])
    assert answer is not None
    assert answer.headers == {"retry-after": "7", "x-a": "1, \u00fc", "content-length": "0"}


def test_what_nobody_asked_for_ends_the_connection() -> None:
    answer, reader = read([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n"])
    assert answer is not None and answer.body == b"ok" and not reader.keep


BITS: list[bytes] = [
    b"HTTP/1.1 200 OK", b"\r\n", b"\r\n\r\n", b"Content-Length: 3", b"Transfer-Encoding: chunked", b"3", b"abc", b"0", b":", b" ", b"\x00",
]  # fmt: skip
pieces: Any = st.lists(st.one_of(st.sampled_from(BITS), st.binary(max_size=5)), max_size=30)


@given(pieces)
def test_nothing_but_unreadable_is_raised(parts: list[bytes]) -> None:
    reader = Reader()
    try:
        for part in parts:
            if reader.feed(part) is not None:
                return
        reader.end()
    except Unreadable as error:
        assert str(error).isprintable()
