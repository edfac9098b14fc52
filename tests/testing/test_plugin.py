"""The pytest plugin, in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.testing.bots import files

SHOP = """
    steps:
      what: {say: What?, ask: {what: text}, silence: [{after: 30h, say: {text: Hm, template: {name: nudge, with: [you]}}}]}
      look: {run: shop.look, with: {what: = what}, save: found}
      tell: {say: "{{ found }} for {{ contact.name }} in {{ contact.city }}", ask: {x: text}}
"""
ACTION = """\
from botkit import action

@action
async def look(what: str) -> str:
    return f"real {what}"
"""
NUDGE = {"nudge.yaml": "category: utility\nbody: Are {{1}} there?\nexample: [you]\n"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    texts = files("contact: {city: text}", main=SHOP, templates=NUDGE) | {"actions/shop.py": ACTION}
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    return tmp_path


def run(folder: Path, *args: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "botkit.testing.plugin", "-p", "no:cacheprovider", "-q", "-W", "error", *args],
        cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    return ran.returncode, ran.stdout + ran.stderr


def python(folder: Path, text: str) -> tuple[int, str]:
    (folder / "tests" / "test_shop.py").write_text(text, encoding="utf-8")
    return run(folder)


def test_it_is_loaded_wherever_botkit_is_installed():
    (found,) = entry_points(group="pytest11", name="botkit")
    assert found.value == "botkit.testing.plugin"


def test_talks_are_tests(shop):
    (shop / "tests" / "a.test.yaml").write_text(
        "- test: goes\n  mocks: {shop.look: {return: Tea}}\n  contact: {name: Ana, city: Madrid}\n"
        "  talk: [{user: x}, {bot: What?}, {user: tea}, {bot: Tea for Ana in Madrid}]\n"
        "- test: goes another way\n  talk:\n    - user: x\n    - bot: Who?\n".replace("What?", '"What?"'),
        encoding="utf-8",
    )
    code, out = run(shop)
    assert code == 1 and "1 failed, 1 passed" in out
    assert "✗ goes another way — tests/a.test.yaml:8" in out and '+  What?   (flows/main.yaml:3, step "what")' in out
    assert "plugin.py" not in out  # no traceback of ours
    code, out = run(shop, "-k", "another")
    assert code == 1 and "1 deselected" in out


def test_a_file_that_is_none_is_told_with_its_place(shop):
    (shop / "tests" / "a.test.yaml").write_text("- tst: x\n", encoding="utf-8")
    code, out = run(shop)
    assert code == 2 and "tests/a.test.yaml:1:3: error[unknown-key]" in out


def test_a_bot_with_errors_is_told_with_its_place(shop):
    (shop / "flows" / "main.yaml").write_text("stps: {}\n", encoding="utf-8")
    (shop / "tests" / "a.test.yaml").write_text("- test: x\n  talk: [{user: x}]\n", encoding="utf-8")
    code, out = run(shop)
    assert code == 2 and "this bot has errors" in out and "flows/main.yaml:1:1" in out
    code, out = python(shop, "def test_it(bot): pass\n")
    assert code != 0 and "this bot has errors" in out


def test_files_of_no_bot_are_left_alone(tmp_path):
    (tmp_path / "a.test.yaml").write_text("anything: at all\n", encoding="utf-8")
    assert run(tmp_path)[0] == 5


def test_tests_in_python(shop):
    code, out = python(
        shop,
        """\
from datetime import datetime, timedelta

def test_it_talks(bot, contact):
    contact.name = "Ana"
    contact["city"] = "Madrid"
    bot.mock("shop.look", "Tea")
    (said,) = bot.hear("hello")
    assert said.text == "What?" and said.origin == "main.what"
    assert [one.text for one in bot.hear("tea")] == ["Tea for Ana in Madrid"]
    assert bot.texts == ["What?", "Tea for Ana in Madrid"]
    assert contact["city"] == "Madrid"

