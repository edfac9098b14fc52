"""What people write: numbered words, each as soon as the one before it is acknowledged, some of them told twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from botkit.ports import Ports
from botkit.testing.fake360 import Fake360
from botkit.testing.webhooks import Person, WebhookSender, body, message

REPEATED = 0.15  # of the webhooks come twice at once
AGAIN = 0.1  # come once more when they are answered long since
PAUSE = 0.05  # seconds before a webhook that was not answered 200 is posted again


class Stream:
    """*acknowledged* is called for every message that the bot has answered with 200."""

    def __init__(self, person: Person, count: int, seed: int, fake: Fake360, ports: Ports, acknowledged: Callable[[], None]) -> None:
        self.person = person
        self.words = [f"word{number}of{person.wa_id}" for number in range(1, count + 1)]
        self._fake = fake
        self._chance = Random(f"{seed}/{person.wa_id}")
        self._ports = ports
        self._acknowledged = acknowledged

    def answers(self) -> list[str]:
        """All that a bot has to say to it, in order."""
        said = ["ready"]
        for number, word in enumerate(self.words, 1):
            said += [f"{number} {word} a", f"{number} {word} b {len(word) if number % 3 == 0 else ''}".rstrip()]
        return said

    def turns(self) -> int:
        """So often its conversation moves: once for each message, and once for each answer of an action."""
        return 1 + len(self.words) + self.calls()

    def calls(self) -> int:
        return len(self.words) // 3

    async def write(self, sender: WebhookSender, turn: Callable[[int], Awaitable[None]]) -> None:
        """Write everything; *turn* waits until a message of this number may be written."""
        earlier: list[bytes] = []
        for number, text in enumerate(["hello", *self.words]):
            await turn(number)
            webhook = self._webhook(number, text)
            copies = 2 if self._chance.random() < REPEATED else 1
            await asyncio.gather(*(self._told(sender, webhook) for _ in range(copies)))
            self._acknowledged()
            if earlier and self._chance.random() < AGAIN:
                await self._told(sender, self._chance.choice(earlier))
            earlier.append(webhook)

    async def _told(self, sender: WebhookSender, webhook: bytes) -> None:
        while await sender.post(webhook) != 200:
            await self._ports.sleep(PAUSE)

    def _webhook(self, number: int, text: str) -> bytes:
        now = self._ports.now()
        self._fake.people.know(self.person)
        self._fake.people.wrote(self.person, now)
        content = {"type": "text", "text": {"body": text}}
        return body(self._fake.number, [message(self._fake.number, self.person, content, f"wamid.{self.person.wa_id}.{number}", now)])
