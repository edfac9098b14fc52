"""botkit templates, over HTTP, against a 360dialog (and a Meta) on loopback: write, push, wait, pull, check."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from botkit.cli import main
from botkit.ports import RealPorts
from botkit.testing.fake360 import Fake360
from tests.cli.conftest import Ran

KEY = "d360-key-of-the-tea-house"
SETTINGS = """\
botkit: 1
start: order
language: en
timezone: Europe/Madrid
channels:
  main: {{provider: {provider}, api_key: $KEY_OF_MAIN, base_url: "{url}"{more}}}
"""
FLOW = """\
steps:
  order:
    say: {text: Ordered., template: {name: tea_ready, with: [green]}}
"""
READY = """\
category: utility
language: en
body: "Good morning! Your {{1}} tea is ready."
example: [green]
buttons: {come: I am coming}
"""
HELD = {"name": "old_news", "language": "en", "status": "approved", "category": "MARKETING", "external_id": "77"}


class Tea:
    """A tea house: its folder, its provider, and somebody who types commands."""

    def __init__(self, folder: Path, fake: Fake360) -> None:
        self.folder = folder
        self.fake = fake

    async def process(self, *args: str) -> Ran:
        """A command as a process of its own."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "botkit", "-C", str(self.folder), *args,
            stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, env={**os.environ, "KEY_OF_MAIN": KEY, "NO_COLOR": "1"},
        )  # fmt: skip
        out, err = await process.communicate()
        return self._ran(process.returncode or 0, out.decode(), err.decode())

    async def botkit(self, *args: str, key: str = KEY) -> Ran:
        """The same in a thread of its own, which begins sooner."""
        self.write(".env", f"KEY_OF_MAIN={key}\n")
        return await asyncio.to_thread(self._call, ["-C", str(self.folder), *args])

    def _call(self, args: list[str]) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main(args)
        return self._ran(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    def _ran(self, code: int, out: str, err: str) -> Ran:
        assert KEY not in out + err
        return Ran(code, out, err)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text, "utf-8")

    @property
    def noted(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.folder / "templates/.provider.json").read_text("utf-8"))
        return told

    @property
    def there(self) -> list[tuple[str, str, str]]:
        return [(one["name"], one["language"], one["status"]) for one in self.fake.approvals.templates]


@pytest.fixture(params=["dialog360", "cloud"])
async def tea(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Tea]:
    async with Fake360(RealPorts(), key=KEY, templates=[]) as fake:
        house = Tea(tmp_path, fake)
        more = ', account_id: "102290129000001", phone_number_id: "106540352000001"' if request.param == "cloud" else ""
        house.write("botkit.yaml", SETTINGS.format(provider=request.param, url=fake.url, more=more))
        house.write("flows/order.yaml", FLOW)
        house.write("templates/tea_ready.yaml", READY)
        yield house


only_dialog360 = pytest.mark.parametrize("tea", ["dialog360"], indirect=True)
only_cloud = pytest.mark.parametrize("tea", ["cloud"], indirect=True)


async def test_a_template_is_written_pushed_approved_and_known_to_be(tea: Tea) -> None:
    ran = await tea.process("templates", "diff")
    assert (ran.code, ran.out.splitlines()) == (1, ["channel main", "+ tea_ready (en): not sent yet", "  1 new"])
    ran = await tea.process("templates", "push", "--yes")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "[1/1] tea_ready (en): pending")
    assert [(name, language, status.lower()) for name, language, status in tea.there] == [("tea_ready", "en", "pending")]
    ran = await tea.process("check")
    assert 'warning[template-not-approved] template "tea_ready" (en) is waiting for WhatsApp\'s approval; pulled on' in ran.out
    tea.fake.approvals.approve("tea_ready")
    ran = await tea.process("templates", "pull")
    assert (ran.code, ran.out) == (0, "main: 1 in templates/.provider.json: 1 approved\n")
    assert "template-not-approved" not in (await tea.process("check")).out
    ran = await tea.process("templates", "diff")
    assert (ran.code, ran.out.splitlines()[1:]) == (0, ["  tea_ready (en): approved", "  1 the same"])


