"""Files in a simulation: nothing is uploaded, read or written, and what would fail outside fails here."""

from __future__ import annotations

from pathlib import Path

import pytest

from botkit.project import read_project
from botkit.testing import contents
from botkit.testing.bench import Bench

FLOW = """\
steps:
  photo:
    say: {image: = name, caption: Like this}
    ask: {photo: image}
  keep:
    run: media.save
    with: {file: = photo}
    save: photo
    errors: {gone: {say: It is gone., go: end}}
  thanks:
    say:
      - "{{ photo.file }}"
      - {image: = photo}
"""


def bench(tmp_path: Path, name: str) -> Bench:
    files = {
        "botkit.yaml": b"botkit: 1\nstart: claim\n",
        "flows/claim.yaml": FLOW.replace("= name", f"= '{name}'").encode(),
        "media/how.jpg": b"\xff\xd8\xff\xe0 how",
        "media/none.jpg": b"",
    }
    for file, content in files.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(content)
    project = read_project(tmp_path)
    assert project.bot is not None, list(project.problems)
    return Bench(project)


def test_a_photo_is_kept_without_a_mock_and_sent_on(tmp_path: Path) -> None:
    bot = bench(tmp_path, "how.jpg")
    bot.hear("hi")
    bot.hear(contents.media("image", "photo.jpg"))
    day = bot.now.date().isoformat()
    kept, onward = bot.world.said[-2:]
    assert kept.text.startswith(f"media/in/{day}/")
    assert kept.text.endswith(".jpg")
    assert onward.body["image"]["id"] == "photo.jpg"
    assert bot.world.said[0].body["image"]["id"].isdecimal()
    assert not (tmp_path / "media" / "in").exists()
    bot.close()


def test_a_mock_makes_it_fail(tmp_path: Path) -> None:
    bot = bench(tmp_path, "how.jpg")
    bot.mock("media.save", next(cls for cls in bot.world._own["media.save"].raises if cls.__name__ == "gone"))
    bot.hear("hi")
    bot.hear(contents.media("image", "photo.jpg"))
    assert bot.texts[-1] == "It is gone."
    bot.close()


@pytest.mark.parametrize(("name", "told"), [("other.jpg", "media/other.jpg is gone"), ("none.jpg", "1 to 5,242,880")])
def test_a_file_that_could_not_leave_does_not(tmp_path: Path, name: str, told: str) -> None:
    bot = bench(tmp_path, name)
    bot.hear("hi")
    (row,) = bot.outgoing(bot.world.transcript.moments[0])
    assert row.state == "unsent"
    assert told in row.detail
    assert bot.texts == []
    bot.close()
