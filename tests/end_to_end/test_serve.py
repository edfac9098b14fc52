"""How `botkit serve` starts, refuses to start, and ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from botkit.testing.webhooks import Person, body, message
from tests.end_to_end.clinic import AUTH, KEY, Clinic, copied, weekday
from tests.end_to_end.served import BOTKIT, environment


def serve(folder: Path, *options: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *BOTKIT, "serve", *options]
    return subprocess.run(
        command, cwd=folder, env=environment(**variables), input=typed, capture_output=True, text=True, encoding="utf-8", timeout=60
    )  # fmt: skip


async def test_the_end_waits_for_what_is_under_way(tmp_path: Path) -> None:
    people = [Person(wa_id=f"3461000{number:04}", name="Ben") for number in range(30)]
    async with Clinic(tmp_path) as clinic:
        clinic.fake.delay = 0.3
        hello = {"type": "text", "text": {"body": "hello"}}
        for person in people:
            clinic.fake.people.know(person)
            clinic.fake.people.wrote(person, clinic.ports.now())
        number, now = clinic.fake.number, clinic.ports.now()
        posts = [body(number, [message(number, person, hello, f"wamid.{person.wa_id}", now)]) for person in people]
        assert await asyncio.gather(*(clinic.webhooks.post(post) for post in posts)) == [200] * len(posts)
        assert await clinic.server.end() == 0
        assert "Traceback" not in clinic.server.log()
        clinic.fake.delay = 0.0
        await clinic.server.restart()
        for person in people:
            await clinic.messages(person.wa_id or "", 1)
        assert await clinic.server.end() == 0
        assert {len(messages) for messages in clinic.got.values()} == {1}


def test_all_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    done = serve(copied(tmp_path))
    assert done.returncode == 3
    for name in ("D360_API_KEY", "BOTKIT_WEBHOOK_AUTH", "CLINIC_API"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_flow_does_not_start(tmp_path: Path) -> None:
    flow = copied(tmp_path) / "flows" / "booking.yaml"
    flow.write_text(flow.read_text().replace("go: pick_date", "go: pick_dat"))
    done = serve(tmp_path, D360_API_KEY=KEY, BOTKIT_WEBHOOK_AUTH=AUTH.decode(), CLINIC_API="http://127.0.0.1:9")
    assert done.returncode == 3
    assert "flows/booking.yaml:" in done.stderr and "pick_dat" in done.stderr


@pytest.mark.parametrize("same", ["store", "port"])
async def test_two_do_not_share(tmp_path: Path, same: str) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    async with Clinic(first) as clinic:
        variables = {"D360_API_KEY": KEY, "BOTKIT_WEBHOOK_AUTH": AUTH.decode(), "CLINIC_API": clinic.fake.url}
        folder, port = (first, "0") if same == "store" else (copied(second), str(clinic.server.port))
        done = await asyncio.to_thread(serve, folder, "--port", port, **variables)
    assert done.returncode == 3
    assert "cannot start" in done.stderr if same == "store" else "cannot listen" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_number_one_talks_at_a_prompt(tmp_path: Path) -> None:
    day = weekday()
    typed = ["hello", "1", day.isoformat(), "Gran Via 1", "Madrid", "Confirm"]
    done = serve(copied(tmp_path), "--local", typed="".join(f"{line}\n" for line in typed))
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if not line.startswith("you> ")]
    assert said[0].startswith("bot> Hi You")
    assert "bot> Booked ✅ Reference V1" in said
    assert f"Day: {day:%A} {day.day} {day:%B}" in done.stdout
