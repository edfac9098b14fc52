"""botkit send, start and broadcast: what is typed wrongly, and what cannot go, is told with its exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.outreach.shop import write

ANA = "34600111222"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Nobody answers for its provider: nothing may be sent."""
    folder = write(tmp_path / "shop")
    (folder / ".env").write_text("SHOP_KEY=k\nSHOP_AUTH=a:b\nSHOP_API=http://127.0.0.1:9\nBOTKIT_API_TOKEN=t\n")
    (folder / "people.csv").write_text(f"phone,1\n{ANA},4 June\n")
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("send", ANA), 2, "say what is to be sent"),
        (("send", ANA, "x", "-p", "1=a"), 2, "--template names it"),
        (("send", ANA, "--template", "visit", "-p", "1=a", "-p", "b"), 2, "by name"),
        (("send", ANA, "--media", "nothing.pdf"), 2, "there is no file nothing.pdf"),
        (("send", ANA, "--media", "botkit.yaml"), 2, "cp botkit.yaml media/"),
        (("send", ANA, "--template", "visti"), 1, 'there is no template "visti"'),
        (("send", "0600", "x"), 1, "lacks its country's prefix"),
        (("start", "visti", ANA), 1, 'did you mean "visit"?'),
        (("start", "visit", ANA, "--set", "day"), 2, "write it like --set day="),
        (("broadcast",), 2, "name a FLOW or a --template"),
        (("broadcast", "--template", "visit"), 2, "to whom?"),
        (("broadcast", "--template", "visit", "--to", "none.csv"), 2, "none.csv cannot be read"),
        (("broadcast", "--template", "visit", "--to", "people.csv", "--rate", "fast"), 2, "--rate is written like"),
        (("broadcast", "--template", "visit", "--to", "people.csv", "--at", "soon"), 2, "--at is written like"),
        (("broadcast", "--template", "visit", "--to", "people.csv", "-p", "1={town}"), 2, "no column town: there are phone, 1"),
        (("broadcast", "--template", "visit", "--to", "people.csv", "--set", "a=b"), 2, "--set params of a flow"),
        (("broadcast", "--template", "visit", "--to", "people.csv"), 2, "--yes sends without asking"),
        (("broadcast", "--stop", "unknown"), 1, 'there is no broadcast "unknown"'),
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