async def test_a_rejection_is_told_with_its_reason_everywhere(tea: Tea) -> None:
    await tea.botkit("templates", "push", "--yes")
    tea.fake.approvals.reject("tea_ready", reason="INVALID_FORMAT")
    assert "  tea_ready (en): rejected: INVALID_FORMAT" in (await tea.botkit("templates", "diff")).out.splitlines()
    assert [line.split() for line in (await tea.botkit("templates", "list")).out.splitlines()[1:]] == [
        ["tea_ready", "en", "utility", "rejected", "the", "same"], ["INVALID_FORMAT"],
    ]  # fmt: skip
    await tea.botkit("templates", "pull")
    ran = await tea.botkit("templates", "check", "--strict")
    assert ran.code == 1 and 'template "tea_ready" (en) was rejected: INVALID_FORMAT; pulled on' in ran.out


async def test_nothing_is_sent_without_being_asked_and_nothing_twice(tea: Tea) -> None:
    ran = await tea.botkit("templates", "push")
    assert (ran.code, ran.err) == (2, "there is nobody to ask: --yes sends without asking, --dry-run tells what would be sent\n")
    ran = await tea.botkit("templates", "push", "--dry-run")
    assert (ran.code, ran.out) == (0, "+ tea_ready (en): not sent yet · to be sent\n")
    assert tea.there == [] and not (tea.folder / "templates/.provider.json").exists()
    await tea.botkit("templates", "push", "--yes")
    assert (await tea.botkit("templates", "push", "--yes")).out == "main: there is nothing to send\n"
    assert len(tea.there) == 1


@only_dialog360
async def test_360dialog_changes_nothing_that_was_sent(tea: Tea) -> None:
    await tea.botkit("templates", "push", "--yes")
    tea.write("templates/tea_ready.yaml", READY.replace("is ready", "waits for you"))
    ran = await tea.botkit("templates", "diff")
    assert ran.code == 1 and ran.out.splitlines()[1:4] == [
        "~ tea_ready (en): body; pending",
        "    body       - Good morning! Your {{1}} tea is ready.",
        "               + Good morning! Your {{1}} tea waits for you.",
    ]
    ran = await tea.botkit("templates", "push", "--yes")
    assert ran.code == 1 and "cannot be done: 360dialog changes no template that was sent once" in ran.out


@only_cloud
async def test_meta_changes_an_approved_one_once_a_day(tea: Tea) -> None:
    await tea.botkit("templates", "push", "--yes")
    tea.write("templates/tea_ready.yaml", READY.replace("is ready", "waits for you"))
    ran = await tea.botkit("templates", "push", "--yes")
    assert ran.code == 1 and "cannot be done: it is waiting for WhatsApp's approval, and can be changed after that" in ran.out
    tea.fake.approvals.approve("tea_ready")
    ran = await tea.botkit("templates", "push", "--yes")
    assert ran.code == 0 and ran.out.splitlines()[-1] == "[1/1] tea_ready (en): pending"
    assert tea.fake.approvals.templates[0]["components"][0]["text"] == "Good morning! Your {{1}} tea waits for you."
    tea.fake.approvals.approve("tea_ready")
    tea.write("templates/tea_ready.yaml", READY)
    ran = await tea.botkit("templates", "push", "--yes")
    assert ran.code == 4 and "An approved template can be edited once in 24 hours" in ran.err
    tea.write("templates/tea_ready.yaml", READY.replace("utility", "marketing"))
    ran = await tea.botkit("templates", "push", "--yes")
    assert ran.code == 1 and "the category of an approved template cannot be changed: write category: utility" in ran.out


