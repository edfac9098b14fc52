"""botkit send, start and broadcast: what is typed wrongly, and what cannot go, is told with its exit code."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from botkit.approvals import Pull, Pulls, Registered, dump_pulls
from botkit.model import Inbound, News
from botkit.ports import RealPorts
from botkit.stores.opening import open_store
from botkit.testing.fake360 import Fake360
from tests.cli.conftest import Run
from tests.outreach.shop import write

ANA = "34600111222"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Nobody answers for its provider: nothing may be sent."""
    folder = write(tmp_path / "shop")
    (folder / ".env").write_text("SHOP_KEY=k\nSHOP_AUTH=a:b\nSHOP_API=http://127.0.0.1:9\nBOTKIT_API_TOKEN=t\n")
    (folder / "people.csv").write_text(f"phone,1\n{ANA},4 June\n")
    (folder / "numbers.csv").write_text(f"{ANA}\n")
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("send", ANA), 2, "say what is to be sent"),
        (("send", ANA, "x", "-p", "1=a"), 2, "--template names it"),
        (("send", ANA, "--template", "visit", "-p", "1=a", "-p", "b"), 2, "by name"),
        (("send", ANA, "--media", "nothing.pdf"), 2, "there is no file nothing.pdf"),
        (("send", ANA, "--media", "botkit.yaml"), 2, "cp botkit.yaml media/"),
        (("send", ANA, "--media", "x" * 5000), 2, "there is no file xxx"),
        (("send", ANA, "  "), 2, "the text is empty"),
        (("send", ANA, "--template", "visti"), 2, 'there is no template "visti"'),
        (("send", "0600", "x"), 2, "lacks its country's prefix"),
        (("start", "visti", ANA), 2, 'did you mean "visit"?'),
        (("start", "visit", ANA, "--set", "day"), 2, "write it like --set day="),
        (("broadcast",), 2, "name a FLOW or a --template"),
        (("broadcast", "--template", "visit"), 2, "to whom?"),
        (("broadcast", "--template", "visit", "--to", "none.csv"), 2, "none.csv cannot be read"),
        (("broadcast", "--template", "visit", "--to", "people.csv", "--rate", "fast"), 2, "--rate is written like"),
        (("broadcast", "--template", "visit", "--to", "people.csv", "--at", "soon"), 2, "--at is written like"),
        (("broadcast", "--template", "visit", "--to", "people.csv", "-p", "1={town}"), 2, "no column town: there are phone, 1"),
        (("broadcast", "--template", "visit", "--to", "people.csv", "--set", "a=b"), 2, "--set params of a flow"),
        (("broadcast", "--template", "visit", "--to", "people.csv"), 2, "--yes sends without asking"),
        (("broadcast", "--template", "visit", "--to", "numbers.csv", "--column", "2"), 2, "no column 2: they are numbered from 1 to 1"),
        (("broadcast", "--template", "visit", "--to", "numbers.csv", "--column", "0"), 2, "no column 0"),
        (("broadcast", "--template", "visit", "--to", "tag: "), 2, "which tag?"),
        (("broadcast", "--template", "visit", "--to", "tag:late", "--dry-run"), 5, "nobody has the tag late"),
        (("broadcast", "--stop", "unknown"), 2, 'there is no broadcast "unknown"'),
        (("broadcast", "--follow", "unknown"), 2, 'there is no broadcast "unknown"'),
        (("broadcast", "--follow", os.fsdecode(b"\xff")), 2, "what was typed is no text"),
        (("broadcast", "--list"), 5, ""),
        (("send", ANA, "x", "--url", "http://example.org"), 3, "https://"),
        (("send", ANA, "x", "--url", "http://127.0.0.1:1"), 4, "nobody answers"),
    ],
)
def test_what_is_wrong_is_told_with_its_code(
    botkit: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, told: str
) -> None:
    monkeypatch.chdir(shop)
    ran = botkit(*arguments)
    assert (ran.code, told in ran.err) == (code, True), ran


