"""200 before the events are on the disk: what is still to be written when the process ends is lost."""

from __future__ import annotations

from botkit.server.webhook import Webhook
from tests.crash.server import Parts


def parts() -> Parts:
    store = Webhook._store

    async def later(webhook: Webhook, body: bytes) -> None:
        await webhook._ports.sleep(0.02)
        await store(webhook, body)

    async def at_once(webhook: Webhook, body: bytes) -> None:
        webhook._ports.spawn(later(webhook, body), "stores later")

    return [(Webhook, "_store", at_once)]
