"""The slash words of a talk: what can be done beside writing to the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from botkit.chat import deeds, looks
from botkit.chat.desk import Desk, Refused
from botkit.chat.keeping import Unkept, keep, turns
from botkit.chat.wrapping import columns
from botkit.problems import did_you_mean


async def _back(desk: Desk, _: str) -> None:
    if not await desk.session.back():
        raise Refused("this is the beginning")
    desk.tell("one turn back")


async def _restart(desk: Desk, _: str) -> None:
    await desk.session.restart()
    desk.tell("from the beginning")
    await desk.clock()


async def _save(desk: Desk, rest: str) -> None:
    session = desk.session
    name = " ".join(rest.strip("\"'").split()) or f"a talk of {session.begun.astimezone(session.zone):%d %B %Y}"
    frames = next((moment.turn.conversation.frames for moment in session.moments() if moment.turn.conversation.frames), ())
    path = desk.tests(frames[0].flow if frames else desk.bot.start)
    shown = path.relative_to(desk.project.root).as_posix()
    try:
        kept = await keep(session, name, path, desk.bot, desk.project.actions)
    except Unkept as error:
        raise Refused(f"this talk cannot be kept: {error}") from None
    except OSError as error:
        raise Refused(f"{shown} cannot be written: {error.strerror or error}") from None
    count = turns(session)
    desk.tell(f'{shown}: test "{kept}" added ({count} {"turn" if count == 1 else "turns"})')


async def _help(desk: Desk, _: str) -> None:
    for word, (usage, what, _work) in SLASHES.items():
        desk.tell(_row(f"{word} {usage}", what))
    desk.tell(_row("//…", "send a text that begins with a slash"))


def _row(word: str, what: str) -> str:
    return word + " " * (23 - columns(word)) + what


async def _quit(desk: Desk, _: str) -> None:
    desk.ended = True


Work = Callable[[Desk, str], Awaitable[None]]
SLASHES: dict[str, tuple[str, str, Work]] = {
    "/jump": ("25h", "let time pass", deeds.jump),
    "/next": ("", "go to the next timer or schedule", deeds.next_timer),
    "/at": ("09:00", "go to a time", deeds.at),
    "/back": ("", "undo the last turn", _back),
    "/restart": ("", "begin anew", _restart),
    "/goto": ("STEP", "enter a step", deeds.goto),
    "/set": ("k=v", "set a variable, or contact.x", deeds.assign),
    "/vars": ("", "show the variables", looks.variables),
    "/json": ("", "show what 360dialog got", looks.request),
    "/trace": ("", "show the way of the last turn", looks.trace),
    "/attach": ("FILE", "send a picture, a film or a document", deeds.attach),
    "/audio": ("", "send a voice note", deeds.audio),
    "/location": ("LAT,LON", "send a location", deeds.location),
    "/contact": ("NAME +NUMBER", "send a contact card", deeds.card),
    "/react": ("👍", "react to the last message", deeds.react),
    "/read": ("", "read the last message", deeds.read),
    "/fail": ("CODE", "let the last message fail", deeds.fail),
    "/dup": ("", "deliver the last webhook twice", deeds.twice),
    "/event": ("NAME KEY k=v", "let something happen outside", deeds.event),
    "/agent": ("TEXT", "write as the one who has the conversation", deeds.agent),
    "/handback": ("", "hand the conversation back", deeds.handback),
    "/phone": ("TEXT", "write to the contact from the phone's app", deeds.phone),
    "/handover": ("meta", "let Meta's agent answer, or the bot again", deeds.handover),
    "/number": ("+NUMBER", "let the contact have another number", deeds.number),
    "/save": ("NAME", "keep the talk as a test", _save),
    "/help": ("", "show this list", _help),
    "/quit": ("", "end", _quit),
}


async def obey(desk: Desk, line: str) -> None:
    """Do what a slash word says. Raises Refused for what is none."""
    word, _, rest = line.strip().partition(" ")
    found = SLASHES.get(word)
    if found is None:
        near = did_you_mean(word, SLASHES)
        raise Refused(f"there is no {word[:40]}{f'; {near}' if near else '; /help lists what there is'}")
    await found[2](desk, rest.strip())