def test_a_secret_that_is_lacking_is_named(botkit: Run, shop: Path) -> None:
    (shop / ".env").unlink()
    ran = botkit("-C", shop, "send", ANA, "x")
    assert (ran.code, "SHOP_KEY is not set" in ran.err) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("send", ANA, "--template", "visit", "-p", "4 June", "--dry-run"), "would be sent, template visit"),
        (("start", "visit", ANA, "--set", "who=you", "--set", "day=2026-06-24", "--dry-run"), "would be sent"),
        (("broadcast", "--template", "visit", "--to", "people.csv", "--dry-run"), "1 person: 1 to send"),
    ],
)
def test_a_trial_needs_no_secret(
    botkit: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    (shop / ".env").unlink()
    monkeypatch.chdir(shop)
    ran = botkit(*arguments)
    assert (ran.code, told in ran.out, ran.err) == (0, True, ""), ran


async def test_a_trial_sends_nothing_of_what_waits(shop: Path) -> None:
    """An earlier command has left a message behind that could not go."""
    waiting = [sys.executable, "-m", "botkit", "-C", str(shop), "send", ANA, "--template", "visit", "-p", "4 June", "--key", "k1"]
    trial = [sys.executable, "-m", "botkit", "-C", str(shop), "send", ANA, "--template", "visit", "-p", "5 June", "--dry-run"]
    await (await asyncio.create_subprocess_exec(*waiting, stderr=asyncio.subprocess.DEVNULL)).wait()
    accepted: list[object] = []
    async with Fake360(RealPorts(), key="k", on_accept=accepted.append) as fake:
        ran = await asyncio.create_subprocess_exec(
            *trial, env={**os.environ, "SHOP_API": fake.url}, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        assert await ran.wait() == 0
        assert accepted == []


def test_a_bot_with_errors_sends_nothing(botkit: Run, shop: Path) -> None:
    (shop / "flows" / "chat.yaml").write_text("steps: {hi: {say: Hi, go: nowhere}}\n")
    ran = botkit("-C", shop, "send", ANA, "x")
    assert (ran.code, "no-such-step" in ran.err) == (3, True)


def test_a_trial_tells_whether_it_would_go(botkit: Run, shop: Path) -> None:
    ran = botkit("-C", shop, "send", ANA, "--template", "visit", "-p", "4 June", "--dry-run")
    assert (ran.code, ran.out) == (0, "+34 ••• ••22: would be sent, template visit (en)\n")
    ran = botkit("-C", shop, "send", ANA, "--template", "sale", "-p", "name=Ana", "--dry-run", "--json")
    assert (ran.code, '"reason": "no_consent"' in ran.out) == (1, True)


def test_a_file_of_media_may_be_sent(botkit: Run, shop: Path) -> None:
    (shop / "media").mkdir()
    (shop / "media" / "map.pdf").write_bytes(b"%PDF")
    ran = botkit("-C", shop, "send", ANA, "--media", str(shop / "media" / "map.pdf"), "--hold", "--dry-run")
    assert (ran.code, "would be sent" in ran.out) == (0, True)


async def test_who_has_the_store_is_named_where_nobody_answers(shop: Path) -> None:
    """Another command has it, not botkit serve: there is no address to ask."""
    store = open_store("sqlite:///data/shop.db", shop)
    await store.open()
    try:
        ran = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "botkit", "-C", str(shop), "broadcast", "--stop", "3f9a1c22b7",
            env={**os.environ, "BOTKIT_PORT": "9"}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await ran.communicate()
    finally:
        await store.close()
    told = err.decode()
    assert (ran.returncode, out) == (4, b"")
    assert f"another botkit (process {os.getpid()}) already works with" in told and "wait until that has ended" in told


def test_every_reason_for_a_bad_row_is_told_once(botkit: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop)
    rows = "phone,day\n" + "x,4 June\n" * 4 + f"{ANA},never\n0600111222,4 June\n"
    (shop / "many.csv").write_text(rows)
    ran = botkit("broadcast", "visit", "--to", "many.csv", "--set", "who=you", "--dry-run")
    assert [line.split(":")[0] for line in ran.out.splitlines()[1:]] == ["  row 2", "  row 6", "  row 7"], ran


async def test_more_strangers_than_whatsapp_allows_a_day_are_told_before_anybody_decides(shop: Path, botkit: Run) -> None:
    (shop / "people.csv").write_text("phone,1\n34600111222,4 June\n34600111333,4 June\n")
    store = open_store("sqlite:///data/shop.db", shop)
    await store.open()
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    await store.receive([Inbound("main", "n1", at, b"{}", news=News("main", "limit", at, "1"))], at)
    await store.close()
    ran = await asyncio.to_thread(botkit, "-C", shop, "broadcast", "--template", "visit", "--to", str(shop / "people.csv"), "--dry-run")
    assert ran.out.splitlines()[-1] == (
        "too many for a day: WhatsApp lets this business write to 1 in 24 hours who have not written themselves"
        " (it said so on 2026-11-24); a lower --rate spreads them"
    )


def pulled(folder: Path, status: str) -> None:
    """What `botkit templates pull` would have noted down."""
    held = [Registered("visit", code, status, "utility") for code in ("en", "es")]
    found = Pulls({"main": Pull(datetime(2026, 6, 1, tzinfo=UTC), tuple(held), "dialog360")})
    (folder / "templates" / ".provider.json").write_bytes(dump_pulls(found))


PLAN = ("broadcast", "--template", "visit", "--to", "people.csv", "--dry-run")


def test_the_plan_tells_whether_the_template_is_approved(botkit: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop)
    assert "approv" not in botkit(*PLAN).out  # nothing is known of it
    pulled(shop, "approved")
    assert botkit(*PLAN).out.endswith(" · template visit (en 1) · approved\n")
    pulled(shop, "paused")
    told = "template visit (en) is paused by WhatsApp: too many people did not want it, as of 2026-06-01; botkit templates pull tells how"
    assert told in botkit(*PLAN).out
    assert '"templates": [{"name": "visit", "language": "en", "status": "paused"' in botkit(*PLAN, "--json").out


async def test_why_messages_could_not_be_sent_is_told_once(shop: Path) -> None:
    """Not in a line of the log for each of thousands. The table lies in the folder that is named."""
    (shop / "people.csv").write_text("phone,1\n" + "".join(f"3460011122{n},4 June\n" for n in range(5)))
    async with Fake360(RealPorts(), key="k", templates=[]) as fake:
        ran = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "botkit", "-C", str(shop), "broadcast", "--template", "visit", "--to", "people.csv", "--yes",
            env={**os.environ, "SHOP_API": fake.url}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd="/",
        )  # fmt: skip
        out, err = await ran.communicate()
    assert ran.returncode == 1
    first, second = out.decode().splitlines()[-2:]
    assert first == "done: 5 could not be sent"
    assert second == "  row 2 and 4 more: HTTP 404: (#132001) template name (visit) does not exist in en"
    assert b"warning" not in err
