"""What contacts send, fetched over HTTP from a 360dialog that is not always kind."""

from __future__ import annotations

import os
import resource
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from botkit.channels import Channel
from botkit.media.downloads import Downloads
from botkit.media.failures import MediaError
from botkit.media.folder import Folder
from botkit.media.transfer import Web
from botkit.ports import FrozenPorts
from botkit.providers import Cloud, Dialog360
from botkit.testing.cabinet import Spoiled
from botkit.testing.fake360 import Fake360
from tests.media.given import JPEG, PDF, PNG
from tests.sender.desk import NOON


class Desk:
    def __init__(self, fake: Fake360, ports: FrozenPorts, root: Path) -> None:
        self.fake, self.ports, self.root = fake, ports, root
        self.web = Web()
        self.downloads = self.through(Folder(root, spare=0))

    def through(self, folder: Folder) -> Downloads:
        channel = self.fake.channel()
        providers = {"shop": Dialog360(channel)}
        return Downloads({"shop": channel.base_url}, providers, self.web, folder, self.ports, most=4 * 1024 * 1024)

    def sent(self, kind: str = "image", content: bytes = JPEG, **more: Any) -> dict[str, Any]:
        """A file as an answer holds it."""
        record: dict[str, Any] = {"type": kind, **self.fake.cabinet.sent(kind, content, **more)[kind]}
        return record

    async def save(self, file: dict[str, Any]) -> dict[str, Any]:
        return await self.downloads.save("shop", "c1", file, None)

    async def failure(self, file: dict[str, Any]) -> str:
        with pytest.raises(MediaError) as caught:
            await self.save(file)
        assert self.files() == []
        return caught.value.reason

    def files(self) -> list[str]:
        """All that is on the disk, with what is not whole."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())


@pytest.fixture
def ports() -> FrozenPorts:
    return FrozenPorts(NOON)


@pytest.fixture
async def desk(ports: FrozenPorts, tmp_path: Path) -> AsyncIterator[Desk]:
    async with Fake360(ports) as fake:
        desk = Desk(fake, ports, tmp_path)
        yield desk
        await desk.web.close()


async def test_a_photo_is_kept_under_a_name_of_ours(desk: Desk) -> None:
    kept = await desk.save(desk.sent(caption="../../x", filename="/etc/passwd"))
    folder, _, name = kept["file"].rpartition("/")
    assert folder == "media/in/2026-11-26"
    assert len(name) == 44
    assert name.endswith(".jpg")
    assert kept["size"] == len(JPEG)
    assert (desk.root / kept["file"]).read_bytes() == JPEG
    assert (desk.root / kept["file"]).stat().st_mode & 0o777 == 0o600
    assert desk.files() == [kept["file"]]


async def test_saved_twice_it_is_one_file_and_of_another_contact_another(desk: Desk) -> None:
    photo = desk.sent()
    first, again = await desk.save(photo), await desk.save(photo)
    other = await desk.downloads.save("shop", "c2", photo, None)
    assert first == again
    assert other["file"] != first["file"]


async def test_it_can_be_read_without_being_kept(desk: Desk) -> None:
    assert await desk.downloads.read("shop", desk.sent(), 10**6) == JPEG
    with pytest.raises(MediaError, match="it has"):
        await desk.downloads.read("shop", desk.sent(), 100)
    assert desk.files() == []


async def test_an_action_may_name_the_place(desk: Desk) -> None:
    kept = await desk.downloads.save("shop", "c1", desk.sent(), Path("scans/7/front.jpg"))
    assert kept["file"] == "scans/7/front.jpg"
    assert desk.files()[-1] == "scans/7/front.jpg"
    for elsewhere in (
        "../front.jpg", "/tmp/media-front.jpg", ".", "scans/7", "botkit.yaml", ".env", "scans/../actions/clinic.py", "Flows/main.yaml",
        "data/botkit.db", ".git/hooks/pre-commit",
    ):  # fmt: skip
        with pytest.raises(MediaError):
            await desk.downloads.save("shop", "c1", desk.sent(), Path(elsewhere))
    assert desk.files() == ["scans/7/front.jpg"]


async def test_a_document_of_an_unknown_type_ends_in_what_no_machine_runs(desk: Desk) -> None:
    kept = await desk.save(desk.sent("document", b"MZ\x90\x00" * 8, filename="bill.pdf.exe", type_="application/x-msdownload"))
    assert kept["file"].endswith(".bin")


async def test_a_picture_that_is_named_as_another_kind_ends_as_what_it_is(desk: Desk) -> None:
    assert (await desk.save(desk.sent("image", PNG, type_="image/jpeg")))["file"].endswith(".png")


@pytest.mark.parametrize(
    ("spoiled", "reason"),
    [
        ("cut", "unreachable"), ("short", "damaged"), ("other", "damaged"), ("page", "damaged"), ("endless", "too_large"),
        ("elsewhere", "unreachable"),
    ],
)  # fmt: skip
async def test_what_does_not_arrive_as_it_was_sent_is_not_kept(desk: Desk, spoiled: Spoiled, reason: str) -> None:
    photo = desk.sent()
    desk.fake.cabinet.spoiled.append(spoiled)
    assert await desk.failure(photo) == reason
    assert (await desk.save(photo))["size"] == len(JPEG)


@pytest.mark.parametrize(("spoiled", "reason"), [("short", "damaged"), ("page", "damaged")])
async def test_without_a_hash_its_size_tells(desk: Desk, spoiled: Spoiled, reason: str) -> None:
    desk.fake.cabinet.spoiled.append(spoiled)
    photo = {name: told for name, told in desk.sent().items() if name != "sha256"}
    assert await desk.failure(photo) == reason


async def test_what_is_another_type_than_it_was_said_to_be_is_not_kept(desk: Desk) -> None:
    assert await desk.failure(desk.sent("image", b"<html>log in</html>")) == "wrong_type"
    assert await desk.failure(desk.sent("document", b"#!/bin/sh\n", type_="application/pdf")) == "wrong_type"
    assert (await desk.save(desk.sent("document", PDF)))["file"].endswith(".pdf")


async def test_what_whatsapp_does_not_have_any_more_is_gone(desk: Desk) -> None:
    photo = desk.sent()
    desk.ports.pass_(days=7)
    assert await desk.failure(photo) == "gone"
    assert await desk.failure({**photo, "id": "photo.jpg"}) == "gone"
    for id_ in ("", "..", "x" * 300):
        assert await desk.failure({**photo, "id": id_}) == "gone"


async def test_too_many_errors_end_the_asking_before_the_door_is_closed(desk: Desk) -> None:
    nothing = {"type": "image", "id": "1"}
    reasons = [await desk.failure(nothing) for _ in range(30)]
    assert reasons == ["gone"] * 18 + ["unreachable"] * 12
    assert desk.fake.cabinet.asked == 18
    assert await desk.failure(desk.sent()) == "unreachable"
    desk.ports.pass_(hours=1)
    assert (await desk.save(desk.sent()))["size"] == len(JPEG)


async def test_a_door_that_is_closed_is_left_alone(desk: Desk) -> None:
    for _ in range(21):
        desk.fake.cabinet.find("1")
    assert await desk.failure(desk.sent()) == "unreachable"
    desk.ports.pass_(minutes=29)
    asked = desk.fake.cabinet.asked
    assert await desk.failure(desk.sent()) == "unreachable"
    assert desk.fake.cabinet.asked == asked
    desk.ports.pass_(minutes=1)
    assert (await desk.save(desk.sent()))["size"] == len(JPEG)


async def test_a_wrong_key_is_no_reason_to_call_it_gone(desk: Desk) -> None:
    photo = desk.sent()
    desk.fake.key = "another"
    assert await desk.failure(photo) == "unreachable"


async def test_a_disk_that_is_nearly_full_is_left_to_the_store(desk: Desk) -> None:
    free = os.statvfs(desk.root)
    desk.downloads = desk.through(Folder(desk.root, spare=free.f_blocks * free.f_frsize + 1))
    assert await desk.failure(desk.sent()) == "no_room"


async def test_a_disk_that_is_full_in_the_middle_leaves_nothing_behind(desk: Desk) -> None:
    photo, (soft, hard) = desk.sent(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(JPEG) // 2, hard))
    try:
        assert await desk.failure(photo) == "no_room"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (await desk.save(photo))["size"] == len(JPEG)


async def test_a_folder_that_cannot_be_made_is_told(desk: Desk) -> None:
    (desk.root / "media").write_text("no folder")
    with pytest.raises(MediaError) as caught:
        await desk.save(desk.sent())
    assert caught.value.reason == "no_room"


async def test_what_an_ended_process_left_half_is_taken_away(desk: Desk) -> None:
    (desk.root / "media" / "in").mkdir(parents=True)
    for name, ago in (("left", 7), ("new", 1)):
        part = desk.root / "media" / "in" / f".part-{name}"
        part.write_bytes(b"half")
        moment = (NOON - timedelta(hours=ago)).timestamp()
        os.utime(part, (moment, moment))
    kept = await desk.save(desk.sent())
    assert desk.files() == ["media/in/.part-new", kept["file"]]


# ---------------------------------------------------------------- who hears the key


class Elsewhere:
    """A gateway that says where a file is, and a list of who was asked with which headers."""

    def __init__(self, address: str) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self._address = address
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Elsewhere:
        app = web.Application()
        app.add_routes([web.get("/{path:.*}", self._any)])
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _any(self, request: web.Request) -> web.Response:
        self.asked.append((request.raw_path, request.headers.get("D360-API-KEY") or request.headers.get("Authorization")))
        if request.path == "/77":
            return web.json_response({"url": self._address.replace("HERE", self.url), "id": "77"})
        if request.query.get("hop"):
            return web.Response(status=302, headers={"Location": "/moved?mid=77"})
        return web.Response(body=JPEG, content_type="image/jpeg")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/whatsapp_business/attachments/?mid=1",
        "HERE/whatsapp_business/attachments/?mid=1",
        "https://lookaside.fbsbx.com.evil.example/x",
        "https://lookaside.fbsbx.com@evil.example/x",
        "https://lookaside.fbsbx.com:8443/x",
        "http://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com",
        "https://lookaside.fbsbx.com/x y",
        "https://lookaside.fbsbx.com/x\r\nHost: evil.example",
    ],
)
@pytest.mark.parametrize("provider", [Dialog360, Cloud])
async def test_no_other_host_is_asked(ports: FrozenPorts, tmp_path: Path, address: str, provider: type[Dialog360] | type[Cloud]) -> None:
    async with Elsewhere(address) as elsewhere:
        channel = Channel("shop", api_key="secret-key", phone_number_id="1", base_url=elsewhere.url)
        transfer = Web()
        downloads = Downloads({"shop": elsewhere.url}, {"shop": provider(channel)}, transfer, Folder(tmp_path, spare=0), ports)
        with pytest.raises(MediaError) as caught:
            await downloads.save("shop", "c1", {"id": "77"}, None)
        await transfer.close()
    assert caught.value.reason == "unreachable"
    assert [path for path, _ in elsewhere.asked] == ["/77"]


@pytest.mark.parametrize(("provider", "key"), [(Dialog360, "secret-key"), (Cloud, "Bearer secret-key")])
async def test_path_and_query_stay_byte_for_byte_and_a_redirect_stays_in_the_house(
    ports: FrozenPorts, tmp_path: Path, provider: type[Dialog360] | type[Cloud], key: str
) -> None:
    address = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=7%2f7&ext=1&hash=AT%2Bx_&hop=1"
    async with Elsewhere(address) as elsewhere:
        channel = Channel("shop", api_key="secret-key", phone_number_id="1", base_url=elsewhere.url)
        transfer = Web()
        downloads = Downloads({"shop": elsewhere.url}, {"shop": provider(channel)}, transfer, Folder(tmp_path, spare=0), ports)
        kept = await downloads.save("shop", "c1", {"id": "77", "mime_type": "image/jpeg"}, None)
        await transfer.close()
    assert kept["size"] == len(JPEG)
    assert elsewhere.asked == [
        ("/77", key), (address.removeprefix("https://lookaside.fbsbx.com"), key), ("/moved?mid=77", key),
    ]  # fmt: skip


def test_metas_own_host_gets_the_token_where_meta_is_asked() -> None:
    channel = Channel("shop", api_key="token", phone_number_id="1", base_url="https://graph.facebook.com/v25.0")
    base, request = Cloud(channel).download("https://lookaside.fbsbx.com/a?b=%2f") or ("", None)
    assert base == "https://lookaside.fbsbx.com"
    assert request is not None
    assert request.path == "/a?b=%2f"
