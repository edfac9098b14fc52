"""What can be looked at in a talk: variables, requests, the way of the last turn."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal

from botkit.chat.desk import Desk, Refused
from botkit.testing.values import shown
from botkit.wire import Value


async def variables(desk: Desk, _: str) -> None:
    conversation = await desk.session.conversation()
    if conversation is None:
        desk.tell("nothing is known yet")
        return
    for frame in conversation.frames:
        desk.tell(f"{frame.flow}.{frame.step}")
        for name, value in frame.variables.items():
            desk.tell(f"  {name} = {_written(value)}")
    if not conversation.frames:
        desk.tell("no flow is running")
    for name, value in conversation.contact.attributes.items():
        desk.tell(f"  contact.{name} = {_written(value)}")


def _written(value: Value) -> str:
    """Texts with quotes, so that 7 and "7" are told apart."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool | int | Decimal | datetime | date | time):
        return shown(value)
    return json.dumps(value, ensure_ascii=False, default=lambda inner: shown(inner))


async def request(desk: Desk, _: str) -> None:
    """What 360dialog got in the last turn that said something."""
    said = next((done.said for done in reversed(desk.session.done) if done.said), ())
    for one in said:
        desk.tell(json.dumps(one.body, ensure_ascii=False, indent=2))
    if not said:
        desk.tell("the bot has not said anything yet")


async def trace(desk: Desk, _: str) -> None:
    moments = desk.session.moments()
    # Receipts of WhatsApp are turns, too; what they lead to is seldom worth a look.
    moment = next((one for one in reversed(moments) if one.turn.notes), moments[-1] if moments else None)
    if moment is None:
        raise Refused("nothing has happened yet")
    desk.tell(f"{type(moment.event).__name__} at {moment.event.at.astimezone(desk.session.zone):%H:%M:%S}")
    for note in moment.turn.notes:
        place = f"{note.flow}.{note.step}" if note.step else note.flow
        desk.tell(f"  {note.kind:14} {place}{f'  {note.detail}' if note.detail else ''}".rstrip())
