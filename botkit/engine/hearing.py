"""How a message of the contact is understood: as a tap, an option, a command, an answer, or not at all."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from botkit.commands import Command
from botkit.engine import consent
from botkit.engine.collecting import collect, collected, is_surplus, progress
from botkit.engine.cursor import MAX_FRAMES, Cursor, Failure
from botkit.engine.draft import Draft
from botkit.engine.handing import pass_on
from botkit.engine.offering import DONE, MORE, enough, named, record_of, shown
from botkit.engine.referring import by_referral, referred
from botkit.engine.speaking import prompt, speak, words
from botkit.engine.taps import Tap, read_tap
from botkit.engine.unclear import ask_hook
from botkit.engine.unseen import is_unseen, show
from botkit.engine.walking import BOT, listen, onward, take, wait_at
from botkit.flow import Flow
from botkit.model import MessageReceived, Timer
from botkit.outcomes import Outcome
from botkit.steps import Ask, Handoff, Option, Step
from botkit.steps.ask import Field
from botkit.steps.base import assign
from botkit.wire import Value

SILENT = frozenset({"reaction", "system", "edit", "revoke"})  # what nobody expects an answer to
Choice = Option | tuple[str, Value]  # a fixed option, or (id, record) of a computed one
_BURST = 50  # texts of one burst that are kept
_WRITTEN = frozenset({"text", "tap"})


def hear(cursor: Cursor, message: MessageReceived) -> None:
    cursor.unsent = 0
    if message.opens_window and (cursor.last_inbound is None or message.at > cursor.last_inbound):
        cursor.last_inbound = message.at
    if message.name and message.name != cursor.contact.profile:
        cursor.contact = replace(cursor.contact, profile=message.name)
    frame = cursor.top
    if frame is not None and message.type != "system":
        pass_on(cursor, message)
    if message.type in SILENT or (message.type == "request_welcome" and frame is not None):
        cursor.note("ignored", detail=message.type)
        return
    if message.referral and message.opens_window:
        cursor.came = message.at
    if consent.heard(cursor, message):
        return
    if cursor.unclear is not None:
        cursor.note("ignored", detail="what a message means is being found out")
        return
    if is_surplus(cursor, message):
        listen(cursor)
        cursor.note("ignored", detail="one file more than the answer may have")
        return
    tap = read_tap(message.payload) if message.payload else None
    if frame is not None and message.referral and referred(cursor, message):
        return
    text = message.text if message.type in _WRITTEN else ""
    if frame is None:
        _first(cursor, message, text, tap)
        return
    verb, ask = frame.step.verb, frame.step.ask
    if isinstance(verb, Handoff):
        if not (text and _bot_command(cursor, text, True)):
            cursor.note("handed_off", detail=verb.queue.text)
        return
    if frame.call is not None or ask is None:
        cursor.note("ignored", detail="an action is under way")
        return
    listen(cursor)
    changed, frame.fingerprint = frame.fingerprint != frame.step.fingerprint, frame.step.fingerprint
    if changed and tap is None:  # the release has added options: a number or a word may mean another one than was seen
        cursor.note("resume")
        prompt(cursor, frame)
        return
    if tap is None and message.opens_window and is_unseen(cursor, frame):
        if not (text and _commanded(cursor, frame.step, text)):
            show(cursor, frame)
        return
    choice = _tapped(cursor, frame, ask, tap) if tap is not None else named(cursor, frame, ask, text)
    if tap is not None and choice is None:
        if not follow(cursor, tap):
            cursor.note("stale", detail=message.text)
            words(cursor, "earlier")
            prompt(cursor, frame)
    elif choice is not None:
        choose(cursor, frame, ask, choice)
    elif not (text and _commanded(cursor, frame.step, text)):
        _read(cursor, frame, ask, message)


def _read(cursor: Cursor, frame: Draft, ask: Ask, message: MessageReceived) -> None:
    """Take what the contact sent as an answer; later, where more of it may come; or not yet, where the question is old."""
    if ask.gather is not None and message.type == "text":
        frame.gathered = (*frame.gathered[-_BURST:], message.text)
        cursor.timers = [timer for timer in cursor.timers if timer.name != "gather"]
        cursor.timers.append(Timer(frame.entry, "gather", cursor.at + timedelta(seconds=ask.gather)))
        cursor.note("gather")
        return
    resume = ask.resume or frame.flow.resume or cursor.bot.settings.resume
    if resume is not None and frame.entered is not None and cursor.at - frame.entered > timedelta(seconds=resume.after):
        cursor.note("resumed")
        frame.entered = cursor.at
        speak(cursor, resume.say)
        prompt(cursor, frame)
        return
    _captured(cursor, frame, ask, message)


def gathered(cursor: Cursor, frame: Draft, ask: Ask) -> None:
    """The burst is over: all of it is one answer."""
    if frame.collected and not frame.gathered:
        progress(cursor, frame, ask)
        return
    text, frame.gathered = "\n".join(frame.gathered), ()
    cursor.answer = text
    _captured(cursor, frame, ask, MessageReceived(cursor.event.key, cursor.at, "", "text", text))


def _first(cursor: Cursor, message: MessageReceived, text: str, tap: Tap | None) -> None:
    """No flow is running: a command, a word that starts a flow, what an advertisement or a new contact leads to, or else the flow that the
    bot starts with."""
    if tap is not None:
        if follow(cursor, tap):
            return
        cursor.note("stale")
        words(cursor, "earlier")
    elif text and _bot_command(cursor, text, False):
        return
    started = cursor.bot.triggers.find(text) if text and tap is None else None
    if started is None:
        new = cursor.bot.starts.get(("new_contact", ""), []) if cursor.before.last_inbound is None else []
        started = next((flow for flow, _ in [*by_referral(cursor, message), *new]), None)
    if started is None and tap is None and ask_hook(cursor, None, message):
        return
    cursor.start(started or cursor.bot.start, {})


def _tapped(cursor: Cursor, frame: Draft, ask: Ask, tap: Tap) -> Choice | None:
    if not tap.is_of(frame.flow.name, frame.state, frame.entry):
        return None
    option = ask.option(tap.option)
    if option is not None:
        return option if option.condition is None or cursor.evaluate(option.condition) else None
    if tap.option == DONE and enough(frame, ask):
        return DONE, None
    return record_of(frame, tap.option) or ((MORE, None) if tap.option == MORE and ask.computed is not None else None)


def _commanded(cursor: Cursor, step: Step, text: str) -> bool:
    """Understand *text* as a command of the step, of the flows under way (inner first), or of the bot."""
    top = len(cursor.frames) - 1
    owned: list[tuple[int, str, tuple[Command, ...]]] = [] if step.deaf else [(top, step.path, step.commands)]
    if not step.deaf:
        owned += [(n, cursor.frames[n].flow.name, cursor.frames[n].flow.commands) for n in range(top, -1, -1)]
    for owner, place, commands in owned:
        found = cursor.bot.commands.get(place)
        name = found.find(text) if found is not None else None
        if name is not None:
            obey(cursor, next(command for command in commands if command.name == name), owner)
            return True
    return _bot_command(cursor, text, step.deaf)


def _bot_command(cursor: Cursor, text: str, deaf: bool) -> bool:
    """Understand *text* as a command of botkit.yaml; where a step is *deaf* only the opt-out is heard."""
    name = cursor.bot.commands[""].find(text)
    command = next((c for c in cursor.bot.settings.commands if c.name == name), None) if name is not None else None
    if command is None or (deaf and not command.opts_out):
        return False
    obey(cursor, command, BOT)
    return True


def obey(cursor: Cursor, command: Command, owner: int) -> None:
    """Do what *command* says, which is that of the frame at *owner*."""
    cursor.note("command", detail=command.outcome.key)
    frame = cursor.top
    if not take(cursor, "command", command.outcome, owner) and frame is not None and frame.step.ask is not None:
        prompt(cursor, frame)  # like a digression that was over at once


def choose(cursor: Cursor, frame: Draft, ask: Ask, choice: Choice) -> None:
    """Take an option, fixed or computed."""
    if isinstance(choice, Option):
        _chosen(cursor, frame, ask, choice)
    else:
        _picked(cursor, frame, ask, *choice)


def follow(cursor: Cursor, tap: Tap) -> bool:
    """Do as `stale` of an older message's step says; whether it says anything."""
    if not tap.flow:  # a card's, which does not tell: the entry does, if it is kept
        old = next((k for k in reversed(cursor.kept) if k.entry == tap.entry), None)
        if old is None:
            return False
        tap = replace(tap, flow=old.flow, step=old.step)
    flow = cursor.bot.flows.get(tap.flow)
    step = flow.steps.get(tap.step) if flow is not None else None
    ask = step.ask if step is not None else None
    if flow is None or ask is None or ask.stale is None:
        return False
    if ask.stale.follow is None:
        cursor.note("stale", detail=ask.stale.outcome.key)
        _of_old(cursor, flow, tap.step, ask.stale.outcome)
        return True
    kept = next((k for k in reversed(cursor.kept) if (k.entry, k.flow, k.step) == (tap.entry, tap.flow, tap.step)), None)
    option = ask.option(tap.option)
    if kept is None or option is None or cursor.at - kept.at > timedelta(seconds=ask.stale.follow):
        return False
    cursor.note("follow", detail=str(tap))
    if len(cursor.frames) == 1 and cursor.frames[0].flow is flow:
        cursor.frames.pop()  # the run goes back to where the button was
    cursor.start(tap.flow, {}, tap.step, digression=bool(cursor.frames))
    frame = cursor.frames[-1]
    frame.variables = dict(kept.variables)
    cursor.entering = False
    wait_at(cursor, frame, frame.step, ask.timeout)  # should a check refuse the option, the question is open again
    choose(cursor, frame, ask, option)
    return True


