"""A shop that writes to people: its bot, its store, a 360dialog of ours, and what may be asked of it from outside."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from botkit.bot import Bot
from botkit.host import Host
from botkit.outreach import Outreach, Refused
from botkit.ports import Ports, RealPorts
from botkit.problems import Problems
from botkit.release import read_bot
from botkit.reloading import Release
from botkit.serving import host_of
from botkit.stores.base import Store
from botkit.stores.memory import MemoryStore
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person

AUTH = b"shop:secret"
KEY = "shop-key"

FILES = {
    "botkit.yaml": """
        botkit: 1
        start: menu
        language: en
        languages: [en, es]
        timezone: Europe/Madrid
        store: sqlite:///data/shop.db
        channels:
          main: {api_key: $SHOP_KEY, webhook_auth: $SHOP_AUTH, base_url: $SHOP_API}
        contact: {vip: bool, due: date}
        queues: {desk: {}}
        commands:
          stop: {match: [stop], set: {contact.opted_out: true}, say: You will hear no more of us., go: quit}
          agree: {match: [agree], set: {contact.vip: true}, say: Thank you.}
          spanish: {match: [spanish], set: {contact.language: es}, say: De acuerdo.}
    """,
    "flows/menu.yaml": """
        triggers: [hello]
        steps:
          ask: {say: What would you like?, ask: {what: text}}
          human: {handoff: desk, say: A colleague will write to you., go: end}
    """,
    "flows/visit.yaml": """
        params: {day: date, who: text}
        steps:
          remind:
            say:
              text: Your visit is on {{ day | date('d MMMM') }}, {{ who }}.
              template: {name: visit, with: [= day | date('d MMMM')]}
            options: {yes: I come, no: I cannot}
    """,
    "flows/chat.yaml": """
        steps:
          hi: {say: Hi there!}
    """,
    "locales/es.yaml": """
        templates.visit.body:
          en: Your visit is on {{1}}.
          es: Su visita es el {{1}}.
    """,
    "templates/visit.yaml": """
        category: utility
        language: en
        body: Your visit is on {{1}}.
        example: [4 June]
    """,
    "templates/sale.yaml": """
        category: marketing
        language: en
        body: Everything at half price, {{name}}!
        example: {name: Ana}
    """,
}  # fmt: skip


def write(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text).lstrip())
    return folder


def bot(files: Mapping[str, str] = FILES) -> Bot:
    problems = Problems()
    found = read_bot({name: textwrap.dedent(text).lstrip().encode() for name, text in files.items()}, problems)
    assert found is not None and not problems.errors, [str(problem) for problem in problems.errors]
    return found


class Shop:
    """*folder* None: its store forgets."""

    def __init__(self, ports: Ports | None = None, store: Store | None = None) -> None:
        self.ports = ports or RealPorts()
        self.fake = Fake360(self.ports, key=KEY)
        self.store = store or MemoryStore()
        self.release = Release(bot())
        self.host: Host
        self.outreach: Outreach

    async def __aenter__(self) -> Shop:
        await self.fake.start()
        self.host = host_of(self.release, {}, [self.fake.channel("main", AUTH)], self.store, self.ports, {})
        self.outreach = self.host.outreach()
        port = await self.host.start(port=0)
        self.fake.webhook(f"http://127.0.0.1:{port}/webhook/main", AUTH)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.host.drain(2)
        await self.fake.stop()

    async def ask(self, address: str, key: str = "", **asked: Any) -> tuple[int, dict[str, Any]]:
        """POST; the status and what is told."""
        try:
            return await self.outreach.answer("POST", address, asked, key)
        except Refused as error:
            return error.status, {"error": str(error), "reason": error.reason}

    async def get(self, address: str, **asked: Any) -> dict[str, Any]:
        return (await self.outreach.answer("GET", address, asked))[1]

    async def hears(self, wa_id: str, text: str, at: datetime | None = None) -> None:
        """Somebody writes, and gets all that it leads to."""
        self.fake.inbound(Person(wa_id=wa_id, name="Ana"), text, at)
        await self.still()

    async def still(self) -> None:
        """Until nothing is under way any more."""
        await self.fake.settled()
        while self.host.lanes.waiting or any(state.queued for state in self.host.sender.state().values()):
            await self.ports.sleep(0.002)
        await self.fake.settled()

    def got(self, wa_id: str) -> list[str]:
        """What WhatsApp has taken for somebody, in order: a text, or a template with its language and values."""
        return [_shown(asked.body) for asked in self.fake.requests if asked.accepted and asked.body.get("to") == wa_id]


def _shown(body: dict[str, Any]) -> str:
    inner = body[body["type"]]
    if body["type"] != "template":
        return str(inner.get("body") if body["type"] == "text" else inner.get("body", {}).get("text") or inner)
    values = [value["text"] for part in inner.get("components", ()) if part["type"] == "body" for value in part["parameters"]]
    return f"{inner['name']} {inner['language']['code']}: {', '.join(values)}"
