"""What turns.py compares with: the same dialogue by hand, on aiohttp and a dict. It keeps nothing: whatever a crash catches is lost.

python benchmarks/plain_bot.py PORT API
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from aiohttp import ClientSession, TCPConnector, web

loads: Callable[[bytes], Any] = json.loads
loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop


def _dumps(value: Any) -> bytes:
    return json.dumps(value).encode()


dumps: Callable[[Any], bytes] = _dumps

with suppress(ImportError):  # what botkit has with its extra [fast]
    import orjson
    import uvloop

    loads, dumps, loop = orjson.loads, orjson.dumps, uvloop.new_event_loop


AUTH = "Basic " + base64.b64encode(b"bench:mark").decode()
HEADERS = {"D360-API-KEY": "key", "Content-Type": "application/json"}
SESSION = web.AppKey("session", ClientSession)
people: dict[str, dict[str, str]] = {}


def answered(number: str, message: dict[str, Any]) -> dict[str, Any]:
    """The whole dialogue."""
    said = message["text"]["body"] if message["type"] == "text" else message["interactive"]["button_reply"]["id"]
    person = people.get(number)
    if person is None:
        people[number] = {}
        return buttons(number, "Welcome. What will it be?", ("soup", "Soup"), ("bread", "Bread"), ("tea", "Tea"))
    if "dish" not in person:
        person["dish"] = said
        return text(number, "What name shall we write on it?")
    if "name" not in person:
        person["name"] = said
        return buttons(number, f"{person['dish']} for {said}, is that right?", ("right", "Right"), ("wrong", "Wrong"))
    del people[number]
    return text(number, f"Thank you, {person['name']}. Your {person['dish']} is on its way.")


def text(number: str, body: str) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": number, "type": "text", "text": {"body": body}}


def buttons(number: str, body: str, *choices: tuple[str, str]) -> dict[str, Any]:
    shown = [{"type": "reply", "reply": {"id": id_, "title": title}} for id_, title in choices]
    content = {"type": "button", "body": {"text": body}, "action": {"buttons": shown}}
    return {"messaging_product": "whatsapp", "to": number, "type": "interactive", "interactive": content}


def main(port: int, api: str) -> None:
    tasks: set[asyncio.Task[None]] = set()

    async def answer(body: bytes) -> None:
        for entry in loads(body)["entry"]:
            for change in entry["changes"]:
                for message in change["value"].get("messages", ()):
                    data = dumps(answered(message["from"], message))
                    async with app[SESSION].post(f"{api}/messages", data=data, headers=HEADERS) as sent:
                        await sent.read()

    async def webhook(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != AUTH:
            return web.Response(status=401)
        task = asyncio.get_running_loop().create_task(answer(await request.read()))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return web.Response()

    async def session(app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(connector=TCPConnector(limit=0)) as app[SESSION]:
            yield

    app = web.Application()
    app.router.add_post("/webhook/main", webhook)
    app.cleanup_ctx.append(session)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None, loop=loop())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