def _of_old(cursor: Cursor, flow: Flow, step: str, outcome: Outcome) -> None:
    """Take the `stale` outcome of a step that may not be the one under way: its targets are those of its own flow."""
    top = cursor.top
    own = top if top is not None and top.flow is flow else Draft(flow, step, {}, digression=top is not None)
    if outcome.go is None:
        with cursor.seen_by(own):
            assign(cursor, outcome.set)
            speak(cursor, outcome.say)
        if top is not None:
            prompt(cursor, top)
        return
    if own is not top:
        if len(cursor.frames) >= MAX_FRAMES:
            raise Failure("any", f"flows call one another more than {MAX_FRAMES} deep")
        cursor.frames.append(own)
    own.state = step
    take(cursor, "option", outcome, len(cursor.frames) - 1)


def _chosen(cursor: Cursor, frame: Draft, ask: Ask, option: Option) -> None:
    value: Value = cursor.given(option.value) if option.value is not None else option.id
    cursor.answer = cursor.render(option.label)
    filled = (ask.save.name, ask.save.contact, value) if ask.save is not None else None
    if not _accepted(cursor, frame, ask, filled):
        return
    cursor.note("option", detail=option.outcome.key)
    if take(cursor, "option", option.outcome, len(cursor.frames) - 1):
        return
    onward(cursor, "option", option.outcome)


