"""The slash words of a talk: what can be done beside writing to the bot."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from botkit.chat.keeping import as_test, turns
from botkit.chat.session import Session
from botkit.data import written
from botkit.problems import did_you_mean
from botkit.project import Project
from botkit.shapes import duration
from botkit.testing import contents
from botkit.testing.said import Said


class Refused(Exception):
    """What was typed makes no sense; the message says what would."""


@dataclass(slots=True)
class Desk:
    """What slash words work with. *tell* shows a line beside the talk, *show* what the bot said."""

    session: Session
    project: Project
    tell: Callable[[str], None]
    show: Callable[[list[Said]], None]
    ended: bool = False


async def _jump(desk: Desk, rest: str) -> None:
    seconds = duration(rest)
    if seconds is None:
        raise Refused("how long? /jump 25h")
    desk.show(list(await desk.session.pass_(seconds)))
    await _clock(desk)


async def _next(desk: Desk, _: str) -> None:
    wait, said = await desk.session.next_timer()
    if wait is None:
        raise Refused("nothing is due")
    desk.show(list(said))
    await _clock(desk)


async def _at(desk: Desk, rest: str) -> None:
    now = desk.session.now()
    try:
        if len(rest) <= 5:
            hour, _, minute = rest.partition(":")
            moment = now.replace(hour=int(hour), minute=int(minute or 0), second=0, microsecond=0)
            if moment <= now:
                moment += timedelta(days=1)
        else:
            moment = datetime.fromisoformat(rest).replace(tzinfo=desk.session.zone)
    except ValueError:
        raise Refused("when? /at 09:00, or /at 2026-06-24T09:00") from None
    desk.show(list(await desk.session.until(moment)))
    await _clock(desk)


async def _clock(desk: Desk) -> None:
    desk.tell(f"{desk.session.now():%a %d %b %Y %H:%M} · {await desk.session.window()}")


async def _back(desk: Desk, _: str) -> None:
    if not await desk.session.back():
        raise Refused("this is the beginning")
    desk.tell("one turn back")


async def _restart(desk: Desk, _: str) -> None:
    await desk.session.restart()
    desk.tell("from the beginning")


async def _goto(desk: Desk, rest: str) -> None:
    bot = desk.session.simulation.bot
    conversation = await desk.session.conversation()
    here = conversation.frames[-1].flow if conversation is not None and conversation.frames else bot.start
    flow, _, step = rest.partition(".") if "." in rest or rest in bot.flows else (here, "", rest)
    known = bot.flows.get(flow)
    if known is None or (step and step not in known.steps):
        hint = did_you_mean(step or flow, known.steps if known is not None else bot.flows)
        raise Refused(f'there is no step "{rest}"{f"; {hint}" if hint else ""}')
    if conversation is None:
        await desk.session.say("hello")
    desk.show(list(await desk.session.command("goto", {"to": f"{flow}.{step}" if step else flow})))


async def _set(desk: Desk, rest: str) -> None:
    name, equals, value = rest.partition("=")
    if not equals or not name.strip():
        raise Refused("what? /set day=2026-06-24, or /set contact.city=Madrid")
    if await desk.session.conversation() is None:
        raise Refused("say something first: nobody has written yet")
    await desk.session.command("set", {name.strip(): written(value.strip())})
    await _vars(desk, "")


async def _vars(desk: Desk, _: str) -> None:
    conversation = await desk.session.conversation()
    if conversation is None:
        desk.tell("nothing is known yet")
        return
    for frame in conversation.frames:
        desk.tell(f"{frame.flow}.{frame.step}")
        for name, value in frame.variables.items():
            desk.tell(f"  {name} = {_shown(value)}")
    for name, value in conversation.contact.attributes.items():
        desk.tell(f"  contact.{name} = {_shown(value)}")


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


async def _json(desk: Desk, _: str) -> None:
    """What 360dialog got for the last turn."""
    last = desk.session.simulation.said[-1:]
    for one in last:
        desk.tell(json.dumps(one.body, ensure_ascii=False, indent=2))
    if not last:
        desk.tell("the bot has not said anything yet")


async def _trace(desk: Desk, _: str) -> None:
    moment = next(iter(desk.session.moments()[-1:]), None)
    if moment is None:
        raise Refused("nothing has happened yet")
    desk.tell(f"{type(moment.event).__name__} at {moment.event.at.astimezone(desk.session.zone):%H:%M:%S}")
    for note in moment.turn.notes:
        place = f"{note.flow}.{note.step}" if note.step else note.flow
        desk.tell(f"  {note.kind:14} {place}{f'  {note.detail}' if note.detail else ''}")


async def _dup(desk: Desk, _: str) -> None:
    said = await desk.session.again()
    desk.show(list(said))
    desk.tell("the last webhook came twice" + ("" if said else ", and is not answered again"))


async def _fail(desk: Desk, rest: str) -> None:
    if not rest.isdecimal():
        raise Refused("with which code? /fail 131047")
    desk.show(list(await desk.session.status("failed", int(rest))))
    desk.tell(f"WhatsApp says that the last message failed: {rest}")


async def _read(desk: Desk, _: str) -> None:
    desk.show(list(await desk.session.status("read")))
    desk.tell("read")


async def _event(desk: Desk, rest: str) -> None:
    name, *pairs = rest.split()
    data = {key: written(value) for key, _, value in (pair.partition("=") for pair in pairs)}
    desk.show(list(await desk.session.event(name, data)))


async def _handback(desk: Desk, _: str) -> None:
    desk.show(list(await desk.session.handback()))
    desk.tell("handed back to the bot")


async def _location(desk: Desk, rest: str) -> None:
    try:
        latitude, longitude = (float(part) for part in rest.split(","))
    except ValueError:
        raise Refused("where? /location 40.42,-3.70") from None
    value = {"location": {"latitude": str(latitude), "longitude": str(longitude)}}
    desk.show(list(await desk.session.send(contents.location(latitude, longitude), "user", value)))


async def _attach(desk: Desk, rest: str) -> None:
    kind = {"jpg": "image", "jpeg": "image", "png": "image", "mp4": "video", "ogg": "audio", "mp3": "audio", "webp": "sticker"}
    file = rest.strip() or "photo.jpg"
    what = kind.get(file.rpartition(".")[2].lower(), "document")
    desk.show(list(await desk.session.send(contents.media(what, file), "user", {what: file})))


async def _save(desk: Desk, rest: str) -> None:
    name = rest.strip().strip('"') or f"a talk of {desk.session.begun:%d %B %Y}"
    conversation = await desk.session.conversation()
    flow = conversation.frames[0].flow if conversation is not None and conversation.frames else desk.session.simulation.bot.start
    path = desk.project.root / "tests" / f"{flow}.test.yaml"
    path.parent.mkdir(exist_ok=True)
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"{before.rstrip()}\n\n{as_test(desk.session, name)}".lstrip("\n"), "utf-8")
    desk.tell(f"{path.relative_to(desk.project.root)}: test added ({turns(desk.session)} turns)")


async def _help(desk: Desk, _: str) -> None:
    for word, (usage, what, _work) in SLASHES.items():
        desk.tell(f"{word + (' ' + usage if usage else ''):22} {what}")
    desk.tell(f"{'//…':22} sends a text that begins with a slash")


async def _quit(desk: Desk, _: str) -> None:
    desk.ended = True


Work = Callable[[Desk, str], Awaitable[None]]
SLASHES: dict[str, tuple[str, str, Work]] = {
    "/jump": ("25h", "time passes", _jump),
    "/next": ("", "go to the next timer", _next),
    "/at": ("09:00", "go to a time", _at),
    "/back": ("", "undo the last turn", _back),
    "/restart": ("", "begin anew", _restart),
    "/goto": ("STEP", "enter a step", _goto),
    "/set": ("k=v", "set a variable, or contact.x", _set),
    "/vars": ("", "the variables", _vars),
    "/json": ("", "what 360dialog got", _json),
    "/trace": ("", "what the last turn did", _trace),
    "/dup": ("", "deliver the last webhook twice", _dup),
    "/fail": ("CODE", "WhatsApp refuses the last message", _fail),
    "/read": ("", "the contact reads the last message", _read),
    "/event": ("NAME k=v", "something happens outside", _event),
    "/handback": ("", "people hand the conversation back", _handback),
    "/location": ("LAT,LON", "send a location", _location),
    "/attach": ("FILE", "send a file", _attach),
    "/save": ("NAME", "keep the talk as a test", _save),
    "/help": ("", "this list", _help),
    "/quit": ("", "end", _quit),
}


async def obey(desk: Desk, line: str) -> None:
    """Do what a slash word says. Raises Refused for what is none."""
    word, _, rest = line.strip().partition(" ")
    found = SLASHES.get(word)
    if found is None:
        hint = did_you_mean(word, SLASHES)
        raise Refused(f"there is no {word}{f'; {hint}' if hint else '; /help lists what there is'}")
    await found[2](desk, rest.strip())