async def test_what_has_no_file_is_deleted_only_where_that_is_asked_for(tea: Tea) -> None:
    tea.fake.templates = [dict(HELD)]
    ran = await tea.botkit("templates", "push", "--yes")
    assert "main: 1 only at the provider; --delete would delete what has no file" in ran.out.splitlines()
    assert [name for name, _, _ in tea.there] == ["old_news", "tea_ready"]
    ran = await tea.botkit("templates", "push", "--yes", "--delete")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "[1/1] old_news (en): deleted")
    assert [name for name, _, _ in tea.there] == ["tea_ready"]
    tea.write("templates/old_news.yaml", "category: marketing\nbody: News.\n")
    ran = await tea.botkit("templates", "push", "--yes")
    assert ran.code == 4 and "cannot be used again for 30 days" in ran.err


async def test_a_list_of_many_pages_is_read_to_its_end(tea: Tea) -> None:
    tea.fake.templates = [{**HELD, "name": f"news_{n:03}", "external_id": str(n)} for n in range(137)]
    assert (await tea.botkit("templates", "pull")).out == "main: 137 in templates/.provider.json: 137 approved\n"
    assert [one["name"] for one in tea.noted["channels"]["main"]["templates"]] == [f"news_{n:03}" for n in range(137)]
    told = json.loads((await tea.botkit("--json", "templates", "list", "--offline")).out)
    assert told["version"] == 1 and len(told["channels"][0]["templates"]) == 138


async def test_files_are_made_of_what_the_provider_has_and_read_back_the_same(tea: Tea) -> None:
    await tea.botkit("templates", "push", "--yes")
    (tea.folder / "templates/tea_ready.yaml").unlink()
    tea.write("flows/order.yaml", "steps: {order: {say: Ordered.}}\n")
    strange = {**HELD, "name": "strange", "components": [{"type": "BODY", "text": "x"}, {"type": "HOLOGRAM"}]}
    tea.fake.templates = [*tea.fake.approvals.templates, strange]
    ran = await tea.botkit("templates", "pull", "--write")
    assert ran.code == 0 and ran.out.splitlines()[1:] == [
        "made templates/tea_ready.yaml", "templates/strange.yaml was not made: a part that is not known: hologram",
    ]  # fmt: skip
    assert (await tea.botkit("templates", "diff", "--mine")).code == 0
    before = (tea.folder / "templates/tea_ready.yaml").read_bytes()
    await tea.botkit("templates", "pull", "--write")
    assert (tea.folder / "templates/tea_ready.yaml").read_bytes() == before


async def test_a_name_from_outside_makes_no_file_elsewhere(tea: Tea) -> None:
    tea.fake.templates = [{**HELD, "name": "../../evil", "components": [{"type": "BODY", "text": "x"}]}]
    await tea.botkit("templates", "pull", "--write")
    assert sorted(path.name for path in tea.folder.rglob("*.yaml")) == ["botkit.yaml", "order.yaml", "tea_ready.yaml"]


async def test_who_is_refused_is_told_why_and_the_key_stays_secret(tea: Tea) -> None:
    ran = await tea.botkit("templates", "list", key="another-key-of-nobody")
    assert ran.code == 4 and ran.err.startswith("channel main: HTTP 401: ") and "another-key" not in ran.err
    ran = await tea.botkit("templates", "list", key="")
    assert (ran.code, ran.err.splitlines()[0].partition(" (")[0]) == (3, "KEY_OF_MAIN is not set")
    await tea.fake.stop()
    ran = await tea.botkit("templates", "list", "--offline")
    assert (ran.code, ran.err) == (3, "nothing is known of the provider's templates yet: botkit templates pull\n")


