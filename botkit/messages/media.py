"""Pictures, films, sounds, documents and stickers (fact sheet §2.3): a file of media/, one behind a link, or one that WhatsApp has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from botkit.messages import files, limits
from botkit.messages.limits import Fault


class Media(Struct, frozen=True, kw_only=True):
    """Exactly one of the three says where it is: *file*, its path from the project's folder ("media/room.jpg"); *link*, from which WhatsApp
    fetches it; *id*, which WhatsApp gave it when it came, or when it was uploaded."""

    file: str | None = None
    link: str | None = None
    id: str | None = None

    @property
    def kind(self) -> str:
        """WhatsApp's word for it."""
        return type(self).__name__.lower()

    def part(self) -> dict[str, Any]:
        """What stands for the file itself. `$file` is not for WhatsApp: the sender uploads it and puts an id in its place."""
        if self.file is not None:
            return {"$file": files.path_of(self.file)}
        return {"link": self.link} if self.link is not None else {"id": self.id}

    def details(self) -> dict[str, Any]:
        return {}

    def payload(self) -> dict[str, Any]:
        return {"type": self.kind, self.kind: {**self.part(), **self.details()}}

    def faults(self) -> Iterator[Fault]:
        given = [where for where in (self.file, self.link, self.id) if where is not None]
        if len(given) != 1 or not given[0].strip():
            yield Fault("wrong-file", self.kind, told=f"{files.article(self.kind)} is a file of media/, a link, or an id: one of them")
        elif self.file is not None:
            yield from files.faults(self.kind, files.path_of(self.file))
        elif self.link is not None:
            if not files.is_link(self.link) or any(c.isspace() for c in self.link):
                yield Fault("bad-link", self.kind, told=f"{self.link[:80]!r} is no link: it begins with https://, and has no blank in it")
            yield from limits.over("bad-link", "a link", self.link, limits.LINK)

    def shown(self) -> str:
        return ""


class Captioned(Media, frozen=True, kw_only=True):
    caption: str | None = None

    def details(self) -> dict[str, Any]:
        return {"caption": self.caption} if self.caption else {}

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        yield from limits.over("text-too-long", "a caption", self.caption or "", limits.CAPTION)

    def shown(self) -> str:
        return self.caption or ""


class Image(Captioned, frozen=True, kw_only=True, tag=True):
    """A picture: JPEG or PNG, up to 5 MB."""


class Video(Captioned, frozen=True, kw_only=True, tag=True):
    """A film: MP4 (H.264 and AAC), up to 16 MB."""


class Document(Captioned, frozen=True, kw_only=True, tag=True):
    """Any file, up to 100 MB. *filename* is what the contact sees; its ending chooses the icon."""

    filename: str | None = None

    def details(self) -> dict[str, Any]:
        name = self.filename or (self.file.rsplit("/", 1)[-1] if self.file is not None else None)
        return {**super().details(), **({"filename": name} if name else {})}

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        yield from limits.over("text-too-long", "the name of a file", self.filename or "", limits.FILE_NAME)


class Audio(Media, frozen=True, kw_only=True, tag=True):
    """A sound, up to 16 MB. *voice*: shown as a voice note; the file must be Ogg with Opus then."""

    voice: bool = False

    def details(self) -> dict[str, Any]:
        return {"voice": True} if self.voice else {}

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        if self.voice and self.file is not None and files.suffix(self.file) not in (".ogg", ".opus"):
            yield Fault("wrong-file", "audio", told=f"a voice note is a file that ends in .ogg, and {self.file[:80]} does not")


class Sticker(Media, frozen=True, kw_only=True, tag=True):
    """WebP of 512 by 512 points, up to 100 KB; 500 KB when it moves."""


KINDS: dict[str, type[Media]] = {cls.__name__.lower(): cls for cls in (Image, Video, Audio, Document, Sticker)}
