"""A server that asks a host of the internet for what it says, and a function of the bot's own for what was meant; killed in between."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.actions.site import NAME, Site, site
from tests.end_to_end.clinic import Clinic, Talk

FILES = {
    "botkit.yaml": f"""
        botkit: 1
        start: diary
        timezone: Europe/Madrid
        channels:
          main: {{api_key: $D360_API_KEY, webhook_auth: $BOTKIT_WEBHOOK_AUTH, base_url: $CLINIC_API}}
        http:
          {NAME}: {{secrets: [DIARY_KEY]}}
        understand: {{run: model.guess, timeout: 20s}}
    """,
    "flows/diary.yaml": f"""
        triggers: [diary]
        steps:
          menu:
            say: How can we help?
            options: {{free: A free slot, cancel: Cancel my visit, broken: Break it}}
            save: what
          which:
            branch:
              - {{if: what == 'free', go: look}}
              - {{if: what == 'cancel', go: cancel}}
              - {{go: broken}}
          look:
            run: http.get
            with:
              url: = 'https://{NAME}/visits'
              query: {{who: = contact.wa_id}}
              headers: {{Authorization: = 'Bearer ' ~ secrets.DIARY_KEY}}
            save: found
            then: {{say: "Free at {{{{ found.body.slots[0].at }}}}, for €{{{{ found.body.price | number(2) }}}}.", go: end}}
          cancel:
            run: http.post
            with:
              url: https://{NAME}/status/409
              json: {{who: {{name: = contact.name, tags: [a, = what]}}, count: = 2}}
            errors:
              http_409: {{say: There is nothing to cancel., go: end}}
          broken:
            run: http.delete
            with: {{url: "https://{NAME}/status/503"}}
            retries: 1
            errors:
              http_5xx: {{say: They are closed., go: end}}
    """,
    "actions/model.py": """
        import asyncio
        from pathlib import Path

        from botkit import Heard, understand

        HERE = Path(__file__).parent.parent


        @understand
        async def guess(ctx, heard: Heard):
            "What a message means, as far as one word tells."
            with (HERE / "asked.txt").open("a") as asked:
                asked.write(f"{ctx.idempotency_key} {heard.text}\\n")
            while "slowly" in heard.text and not (HERE / "gate").exists():
                await asyncio.sleep(0.01)
            if "boom" in heard.text:
                raise RuntimeError("boom")
            named = {flow.name for flow in heard.flows if flow.name in heard.text}
            if named:
                return {"flow": named.pop()}
            found = [option.id for option in heard.options if option.id in heard.text]
            return {"option": found[0]} if found else None
    """,
}


@pytest.fixture
async def host() -> AsyncIterator[Site]:
    async with site() as made:
        yield made


@pytest.fixture
async def diary(tmp_path: Path, host: Site) -> AsyncIterator[Clinic]:
    folder = tmp_path / "bot"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text).lstrip())
    trusted = tmp_path / "authority.pem"
    assert host.authority is not None
    host.authority.cert_pem.write_to_path(trusted)
    variables = {"SSL_CERT_FILE": str(trusted), "BOTKIT_HTTP_LOCAL": f"{NAME}={host.url}", "DIARY_KEY": "the-key-of-the-diary"}
    async with Clinic(folder, **variables) as running:
        yield running


async def began(diary: Clinic) -> Talk:
    ana = diary.talk("34600111222")
    ana.says("diary")
    assert await ana.reads() == "How can we help?"
    return ana


async def test_what_a_host_answers_is_said_and_its_secret_is_kept(diary: Clinic, host: Site) -> None:
    ana = await began(diary)
    ana.taps("A free slot")
    assert await ana.reads() == "Free at 09:00, for €19.90."
    (asked,) = host.asked
    assert (asked.method, asked.path) == ("GET", "/visits?who=34600111222")
    assert asked.headers["Authorization"] == "Bearer the-key-of-the-diary"
    assert await diary.server.end() == 0
    assert f"BOTKIT_HTTP_LOCAL is set, which is for trying: these hosts stand in on this machine: {NAME}" in diary.server.log()
    assert "the-key-of-the-diary" not in diary.server.log()
    for file in (diary.folder / "data").iterdir():
        assert b"the-key-of-the-diary" not in file.read_bytes()


async def test_what_a_host_refuses_is_caught_by_its_status(diary: Clinic, host: Site) -> None:
    ana = await began(diary)
    ana.taps("Cancel my visit")
    assert await ana.reads() == "There is nothing to cancel."
    (asked,) = host.asked
    assert asked.body == '{"who": {"name": "Ana", "tags": ["a", "cancel"]}, "count": 2}'
    assert asked.headers["Idempotency-Key"]
    ana.says("diary")
    assert await ana.reads() == "How can we help?"
    ana.taps("Break it")
    assert await ana.reads() == "They are closed."
    keys = [asked.headers["Idempotency-Key"] for asked in host.asked[1:]]
    assert len(keys) >= 2 and len(set(keys)) == 1


async def test_what_is_meant_is_guessed_or_not(diary: Clinic) -> None:
    ana = diary.talk("34600111222")
    ana.says("is there a diary?")
    assert await ana.reads() == "How can we help?"
    ana.says("boom")
    assert await ana.reads() == "Sorry, I did not understand that."
    assert await ana.reads() == "How can we help?"
    ana.says("please cancel it all")
    assert await ana.reads() == "There is nothing to cancel."
    assert "boom (understand, called by diary.menu)" in diary.server.log()


async def test_a_guess_survives_the_end_of_its_process_and_what_comes_meanwhile_waits(diary: Clinic) -> None:
    ana = await began(diary)
    asked = diary.folder / "asked.txt"
    ana.says("cancel, but slowly")
    while not asked.exists():
        await asyncio.sleep(0.01)
    ana.says("diary")  # waits for the answer, then begins anew
    diary.server.kill()
    await diary.server.restart()
    while len(asked.read_text().splitlines()) < 2:
        await asyncio.sleep(0.01)
    (diary.folder / "gate").touch()
    assert await ana.reads() == "There is nothing to cancel."
    assert await ana.reads() == "How can we help?"
    keys = {line.partition(" ")[0] for line in asked.read_text().splitlines()}
    assert len(keys) == 1
