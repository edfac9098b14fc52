"""botkit keys, as a partner of 360dialog types it: a key is made, shown once or written, and every older one ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.end_to_end.numbers import DIALOG360, Numbers, Ran

CREATE = ("keys", "create", "--channel-id", "ch360CH")


@pytest.fixture
async def numbers(tmp_path: Path) -> AsyncIterator[Numbers]:
    async with Numbers(tmp_path, DIALOG360) as running:
        del running.variables["D360_API_KEY"]
        yield running


async def keys(numbers: Numbers, *args: str, **variables: str) -> Ran:
    """A command of the partner whom the provider knows."""
    hub = numbers.fake.hub
    known = {"D360_PARTNER_ID": hub.partner, "D360_PARTNER_KEY": hub.key, "D360_HUB_URL": f"{numbers.fake.url}/api/v2"}
    return await numbers.botkit(*args, **{**known, **variables})


async def test_a_key_is_shown_once_on_standard_output_alone(numbers: Numbers) -> None:
    old = numbers.fake.key
    ran = await keys(numbers, *CREATE, "--yes")
    assert ran.code == 0, ran
    assert ran.out == f"{numbers.fake.key}\n" and numbers.fake.key != old
    assert numbers.fake.key not in ran.err and "every older key" in ran.err
    assert not (numbers.folder / ".env").exists(), "written only where it is asked for"
    assert (await numbers.botkit("webhook", "show", D360_API_KEY=old)).code == 4
    assert (await numbers.botkit("webhook", "show", D360_API_KEY=numbers.fake.key)).code == 1, "nothing is set, but the key is taken"


async def test_it_is_written_into_a_file_for_the_owner_alone_and_nothing_else_changes_there(numbers: Numbers) -> None:
    env = numbers.folder / ".env"
    env.write_text("# ours\nOTHER='a b'")
    env.chmod(0o644)
    ran = await keys(numbers, *CREATE, "--write", ".env", "--yes")
    assert ran.code == 0 and ran.out == "" and numbers.fake.key not in ran.err
    assert env.read_text() == f"# ours\nOTHER='a b'\nD360_API_KEY={numbers.fake.key}\n"
    assert env.stat().st_mode & 0o777 == 0o600
    assert (await numbers.botkit("webhook", "show")).code == 1, "it is read from there"


async def test_a_key_that_is_there_is_not_overwritten_unasked(numbers: Numbers) -> None:
    env = numbers.folder / ".env"
    env.write_text("export D360_API_KEY=old\nOTHER=1\n")
    old = numbers.fake.key
    ran = await keys(numbers, *CREATE, "--write", ".env", "--yes")
    assert ran.code == 3 and "--force" in ran.err and "no key was made" in ran.err
    assert numbers.fake.key == old and env.read_text() == "export D360_API_KEY=old\nOTHER=1\n"
    assert (await keys(numbers, *CREATE, "--write", ".env", "--yes", "--force")).code == 0
    assert env.read_text() == f"D360_API_KEY={numbers.fake.key}\nOTHER=1\n"


async def test_where_it_cannot_be_written_no_key_is_made(numbers: Numbers) -> None:
    old = numbers.fake.key
    ran = await keys(numbers, *CREATE, "--write", "nowhere/.env", "--yes")
    assert ran.code == 3 and "no key was made" in ran.err and numbers.fake.key == old


async def test_nobody_is_asked_nothing_is_done(numbers: Numbers) -> None:
    old = numbers.fake.key
    ran = await keys(numbers, *CREATE)
    assert ran.code == 2 and "--yes" in ran.err
    dry = await keys(numbers, *CREATE, "--dry-run")
    assert dry.code == 0 and "would be made" in dry.out
    assert numbers.fake.key == old


async def test_the_numbers_of_clients_are_listed(numbers: Numbers) -> None:
    numbers.fake.hub.channels = {"ch360CH": True, "other9CH": False}
    listed = await keys(numbers, "keys", "channels")
    assert listed.code == 0 and [line.split()[0] for line in listed.out.splitlines()] == ["ch360CH", "other9CH"]
    which = await keys(numbers, "keys", "create", "--yes")
    assert which.code == 2 and "--channel-id ID" in which.err and "other9CH" in which.err
    numbers.fake.hub.channels = {}
    assert (await keys(numbers, "keys", "channels")).code == 5


async def test_what_is_refused_is_told_and_no_secret_with_it(numbers: Numbers) -> None:
    numbers.fake.hub.channels = {"ch360CH": False}
    ran = await keys(numbers, *CREATE, "--yes")
    assert ran.code == 4 and "Permission denied for partner" in ran.err
    ran = await keys(numbers, "keys", "create", "--channel-id", "unknownCH", "--yes")
    assert ran.code == 4 and "unknownCH" in ran.err
    ran = await keys(numbers, *CREATE, "--yes", D360_PARTNER_KEY="stale-partner-key")
    assert ran.code == 4 and "401" in ran.err and "stale-partner-key" not in ran.out + ran.err
    ran = await keys(numbers, "keys", "create", "--channel-id", "../x", "--yes")
    assert ran.code == 2 and "no id" in ran.err


async def test_what_is_missing_is_named_all_at_once(numbers: Numbers) -> None:
    ran = await keys(numbers, *CREATE, D360_PARTNER_ID="", D360_PARTNER_KEY="", D360_HUB_URL="http://hub.example.com")
    assert ran.code == 3
    assert all(word in ran.err for word in ("D360_PARTNER_ID is not set", "D360_PARTNER_KEY is not set", "D360_HUB_URL must begin"))


async def test_the_key_as_json(numbers: Numbers) -> None:
    shown = await keys(numbers, "--json", *CREATE, "--yes")
    assert shown.told == {
        "version": 1, "channel_id": "ch360CH", "variable": "D360_API_KEY", "written": None, "api_key": numbers.fake.key,
    }  # fmt: skip
    written = await keys(numbers, "--json", *CREATE, "--yes", "--write", ".env")
    assert "api_key" not in written.told and written.told["written"].endswith("/.env")
