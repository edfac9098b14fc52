"""A release that takes the place of the running one: at SIGHUP, whole or not at all, with every conversation kept."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from tests.end_to_end.clinic import Clinic


async def told(clinic: Clinic, words: str, times: int = 1) -> None:
    """Once the server has logged *words* so often."""
    async with asyncio.timeout(20):
        while clinic.server.log().count(words) < times:
            await clinic.ports.sleep(0.02)


async def test_conversations_go_on_under_a_new_release_and_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    async with Clinic(tmp_path) as clinic:
        flow = clinic.folder / "flows" / "booking.yaml"
        ana = clinic.talk("34611000001")
        ana.says("hello")
        await ana.hears()
        ana.taps("Book a visit")
        assert (await ana.reads()).startswith("Which day suits you?")

        good = flow.read_text()
        flow.write_text(good.replace("Sorry, I did not get a date.", "Pardon? That is no date."))
        clinic.server.signal(signal.SIGHUP)
        await told(clinic, "takes the place of")
        ana.says("some day soon")
        assert (await ana.reads()).startswith("Pardon? That is no date.")

        flow.write_text(good.replace("go: pick_date", "go: pick_dat"))
        clinic.server.signal(signal.SIGHUP)
        await told(clinic, "the last good release runs on")
        assert "no-such-step" in clinic.server.log()
        ana.says("no idea")
        assert (await ana.reads()).startswith("Pardon? That is no date.")
        assert await clinic.server.end() == 0