def test_an_answer_may_be_a_function_or_an_exception(bot):
    bot.mock("shop.look", lambda what: what.upper())
    bot.hear("hello")
    assert bot.hear("tea")[0].text.startswith("TEA for")

def test_the_real_one(bot):
    bot.real("shop.look")
    bot.hear("hello")
    assert bot.hear("tea")[0].text.startswith("real tea for")

def test_time_passes(bot, clock):
    bot.hear("hello")
    assert (clock.now.hour, clock.now.weekday()) == (9, 0)
    assert clock.pass_(hours=29) == []
    (said,) = clock.until(datetime(2026, 1, 6, 15))
    assert said.template == "nudge"

def test_what_360dialog_got(bot, provider):
    bot.hear("hello")
    assert provider.requests[-1].body["text"]["body"] == "What?"
    provider.refuse(code=131026)
    bot.mock("shop.look", "Tea")
    assert bot.hear("tea")[0].refusal.startswith("131026")

def test_each_has_a_world_of_its_own(bot):
    assert bot.texts == []
""",
    )
    assert code == 0 and "6 passed" in out, out


def test_an_action_that_nobody_answers_for(shop):
    code, out = python(shop, "def test_it(bot):\n    bot.hear('hello')\n    bot.hear('tea')\n")
    assert code == 1 and 'nobody answers for the action shop.look: bot.mock("shop.look", …), or bot.real("shop.look")' in out


OWN = """
    steps:
      what: {say: What?, ask: {what: text}}
      look: {run: shop.look, with: {what: = what}, save: found, errors: {SoldOut: {say: Sold out., go: end}, any: {go: fail broken}}}
      tell: {say: "{{ found }}"}
"""
OWN_ACTION = """\
from botkit import action

SHELF = "the real shelf"

class SoldOut(Exception):
    pass

@action(raises=[SoldOut])
async def look(what: str) -> str:
    return f"{what} from {SHELF}"
"""


def test_the_files_of_actions_are_the_ones_that_the_bot_uses(shop):
    (shop / "flows" / "main.yaml").write_text(textwrap.dedent(OWN), encoding="utf-8")
    (shop / "actions" / "shop.py").write_text(OWN_ACTION, encoding="utf-8")
    code, out = python(
        shop,
        """\
import pytest

def test_an_exception_that_a_flow_names(bot):
    bot.mock("shop.look", bot.actions.shop.SoldOut())
    bot.hear("hello")
    assert bot.hear("tea")[0].text == "Sold out."

def test_the_real_one_has_another_shelf(bot, monkeypatch):
    monkeypatch.setattr(bot.actions.shop, "SHELF", "a shelf of paper")
    bot.real("shop.look")
    bot.hear("hello")
    assert bot.hear("tea")[0].text == "tea from a shelf of paper"

def test_one_that_was_imported_a_second_time_is_told(bot):
    import importlib.util
    where = importlib.util.spec_from_file_location("shop_again", bot.actions.shop.__file__)
    again = importlib.util.module_from_spec(where)
    where.loader.exec_module(again)
    for answer in (again.SoldOut, again.SoldOut("at noon")):
        with pytest.raises(TypeError, match="SoldOut of another import is not the one .* bot.actions.shop.SoldOut"):
            bot.mock("shop.look", answer)
""",
    )
    assert code == 0 and "3 passed" in out, out


def test_it_imports_nothing_until_it_is_needed(tmp_path):
    (tmp_path / "test_other.py").write_text(
        "import sys\ndef test_it():\n    assert [m for m in sys.modules if m.startswith('botkit')] == "
        "['botkit', 'botkit.testing', 'botkit.testing.plugin']\n    assert 'yaml' not in sys.modules and 'aiohttp' not in sys.modules\n",
        encoding="utf-8",
    )
    code, out = run(tmp_path)
    assert code == 0, out