def _picked(cursor: Cursor, frame: Draft, ask: Ask, id_: str, record: Value) -> None:
    """A computed option was chosen, or the page is to be turned, or there are no more files to come."""
    if id_ == DONE:
        found = collected(frame, ask)
        if found is not None:
            accept(cursor, frame, ask, *found)
        return
    if id_ == MORE or ask.computed is None:
        frame.page += 1
        cursor.note("page")
        prompt(cursor, frame)
        return
    cursor.item = record
    cursor.answer = cursor.render(ask.computed.label)
    if not _accepted(cursor, frame, ask, (ask.save.name, ask.save.contact, record) if ask.save is not None else None):
        return
    outcome = ask.computed.outcome
    cursor.note("option", detail=outcome.key)
    if not take(cursor, "option", outcome, len(cursor.frames) - 1):
        onward(cursor, "option", outcome)


def _captured(cursor: Cursor, frame: Draft, ask: Ask, message: MessageReceived) -> None:
    found = ask.captured(message, cursor.reading())
    if found is not None:
        whole = collect(cursor, frame, ask, *found)
        if whole is not None:
            accept(cursor, frame, ask, *whole)
    elif not ask_hook(cursor, frame, message):
        not_understood(cursor, frame, ask, message)


def accept(cursor: Cursor, frame: Draft, ask: Ask, field: Field, value: Value) -> None:
    """Take an answer to *field*, unless a `check` refuses it."""
    cursor.answer = value
    if not _accepted(cursor, frame, ask, (field.name, field.contact, value)):
        return
    cursor.note("answer", detail=field.key.text)
    onward(cursor)


def _accepted(cursor: Cursor, frame: Draft, ask: Ask, filled: tuple[str, bool, Value] | None) -> bool:
    """Empty the step's variables and fill the one that the answer is for; a `check` that is not met takes all of it back."""
    variables, attributes = dict(frame.variables), dict(cursor.attributes)
    own = ask.variables
    for name, contact in own:
        cursor.put(name, contact, None)
    if filled is not None:
        (cursor.assign if filled[1] else cursor.put)(*filled)  # an attribute has the type that botkit.yaml declares
    there = filled[:2] if filled is not None else None
    for check in ask.checks:
        if all(read == there for read in check.reads & own) and not cursor.evaluate(check.condition):
            cursor.note("refused", detail=check.condition.expression.source)
            exhausted = _last(frame, ask)
            if not exhausted:
                speak(cursor, [check.otherwise], shown(cursor, frame, ask))  # sees the answer that it refuses
            frame.variables = variables
            cursor.restore(attributes)
            if exhausted:
                _exhaust(cursor, ask)
            return False
    return True


def not_understood(cursor: Cursor, frame: Draft, ask: Ask, message: MessageReceived) -> None:
    """Say so, and count it."""
    cursor.note("not_understood", detail=message.type)
    if _last(frame, ask):
        _exhaust(cursor, ask)
    elif message.type == "unsupported":
        words(cursor, "unreadable")
        prompt(cursor, frame)
    elif ask.retry.say:
        speak(cursor, ask.retry.say, shown(cursor, frame, ask))
    else:
        words(cursor, "not_understood")
        prompt(cursor, frame)


def _last(frame: Draft, ask: Ask) -> bool:
    """Count a bad answer; whether it is the last one that the step puts up with."""
    frame.retries += 1
    return ask.retry.max is not None and frame.retries >= ask.retry.max


def _exhaust(cursor: Cursor, ask: Ask) -> None:
    cursor.frames[-1].retries = 0
    cursor.note("exhausted", detail=ask.retry.outcome.key)
    if not take(cursor, "exhausted", ask.retry.outcome, len(cursor.frames) - 1):
        onward(cursor, "exhausted", ask.retry.outcome, then=False)