async def test_what_whatsapp_refuses_is_told_and_the_others_go_on(tea: Tea) -> None:
    tea.write("templates/a_list.yaml", 'category: utility\nbody: "Hi {{1}} and {{2}}!"\nexample: [Ana, Ben]\n')
    tea.write("templates/b_short.yaml", 'category: utility\nbody: "{{1}} {{2}}"\nexample: [a, b]\n')
    ran = await tea.botkit("templates", "push", "--yes")
    assert ran.code == 3 and "template-edge" in ran.err and tea.there == []  # what check knows does not even leave
    (tea.folder / "templates/b_short.yaml").unlink()
    tea.fake.templates = [{**HELD, "name": f"n{n}", "external_id": str(n)} for n in range(249)]
    ran = await tea.botkit("--json", "templates", "push", "--yes")
    deeds = json.loads(ran.out)["channels"][0]["deeds"]
    assert ran.code == 4 and [(deed["name"], deed["result"]) for deed in deeds] == [("a_list", "pending"), ("tea_ready", "refused")]
    assert "An account has at most 250 templates" in deeds[1]["why"] and "[2388019]" in deeds[1]["why"]


@only_dialog360
async def test_a_category_that_whatsapp_has_changed_is_a_difference(tea: Tea) -> None:
    await tea.botkit("templates", "push", "--yes")
    tea.fake.approvals.templates[0]["category"] = "MARKETING"
    ran = await tea.botkit("templates", "diff", "tea_ready")
    assert ran.code == 1 and ran.out.splitlines()[1:4] == [
        "~ tea_ready (en): category; pending", "    category   - marketing", "               + utility",
    ]  # fmt: skip


@only_cloud
async def test_a_channel_of_meta_needs_its_account(tea: Tea) -> None:
    tea.write("botkit.yaml", SETTINGS.format(provider="cloud", url=tea.fake.url, more=', phone_number_id: "1"'))
    ran = await tea.botkit("templates", "list")
    assert ran.code == 3 and "add account_id:" in ran.err


@only_dialog360
async def test_a_template_is_shown_as_on_the_phone(tea: Tea) -> None:
    ran = await tea.botkit("templates", "show", "tea_ready")
    assert ran.out.splitlines() == [
        "tea_ready (en) · utility", "│ Good morning! Your green tea is ready.", "  [ I am coming ]", "",
    ]  # fmt: skip
    told = json.loads((await tea.botkit("templates", "show", "tea_ready", "--json")).out)
    assert told["languages"][0]["components"][0]["example"] == {"body_text": [["green"]]}
    ran = await tea.botkit("templates", "show", "tea_redy")
    assert (ran.code, ran.err) == (2, "there is no templates/tea_redy.yaml; did you mean tea_ready?\n")


@only_dialog360
async def test_two_numbers_of_one_account_are_sent_for_once(tea: Tea) -> None:
    text = (tea.folder / "botkit.yaml").read_text("utf-8")
    tea.write("botkit.yaml", text + text.splitlines()[-1].replace("main:", "second:") + "\n")
    ran = await tea.botkit("templates", "push", "--yes")
    assert (ran.code, ran.out.splitlines()) == (
        0, ["+ tea_ready (en): not sent yet · to be sent", "[1/1] tea_ready (en): pending", "second: there is nothing to send"],
    )  # fmt: skip
    tea.fake.approvals.approve("tea_ready")
    assert (await tea.botkit("templates", "pull", "--channel", "second")).out == "second: 1 in templates/.provider.json: 1 approved\n"
    assert {name: one["templates"][0]["status"] for name, one in tea.noted["channels"].items()} == {"main": "pending", "second": "approved"}
    assert "approval; pulled on" in (ran := await tea.botkit("check")).out and "from channel main" in ran.out
    ran = await tea.botkit("templates", "pull", "--channel", "secnd")
    assert (ran.code, ran.err) == (2, 'there is no channel "secnd" in botkit.yaml; did you mean second?\n')


@only_dialog360
async def test_who_sends_too_many_in_an_hour_is_told_how_many_are_left(tea: Tea) -> None:
    for n in range(101):
        tea.write(f"templates/news_{n:03}.yaml", f"category: marketing\nbody: News {n}.\n")
    ran = await tea.botkit("templates", "push", "--yes")
    assert ran.code == 4 and len(tea.there) == 100
    assert "Rate limit" in ran.err and ran.err.splitlines()[-1] == "1 left; botkit templates push goes on with them"
    assert len(tea.noted["channels"]["main"]["templates"]) == 100
