"""Files through real processes: a picture of the bot's is uploaded once in all its lives, a photo of a contact is kept."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person
from tests.end_to_end.served import BOTKIT, Served, environment
from tests.media.given import JPEG, PNG

ANA = Person(wa_id="447700900111", name="Ana")
AUTH = b"bot:correct horse"
SETTINGS = """\
botkit: 1
start: claim
channels:
  main: {{api_key: $D360_API_KEY, webhook_auth: $BOTKIT_WEBHOOK_AUTH, base_url: "{base}"}}
"""
FLOW = """\
steps:
  photo:
    say: {image: how.jpg, caption: "Send us a photo, like this one."}
    ask: {photo: image}
  keep:
    run: media.save
    with: {file: = photo}
    save: photo
    errors:
      gone: {say: I could not open that. Please send it again., go: photo}
      any: {say: Our disk has trouble., go: end}
  count:
    run: look.count
    with: {photo: = photo}
    save: size
  thanks:
    say: "{{ photo.file }}: {{ size }} of {{ photo.size }} bytes."
"""
ACTION = '''\
from botkit import action

@action
async def count(ctx, photo: dict) -> int:
    """How many bytes it has."""
    return len(await ctx.media.read(photo))
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (("flows/claim.yaml", FLOW.encode()), ("actions/look.py", ACTION.encode()), ("media/how.jpg", JPEG)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


async def _until(condition: Callable[[], bool], server: Served) -> None:
    for _ in range(1500):
        if condition():
            return
        await RealPorts().sleep(0.02)
    raise AssertionError(server.log())


async def test_a_picture_is_uploaded_once_in_two_lives_and_a_photo_is_kept(folder: Path) -> None:
    ports = RealPorts()
    async with Fake360(ports) as fake:
        (folder / "botkit.yaml").write_text(SETTINGS.format(base=fake.url))
        variables = environment(D360_API_KEY=fake.key, BOTKIT_WEBHOOK_AUTH=AUTH.decode())
        server = Served(folder, variables, ports)
        fake.webhook(server.url, AUTH)

        def texts() -> list[str]:
            return [asked.body["text"]["body"] for asked in fake.requests if asked.accepted and asked.body["type"] == "text"]

        try:
            for life in (1, 2):
                await server.start()
                fake.inbound(ANA, "hi")
                await _until(lambda life=life: len(fake.requests) == 2 * life - 1, server)  # type: ignore[misc]
                fake.inbound(ANA, fake.cabinet.sent("image", PNG, type_="image/png"))
                await _until(lambda life=life: len(texts()) == life, server)  # type: ignore[misc]
                assert await server.end() == 0
        finally:
            await server.gone()
        (uploaded,) = fake.cabinet.uploads
        pictures = [asked.body["image"] for asked in fake.requests if asked.accepted and asked.body["type"] == "image"]
        assert pictures == [{"id": uploaded.id, "caption": "Send us a photo, like this one."}] * 2
        (kept,) = (folder / "media" / "in").rglob("*.png")
        assert kept.read_bytes() == PNG
        assert texts() == [f"{kept.relative_to(folder).as_posix()}: {len(PNG)} of {len(PNG)} bytes."] * 2
        assert not any(name in server.log() for name in (fake.key, "Traceback"))


async def test_a_file_of_this_machine_can_be_sent_to_the_server_that_is_tried(folder: Path) -> None:
    (folder / "botkit.yaml").write_text("botkit: 1\nstart: claim\n")
    (folder / "mine.png").write_bytes(PNG)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *BOTKIT, "serve", "--local", cwd=folder, env=environment(), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, errors = await process.communicate(b"hi\n/attach nothing.png\n/attach mine.png\n")
    (kept,) = (folder / "media" / "in").rglob("*.png")
    lines = told.decode().splitlines()
    assert "bot> (image) Send us a photo, like this one." in lines, errors.decode()
    assert "     (nothing.png cannot be sent: No such file or directory)" in lines
    assert lines[-1].endswith(f"{kept.relative_to(folder).as_posix()}: {len(PNG)} of {len(PNG)} bytes.")
