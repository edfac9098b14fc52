"""What can happen in a talk beside a text: time passes, things come, WhatsApp tells something, an operator steps in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from botkit.answers import Rejected
from botkit.bot import Bot
from botkit.chat.desk import Desk, Refused
from botkit.data import written
from botkit.flow import Flow
from botkit.problems import did_you_mean
from botkit.shapes import duration
from botkit.testing import contents
from botkit.testing.fitting import attribute_type, normal
from botkit.testing.talks.keys import digits
from botkit.wire import Value

# ---- time


async def jump(desk: Desk, rest: str) -> None:
    seconds = duration(rest)
    if seconds is None:
        raise Refused("how long? /jump 25h")
    try:
        desk.session.now() + timedelta(seconds=seconds)
    except OverflowError:
        raise Refused("that is beyond the calendar") from None
    desk.show(await desk.session.pass_(seconds))
    await desk.clock()


async def next_timer(desk: Desk, _: str) -> None:
    said = await desk.session.next_timer()
    if said is None:
        raise Refused("nothing is due")
    desk.show(said)
    await desk.clock()


async def at(desk: Desk, rest: str) -> None:
    now = desk.session.now()
    try:
        moment = _moment(rest, now)
    except ValueError:
        raise Refused("when? /at 09:00, or /at 2026-06-24T09:00") from None
    if moment < now:
        raise Refused(f"it is {now:%a %d %b %Y %H:%M} already; the clock goes forward only (/back undoes)")
    desk.show(await desk.session.until(moment))
    await desk.clock()


def _moment(text: str, now: datetime) -> datetime:
    """The moment that *text* names: the next such time, or a day with a time in the zone of *now*. Raises ValueError."""
    if len(text) > 5:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo)
    hour, _, minute = text.partition(":")
    moment = now.replace(hour=int(hour), minute=int(minute or 0), second=0, microsecond=0)
    return moment if moment > now else moment + timedelta(days=1)


# ---- what the contact sends


async def location(desk: Desk, rest: str) -> None:
    try:
        latitude, longitude = (float(part) for part in rest.split(","))
    except ValueError:
        latitude = longitude = 1e9
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Refused("where? /location 40.42,-3.70")
    told = [f"{degrees:.6f}".rstrip("0").rstrip(".") for degrees in (latitude, longitude)]
    content = contents.location(float(told[0]), float(told[1]))
    desk.show(await desk.session.send(content, "user", {"location": ", ".join(told)}))


_KINDS = {"jpg": "image", "jpeg": "image", "png": "image", "mp4": "video", "ogg": "audio", "mp3": "audio", "webp": "sticker"}


async def attach(desk: Desk, rest: str) -> None:
    file = rest or "photo.jpg"
    await _media(desk, _KINDS.get(file.rpartition(".")[2].lower(), "document"), file)


async def audio(desk: Desk, rest: str) -> None:
    await _media(desk, "audio", rest or "voice.ogg")


async def _media(desk: Desk, kind: str, file: str) -> None:
    desk.show(await desk.session.send(contents.media(kind, file), "user", {kind: file}))


async def card(desk: Desk, rest: str) -> None:
    name, _, phone = rest.partition("+")
    if not name.strip():
        raise Refused("whose card? /contact Ana Ruiz +34600111222")
    number = f"+{phone.strip()}" if phone else ""
    value: Value = {"contact": {"name": name.strip(), "phone": number} if number else name.strip()}
    desk.show(await desk.session.send(contents.contact(name.strip(), number), "user", value))


async def react(desk: Desk, rest: str) -> None:
    desk.show(await desk.session.react(rest or "👍"))


async def twice(desk: Desk, _: str) -> None:
    said = await desk.session.again()
    if said:
        desk.show(said)
    desk.tell("the last webhook came twice" + ("" if said else ", and is not answered again"))


# ---- what WhatsApp tells, and what happens outside


async def fail(desk: Desk, rest: str) -> None:
    if not rest.isdecimal() or len(rest) > 8:
        raise Refused("with which code? /fail 131047")
    said = await desk.session.status("failed", int(rest))
    desk.tell(f"WhatsApp tells that the last message failed: {int(rest)}")
    desk.show(said)


async def read(desk: Desk, _: str) -> None:
    said = await desk.session.status("read")
    desk.tell("the last message was read")
    if said:
        desk.show(said)


async def event(desk: Desk, rest: str) -> None:
    words = rest.split()
    if not words or "=" in words[0]:
        raise Refused("what happens? /event order.ready, /event order.ready KEY total=12")
    about = words[1] if len(words) > 1 and "=" not in words[1] else ""
    pairs = [word.partition("=") for word in words[2 if about else 1 :]]
    if any(not name or not equals for name, equals, _ in pairs):
        raise Refused("what is there to tell of it? /event order.ready KEY total=12")
    desk.show(await desk.session.event(words[0], about, {name: written(value) for name, _, value in pairs}))


async def handback(desk: Desk, _: str) -> None:
    said = await desk.session.handback()
    desk.tell("the conversation is handed back to the bot")
    desk.show(said)


async def agent(desk: Desk, rest: str) -> None:
    if not rest:
        raise Refused("what does the agent write? /agent How can I help?")
    desk.show(await desk.session.agent(rest))


async def phone(desk: Desk, rest: str) -> None:
    if not rest:
        raise Refused("what does somebody of the business write? /phone I will look into it")
    said = await desk.session.phone(rest)
    if said:
        desk.show(said)
    await _silence(desk, "the contact got this from the phone's app")


async def handover(desk: Desk, rest: str) -> None:
    if rest not in ("meta", "bot"):
        raise Refused("who answers from now on? /handover meta, or /handover bot")
    said = await desk.session.handover(rest)
    if said or rest == "bot":
        desk.show(said)
    await _silence(desk, "Meta's own agent answers" if rest == "meta" else "Meta's own agent hands over to the bot")


async def _silence(desk: Desk, told: str) -> None:
    """Tell what has happened, and how long the bot is silent for it."""
    conversation = await desk.session.conversation()
    held = conversation.held if conversation is not None else None
    if held is None:
        desk.tell(told)
    elif held.until is None:
        desk.tell(f"{told}; the bot is silent until it is handed back: /handover bot")
    else:
        until = held.until.astimezone(desk.session.zone)
        desk.tell(f"{told}; the bot is silent until {until:%a %d %b %H:%M}, or until /handback")


async def number(desk: Desk, rest: str) -> None:
    wa_id = digits(rest)
    if wa_id is None:
        raise Refused("which number has the contact from now on? /number +34600999888")
    said = await desk.session.new_number(wa_id)
    desk.tell(f"the contact has the number {wa_id} from now on")
    if said:
        desk.show(said)


# ---- what a test has no words for


_LISTED = 12  # steps that a line names


async def goto(desk: Desk, rest: str) -> None:
    bot = desk.session.simulation.bot
    conversation = await desk.session.conversation()
    here = conversation.frames[-1].flow if conversation is not None and conversation.frames else bot.start
    inside = bot.flows.get(here)
    if inside is not None and rest in inside.steps:  # a step's name wins over a flow's
        flow, step = here, rest
    else:
        flow, _, step = rest.partition(".")
    known = bot.flows.get(flow)
    if known is None or (step and step not in known.steps):
        places = list(bot.flows) + [path.path for each in bot.flows.values() for path in each.steps.values()]
        near = did_you_mean(rest, known.steps if known is not None else [*(inside.steps if inside is not None else ()), *places])
        there = known or inside
        near = near or (f"{there.name} has {', '.join(list(there.steps)[:_LISTED])}" if there is not None else "")
        raise Refused(f'there is no step "{rest}"{f"; {near}" if near else ""}' if rest else "where to? /goto STEP, or /goto FLOW.STEP")
    desk.show(await desk.session.command("goto", {"to": f"{flow}.{step}" if step else flow}))


async def assign(desk: Desk, rest: str) -> None:
    name, equals, text = (part.strip() for part in rest.partition("="))
    if not equals or not name:
        raise Refused("what? /set day=2026-06-24, or /set contact.city=Madrid")
    conversation = await desk.session.conversation()
    if conversation is None:
        raise Refused("say something first: nobody has written yet")
    bot = desk.session.simulation.bot
    flow = bot.flows.get(conversation.frames[-1].flow) if conversation.frames else None
    await desk.session.command("set", {name: value_of(bot, flow, name, text)})
    desk.tell(f"{name} = {text}")


def value_of(bot: Bot, flow: Flow | None, name: str, text: str) -> Value:
    """What *text* is for the variable *name* of *flow*, the one that runs, or for contact.x. Raises Refused."""
    attribute = name.removeprefix("contact.") if name.startswith("contact.") else ""
    if flow is None and not attribute:
        raise Refused("no flow is running; what lasts is an attribute of the contact: /set contact.name=Ana")
    known: Collection[str] = (*bot.attributes, "name", "language", "opted_out")
    if flow is not None and not attribute:
        known = _variables(bot, flow)
    if (attribute or name) not in known:
        near = did_you_mean(attribute or name, known)
        raise Refused(f'there is no variable "{name}" here{f"; {near}" if near else ""}')
    type_ = attribute_type(bot, attribute) if attribute or flow is None else flow.types.get(name)
    if text == "none":
        return None
    if type_ is None:
        return written(text)
    for value in (text, written(text)):
        if not isinstance(found := normal(bot, type_, value), Rejected):
            return found
    raise Refused(f'"{text[:60]}" is no {type_.word}')


def _variables(bot: Bot, flow: Flow) -> Collection[str]:
    """The names of a flow: what is asked for and declared, and what an option, an action or a `set` fills, whose type nobody wrote."""
    from botkit.checks.known import known
    from botkit.checks.survey import Survey
    from botkit.problems import Problems

    return (*flow.types, *known(Survey(bot, None, Problems()))[flow.name])
