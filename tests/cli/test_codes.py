"""One rule for all commands: what is typed and is not there is 2, a folder of no bot is 3, and with --json a program is told the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from botkit.cli import COMMANDS
from botkit.cli import botkit as group
from tests.cli.conftest import Run
from tests.outreach.shop import write

ANA = "34600111222"
NEEDED = {"send": [ANA, "x"], "start": ["visit", ANA], "handback": [ANA], "broadcast": ["--list"], "templates show": ["visit"],
          "i18n export": ["es", "-o", "es.po"], "i18n import": ["es.po"]}  # fmt: skip


def leaves() -> Iterator[str]:
    with click.Context(group) as context:
        for name in COMMANDS:
            command = group.get_command(context, name)
            yield from [f"{name} {inner}" for inner in command.commands] if isinstance(command, click.Group) else [name]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write(tmp_path / "shop")
    (folder / ".env").write_text("SHOP_KEY=k\nSHOP_AUTH=a:b\nSHOP_API=http://127.0.0.1:9\n")
    monkeypatch.chdir(folder)
    return folder


def error(out: str, code: int) -> str:
    """What a program is told."""
    told = json.loads(out.splitlines()[-1])
    assert (told["version"], told["exit"]) == (1, code)
    return str(told["error"])


@pytest.mark.parametrize(
    "typed",
    [
        "check nope.yaml", "check --ignore nope", "check --against nope.db", "chat nope", "chat --lang xx", "chat --step nope",
        "chat --replay nope.txt", "graph nope", "graph --lang xx", "test nope.yaml", "schema --flow nope", "i18n status xx",
        "i18n sync xx", "i18n export xx -o xx.po", "i18n import nope.po", "explain nope", "templates show nope", "templates diff nope",
        "templates push nope --dry-run", "templates list --channel nope", "webhook show --channel nope", "webhook test --channel nope",
        "keys create --channel nope", f"send {ANA} --template nope --dry-run", f"send {ANA} hi --channel nope --dry-run",
        f"start nope {ANA} --dry-run", "broadcast nope --to nope.csv --dry-run", "broadcast --stop nope", "nope", "chekc",
    ],
)  # fmt: skip
def test_what_is_typed_and_is_not_there_is_2(botkit: Run, shop: Path, typed: str) -> None:
    ran = botkit(*typed.split(), "--json")
    assert ran.code == 2, ran
    assert error(ran.out, 2)


@pytest.mark.parametrize("name", list(leaves()))
def test_every_command_takes_json_and_refuses_a_slip(botkit: Run, name: str) -> None:
    ran = botkit(*name.split(), "--nonsense", "--json")
    assert ran.code == 2 and "--nonsense" in error(ran.out, 2) and "--nonsense" in ran.err
    assert "--json" in botkit(*name.split(), "--help").out


@pytest.mark.parametrize("name", [name for name in leaves() if name != "explain"])
def test_without_a_bot_every_command_is_3(botkit: Run, tmp_path: Path, name: str) -> None:
    ran = botkit("-C", tmp_path, "--json", *name.split(), *NEEDED.get(name, []))
    assert ran.code == 3 and "there is no botkit.yaml" in error(ran.out, 3)


@pytest.mark.parametrize("typed", ["chat --once hi", f"send {ANA} x", "templates show visit"])
def test_a_bot_with_errors_tells_them_to_programs_too(botkit: Run, shop: Path, typed: str) -> None:
    (shop / "templates" / "visit.yaml").write_text("category: utility\nbdoy: x\n")
    ran = botkit("--json", *typed.split())
    assert ran.code == 3 and json.loads(ran.out)["problems"][0]["severity"] == "error"


def test_a_picture_as_json_and_as_a_file(botkit: Run, shop: Path) -> None:
    assert json.loads(botkit("graph", "--json").out)["flows"][0]["flow"] == "menu"
    told = json.loads(botkit("graph", "-o", "bot.svg", "--json").out)
    assert (told["file"], told["format"]) == ("bot.svg", "svg") and (shop / "bot.svg").is_file()
    assert botkit("graph", "--format", "svg", "--json").code == 2
