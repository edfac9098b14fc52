"""Where files go and come from: the same for both gateways but for the path, the key and the host (fact sheet §1.2, §1.3, §1.5)."""

from __future__ import annotations

import pytest

from botkit.channels import Channel
from botkit.messages import signs
from botkit.providers import Cloud, Dialog360, files

D360 = Dialog360(Channel("shop", api_key="k"))
META = Cloud(Channel("shop", "cloud", api_key="k", phone_number_id="106540352242922", base_url="https://graph.facebook.com/v25.0"))


def test_paths_and_keys() -> None:
    assert (D360.upload().method, D360.upload().path, dict(D360.upload().headers)) == ("POST", "/media", {"D360-API-KEY": "k"})
    assert (META.upload().path, dict(META.upload().headers)) == ("/106540352242922/media", {"Authorization": "Bearer k"})
    assert D360.file("1100000000000001").path == META.file("1100000000000001").path == "/1100000000000001"


@pytest.mark.parametrize(("id_", "path"), [("a/../b?c#d", "/a%2F..%2Fb%3Fc%23d"), ("a b\r\n", "/a%20b%0D%0A"), ("é", "/%C3%A9")])
def test_an_id_is_one_piece_of_a_path(id_: str, path: str) -> None:
    assert D360.file(id_).path == path


@pytest.mark.parametrize("id_", ["", ".", "..", "x" * 256])
def test_what_is_no_id_is_none(id_: str) -> None:
    with pytest.raises(ValueError, match="no id"):
        D360.file(id_)


def test_what_is_told_of_a_file_is_read_leniently() -> None:
    told = b'{"url":"https:\\/\\/lookaside.fbsbx.com\\/a","mime_type":"audio/ogg; codecs=opus","file_size":"17","new":1}'
    assert files.found(told) == files.Found("https://lookaside.fbsbx.com/a", "audio/ogg", 17)
    assert files.found(b'{"url":"u","mime_type":7,"file_size":-1}') == files.Found("u")
    for nothing in (b"", b"[]", b"{}", b'{"url":""}', b'{"url":1}', b"<html>"):
        assert files.found(nothing) is None
    assert files.uploaded(b'{"id":"1100000000000002"}') == "1100000000000002"
    assert files.uploaded(b'{"id":null}') is None


@pytest.mark.parametrize(
    ("type_", "first", "fits"),
    [
        ("image/jpeg", b"\xff\xd8\xff\xe0", True), ("image/jpeg", b"\x89PNG\r\n\x1a\n", False), ("image/webp", b"RIFF\0\0\0\0WEBP", True),
        ("image/webp", b"RIFF\0\0\0\0AVI ", False), ("video/mp4", b"\0\0\0\x18ftypmp42", True), ("video/mp4", b"\0\0\0\x18", False),
        ("audio/mpeg", b"ID3\x03", True), ("audio/mpeg", b"\xff\xe3", True), ("audio/ogg", b"OggS", True), ("audio/ogg", b"", False),
        ("application/pdf", b"%PDF-1.4", True), ("application/x-unknown", b"anything", True), ("", b" <!DOCTYPE HTML>", False),
        ("text/html", b"<html>", True), ("application/x-unknown", b"\xef\xbb\xbf<html>", False),
    ],
)  # fmt: skip
def test_first_bytes_tell_a_type(type_: str, first: bytes, fits: bool) -> None:
    assert signs.fits(type_, first) is fits
