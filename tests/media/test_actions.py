"""Files of contacts in actions: media.save with its errors by name, and ctx.media, through a caller and over HTTP."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from botkit import MediaError, action
from botkit.actions import Action, found
from botkit.actions.media import built_in
from botkit.channels import Channel
from botkit.media.downloads import Downloads
from botkit.media.folder import Folder
from botkit.media.transfer import Web
from botkit.model import ActionFailed, ActionFinished, Call
from botkit.providers import Dialog360
from botkit.stores.memory import MemoryStore
from botkit.testing.cabinet import Cabinet
from botkit.testing.fake360 import Fake360
from tests.actions import calling
from tests.media.given import JPEG, PDF


@dataclass
class Photo:
    id: str
    mime_type: str | None = None
    sha256: str | None = None


@action(raises=[MediaError])
async def measure(ctx: Any, photo: Photo) -> int:
    return len(await ctx.media.read(photo))


@action(raises=[MediaError])
async def file_away(ctx: Any, paper: dict[str, Any]) -> str:
    kept = await ctx.media.save(paper, f"papers/{ctx.contact.id}.pdf")
    place: str = kept["file"]
    return place


class Desk(calling.Desk):
    cabinet: Cabinet
    root: Path

    async def does(self, name: str, retries: int = 0, **given: Any) -> ActionFinished | ActionFailed:
        return await self.run(Call("call-1", name, given, 10, retries, "claim.keep"))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(MemoryStore())
    own: dict[str, Action] = found("here", sys.modules[__name__])
    desk.caller.actions = {**own, **built_in()}
    async with Fake360(desk.ports) as fake:
        desk.cabinet, desk.root = fake.cabinet, tmp_path
        channel: Channel = fake.channel("main")
        web = Web()
        desk.caller.connect(Downloads({"main": fake.url}, {"main": Dialog360(channel)}, web, Folder(tmp_path, spare=0), desk.ports))
        yield desk
        await desk.caller.drain(0)
        await web.close()


def sent(desk: Desk, kind: str = "image", content: bytes = JPEG) -> dict[str, Any]:
    record: dict[str, Any] = {"type": kind, **desk.cabinet.sent(kind, content)[kind]}
    return record


async def test_a_flow_keeps_a_file(desk: Desk) -> None:
    photo = sent(desk)
    answer = await desk.does("media.save", file=photo)
    assert isinstance(answer, ActionFinished)
    kept: Any = answer.value
    assert {name: kept[name] for name in photo} == photo
    assert (desk.root / kept["file"]).read_bytes() == JPEG


async def test_a_flow_keeps_a_list_of_files(desk: Desk) -> None:
    answer = await desk.does("media.save", file=[sent(desk), sent(desk, content=JPEG + b"2")])
    assert isinstance(answer, ActionFinished)
    kept: Any = answer.value
    assert [(desk.root / one["file"]).read_bytes() for one in kept] == [JPEG, JPEG + b"2"]


@pytest.mark.parametrize("given", ["photo.jpg", 7, None, {}, {"type": "image"}])
async def test_what_is_no_file_is_gone(desk: Desk, given: Any) -> None:
    answer = await desk.does("media.save", file=given)
    assert isinstance(answer, ActionFailed)
    assert answer.error == "gone"


async def test_what_may_fare_better_next_time_is_tried_again(desk: Desk) -> None:
    desk.cabinet.spoiled.extend(["cut", "short"])
    await desk.put(Call("call-1", "media.save", {"file": sent(desk)}, 10, 2, "claim.keep"))
    for _ in range(2):
        await desk.pause()
        desk.ports.pass_(seconds=30)
    assert isinstance(await desk.answer(), ActionFinished)
    assert not desk.cabinet.spoiled


async def test_what_is_gone_is_not_asked_for_again(desk: Desk) -> None:
    answer = await desk.does("media.save", retries=5, file={"type": "image", "id": "1"})
    assert isinstance(answer, ActionFailed)
    assert answer.error == "gone"
    assert desk.cabinet.asked == 1


async def test_an_action_reads_a_file_by_a_class_of_its_own(desk: Desk) -> None:
    answer = await desk.does("here.measure", photo=sent(desk))
    assert isinstance(answer, ActionFinished)
    assert answer.value == len(JPEG)


async def test_an_action_hears_why_it_cannot(desk: Desk) -> None:
    answer = await desk.does("here.measure", photo={"id": "1"})
    assert isinstance(answer, ActionFailed)
    assert answer.error == "MediaError"
    assert "does not have it any more" in answer.detail


async def test_an_action_keeps_a_file_where_it_wants(desk: Desk) -> None:
    answer = await desk.does("here.file_away", paper=sent(desk, "document", PDF))
    assert isinstance(answer, ActionFinished)
    assert (desk.root / str(answer.value)).read_bytes() == PDF


async def test_without_anybody_who_has_files_none_can_be_had(desk: Desk) -> None:
    desk.caller._attempts.library = None
    answer = await desk.does("media.save", file=sent(desk))
    assert isinstance(answer, ActionFailed)
    assert answer.error == "unreachable"
