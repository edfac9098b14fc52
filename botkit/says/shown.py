"""Pictures, films, sounds, documents and stickers, as a message or above one."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from msgspec import Struct

from botkit.messages import Document, Image, Message, Video
from botkit.messages.given import media
from botkit.messages.media import KINDS
from botkit.replies import Reading, Reply
from botkit.says.base import Around, Filled, Teller, filled, text_of, value_of
from botkit.shapes import Either, Key, Keys, Made, Says
from botkit.source import Mapping, Node

FILE = filled("a file of media/, a link, an id, or an expression", names="media")
CAPTIONED = ("image", "video", "document")


class Shown(Struct, frozen=True, eq=False):
    """A file of a *kind*. *source*: its name in media/, a link, an id, or what a contact has sent."""

    node: Node
    kind: str
    source: Filled
    caption: Reply | None = None
    filename: Filled | None = None
    voice: bool = False

    takes_text: ClassVar[bool] = False

    def made(self, teller: Teller, around: Around) -> Message:
        details: dict[str, Any] = {"voice": self.voice} if self.voice else {}
        if self.caption is not None:
            details["caption"] = teller.render(self.caption).strip()
        if self.filename is not None:
            details["filename"] = text_of(teller, self.filename)
        return cast(Message, media(self.kind, value_of(teller, self.source), **details))

    def header(self, teller: Teller) -> Image | Video | Document:
        """The same as a header: without a caption."""
        details = {"filename": text_of(teller, self.filename)} if self.filename is not None else {}
        return cast("Image | Video | Document", media(self.kind, value_of(teller, self.source), **details))


def _header(found: dict[str, Any], node: Node, reading: Reading) -> Shown | None:
    kinds = [kind for kind in CAPTIONED if kind in found]
    if len(kinds) != 1:
        if isinstance(node, Mapping) and len(node.entries) == len(found) - 1:
            reading.report("message-mix", node, "a header is a text, or one of image, video and document", "header: {image: room.jpg}")
        return None
    return Shown(node, kinds[0], found[kinds[0]], None, found.get("filename"))


_PICTURE = Keys(
    "a header",
    {
        "image": Key(FILE, "a picture: a file of media/, a link or an id"),
        "video": Key(FILE, "a film: a file of media/, a link or an id"),
        "document": Key(FILE, "a document: a file of media/, a link or an id"),
        "filename": Key(filled(), "the name that the document is shown with"),
    },
)
HEADER = Either("a text, or {image: …}, {video: …}, {document: …}", Says(), None, Made(_PICTURE, _header))

MEDIA_KEYS = {
    "image": Key(FILE, "a picture: a file of media/, a link, an id, or one that the contact has sent"),
    "video": Key(FILE, "a film, in the same way"),
    "audio": Key(FILE, "a sound, in the same way"),
    "document": Key(FILE, "a document, in the same way"),
    "sticker": Key(FILE, "a sticker, in the same way"),
}


def shown(found: dict[str, Any], node: Node, kind: str) -> Shown:
    """*kind* is one of KINDS, and the key that tells the file."""
    return Shown(node, kind, found[kind], found.get("caption"), found.get("filename"), bool(found.get("voice")))


__all__ = ["CAPTIONED", "FILE", "HEADER", "KINDS", "MEDIA_KEYS", "Shown", "shown"]
