"""A process that runs what is left in a store: `python -m tests.actions.process FILE first|second`.

first: asks for a call of "work", and tells when the function is under way. second: takes up what was left, tells the answer, and ends.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import types
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from botkit import Context, action
from botkit.actions import found
from botkit.actions.caller import Caller
from botkit.model import Call, Contact, Conversation, Identity, Inbound, MessageReceived
from botkit.ports import RealPorts
from botkit.stores.base import Commit, Received
from botkit.stores.sqlite import SqliteStore

LIFE = sys.argv[2] if len(sys.argv) > 2 else ""


@action
async def work(ctx: Context) -> str:
    print("under way", ctx.idempotency_key, flush=True)
    if LIFE == "first":
        await asyncio.Event().wait()
    return "done"


@action
def stuck(ctx: Context) -> str:
    print("stuck", ctx.idempotency_key, flush=True)
    if LIFE == "first":
        threading.Event().wait()
    return "done"


async def main(file: Path, life: str, name: str) -> None:
    ports, store = RealPorts(), SqliteStore(file)
    await store.open()
    came = asyncio.Event()

    async def receive(inbounds: Sequence[Inbound]) -> list[Received]:
        received = await store.receive(inbounds, ports.now())
        print("answer", *(inbound.event for inbound in inbounds), flush=True)
        came.set()
        return received

    shop = types.ModuleType(__name__)
    vars(shop).update(work=work, stuck=stuck)
    caller = Caller(store, found("shop", shop), ports, receive, secrets={}, zone=ZoneInfo("UTC"))
    if life == "first":
        call = Call("key-of-the-call", f"shop.{name}", {}, 600.0)
        message = MessageReceived("m1", ports.now(), "m1", "text", "hi")
        (received,) = await store.receive([Inbound("main", "m1", ports.now(), b"{}", message, Identity("34600111222"))], ports.now())
        contact = Contact(received.contact, "34600111222")
        await store.commit(Commit(received.seq, Conversation("main", contact, version=1), 0, calls=(call,)), ports.now())
        caller.put("main", contact, [call])
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    else:
        await caller.start()
        await came.wait()
    await caller.drain(0.5)
    await store.close()
    print("ended", flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
