"""The bot's own files, through a sender, over HTTP: uploaded once, known by their id until it ends, and told when they cannot be had."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from botkit import wire
from botkit.media.transfer import Web
from botkit.media.uploads import Uploads
from botkit.ports import FrozenPorts
from botkit.stores.base import Outgoing, Store
from botkit.testing.fake360 import Fake360
from botkit.testing.refusal import RATE, UNAVAILABLE, UNPAID, Refusal
from tests.media.given import JPEG, OGG, PNG
from tests.sender.desk import ANA, BEN, NOON, Desk, row


@pytest.fixture
def ports() -> FrozenPorts:
    return FrozenPorts(NOON)


@pytest.fixture
async def fake(ports: FrozenPorts) -> AsyncIterator[Fake360]:
    async with Fake360(ports) as fake:
        yield fake


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "room.jpg").write_bytes(JPEG)
    return tmp_path


@pytest.fixture
async def desk(store: Store, ports: FrozenPorts, fake: Fake360, root: Path) -> AsyncIterator[Desk]:
    desk = Desk(store, ports, fake)
    await desk.open()
    await up(desk, root)
    for person in (ANA, BEN):
        await desk.wrote(person)
    yield desk
    await desk.close()


async def up(desk: Desk, root: Path) -> None:
    """A process begins; what another one knew stands in the store."""
    await desk.up(files=Uploads(desk.store, Web(), root, desk.ports))


def picture(id_: str, contact: str = "c1", file: str = "media/room.jpg", kind: str = "image") -> Outgoing:
    return replace(row(id_, contact), payload=wire.dumps({"type": kind, kind: {"$file": file, "caption": "Our room"}}))


def shown(desk: Desk) -> list[str]:
    """The ids of all pictures that reached WhatsApp."""
    return [asked.body["image"]["id"] for asked in desk.fake.requests if asked.accepted and asked.body["type"] == "image"]


async def test_a_file_is_uploaded_once_for_ten_messages(desk: Desk) -> None:
    await desk.say(*(picture(f"m{n}", "c1") for n in range(5)))
    await desk.say(*(picture(f"n{n}", "c2") for n in range(5)))
    await desk.quiet()
    (uploaded,) = desk.fake.cabinet.uploads
    assert uploaded.content == JPEG
    assert uploaded.type == "image/jpeg"
    assert shown(desk) == [uploaded.id] * 10
    body = desk.fake.requests[-1].body
    assert body["image"] == {"id": uploaded.id, "caption": "Our room"}


async def test_what_was_uploaded_is_known_after_a_restart(desk: Desk, root: Path) -> None:
    await desk.say(picture("m1"))
    await desk.quiet()
    await desk.crash()
    await up(desk, root)
    await desk.say(picture("m2"))
    await desk.quiet()
    assert len(desk.fake.cabinet.uploads) == 1
    assert len(shown(desk)) == 2


async def test_a_file_that_was_changed_is_another_one(desk: Desk, root: Path) -> None:
    await desk.say(picture("m1"))
    await desk.quiet()
    (root / "media" / "room.jpg").write_bytes(JPEG + b"!")
    await desk.say(picture("m2"))
    await desk.quiet()
    assert [kept.content for kept in desk.fake.cabinet.uploads] == [JPEG, JPEG + b"!"]


async def test_an_id_whose_month_is_over_is_not_used_again(desk: Desk, ports: FrozenPorts) -> None:
    await desk.say(picture("m1"))
    await desk.quiet()
    ports.pass_(days=29, seconds=1)
    await desk.wrote(ANA)
    await desk.say(picture("m2"))
    await desk.quiet()
    first, second = desk.fake.cabinet.uploads
    assert shown(desk) == [first.id, second.id]


async def test_an_id_that_is_refused_is_made_anew_once(desk: Desk) -> None:
    await desk.say(picture("m1"))
    await desk.quiet()
    (first,) = desk.fake.cabinet.uploads
    desk.fake.cabinet.expire(first.id)
    await desk.say(picture("m2"))
    await desk.quiet()
    assert shown(desk) == [first.id, desk.fake.cabinet.uploads[1].id]
    desk.fake.refuse(2, code=131053, text="Media upload error")
    await desk.say(picture("m3"))
    await desk.quiet()
    assert (await desk.kept("m3")).state == "unsent"
    assert len(desk.fake.cabinet.uploads) == 3


async def test_a_file_that_whatsapp_could_not_have_later_is_uploaded_and_sent_once_more(desk: Desk) -> None:
    desk.fake.fail(1, code=131053, text="Media upload error")
    await desk.say(picture("m1"))
    await desk.quiet()
    first, second = desk.fake.cabinet.uploads
    assert shown(desk) == [first.id, second.id]
    assert (await desk.kept("m1")).status == "delivered"


async def test_a_file_that_whatsapp_cannot_have_twice_is_not_sent_a_third_time(desk: Desk) -> None:
    desk.fake.fail(2, code=131053, text="Media upload error")
    await desk.say(picture("m1"))
    await desk.quiet()
    assert len(shown(desk)) == len(desk.fake.cabinet.uploads) == 2
    assert (await desk.kept("m1")).status == "failed"


async def test_what_waits_for_an_upload_has_not_left(desk: Desk) -> None:
    desk.fake.cabinet.refusals.append(UNAVAILABLE)
    await desk.say(picture("m1"), row("m2"))
    await desk.quiet()
    assert desk.fake.requests == []
    kept = await desk.kept("m1")
    assert (kept.state, kept.attempts) == ("queued", 0)
    await desk.passes(seconds=2)
    assert len(shown(desk)) == 1
    assert await desk.state("m2") == "sent"


@pytest.mark.parametrize("refusal", [RATE, UNAVAILABLE, Refusal(2, "Temporary outage", 503), Refusal(text="", http=500, shape="html")])
async def test_an_upload_that_fails_in_passing_is_tried_again_and_given_up_in_the_end(desk: Desk, refusal: Refusal) -> None:
    desk.fake.cabinet.refusals.extend([refusal] * 10)
    await desk.say(picture("m1"))
    await desk.quiet()
    for _ in range(12):
        await desk.passes(seconds=256)
    assert not desk.fake.cabinet.refusals
    assert "room.jpg cannot be uploaded" in (await desk.kept("m1")).detail  # type: ignore[operator]  # there is one
    assert [event.status for event in desk.events] == ["unsent"]
    assert shown(desk) == []


async def test_an_upload_that_tells_of_the_whole_channel_stops_it(desk: Desk) -> None:
    desk.fake.cabinet.refusals.append(UNPAID)
    await desk.say(picture("m1"))
    await desk.quiet()
    assert not desk.sender.state()["shop"].running
    await desk.passes(minutes=6)
    assert len(shown(desk)) == 1


async def test_a_file_that_is_gone_can_never_leave(desk: Desk, root: Path) -> None:
    (root / "media" / "room.jpg").unlink()
    await desk.say(picture("m1"), row("m2"))
    await desk.quiet()
    kept = await desk.kept("m1")
    assert (kept.state, kept.detail) == ("unsent", "media/room.jpg is gone")
    assert desk.said() == ["m2"]


@pytest.mark.parametrize(
    ("name", "kind", "content", "told"),
    [
        ("big.jpg", "image", JPEG[:64] + bytes(5 * 1024 * 1024), "media/big.jpg has 5,242,944 bytes, and an image has at most 5,242,880"),
        ("page.jpg", "image", b"<!DOCTYPE html><html>", "media/page.jpg is not what its name says: it is no image/jpeg"),
        ("other.jpg", "image", PNG, "media/other.jpg is not what its name says: it is no image/jpeg"),
        ("none.jpg", "image", b"", "media/none.jpg is empty"),
        ("voice.ogg", "image", OGG, "media/voice.ogg is no image that WhatsApp takes: an image ends in .jpg, .jpeg, .png"),
        ("../secret.pdf", "document", b"%PDF-", "media/../secret.pdf is no file of media/"),
    ],
)
async def test_a_file_that_whatsapp_would_not_take_is_not_uploaded(
    desk: Desk, root: Path, name: str, kind: str, content: bytes, told: str
) -> None:
    (root / "media" / name).write_bytes(content)
    await desk.say(picture("m1", file=f"media/{name}", kind=kind))
    await desk.quiet()
    kept = await desk.kept("m1")
    assert (kept.state, kept.detail) == ("unsent", told)
    assert desk.fake.cabinet.uploads == []


async def test_a_text_that_looks_like_a_file_is_a_text(desk: Desk) -> None:
    words = '{"$file": "media/room.jpg"}'
    await desk.say(replace(row("m1"), payload=wire.dumps({"type": "text", "text": {"body": words}})))
    await desk.quiet()
    assert desk.said() == [words]
    assert desk.fake.cabinet.uploads == []


async def test_the_picture_above_a_template_is_uploaded_too(desk: Desk, ports: FrozenPorts) -> None:
    ports.pass_(hours=25)
    header = {"type": "header", "parameters": [{"type": "image", "image": {"$file": "media/room.jpg"}}]}
    template = {"type": "template", "template": {"name": "news", "language": {"code": "en"}, "components": [header]}}
    await desk.say(replace(picture("m1"), template=wire.dumps(template)))
    await desk.quiet()
    (uploaded,) = desk.fake.cabinet.uploads
    sent = desk.fake.requests[-1].body["template"]["components"][0]["parameters"][0]
    assert sent == {"type": "image", "image": {"id": uploaded.id}}


async def test_ids_are_kept_no_longer_than_they_work(desk: Desk, store: Store, ports: FrozenPorts, root: Path) -> None:
    await desk.say(picture("m1"))
    await desk.quiet()
    ports.pass_(days=30)
    (root / "media" / "new.png").write_bytes(PNG)
    await desk.wrote(ANA)
    await desk.say(picture("m2", file="media/new.png"))
    await desk.quiet()
    (left,) = wire.plain((await store.marked("uploads shop")).encode()).values()
    assert left[1] == (ports.now() + timedelta(days=29)).isoformat()
