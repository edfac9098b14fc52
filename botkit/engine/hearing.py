"""How a message of the contact is understood: as a tap, an option, a command, an answer, or not at all."""

from __future__ import annotations

from datetime import timedelta

from botkit.engine import consent
from botkit.engine.accepting import capture
from botkit.engine.choosing import choose, follow, tapped
from botkit.engine.collecting import is_surplus, progress
from botkit.engine.cursor import Cursor
from botkit.engine.draft import Draft
from botkit.engine.handing import pass_on
from botkit.engine.obeying import bot_commanded, commanded
from botkit.engine.offering import named
from botkit.engine.referring import by_referral, referred
from botkit.engine.speaking import prompt, speak, words
from botkit.engine.taps import Tap, read_tap
from botkit.engine.unclear import ask_hook
from botkit.engine.unseen import is_unseen, show
from botkit.engine.walking import listen
from botkit.model import MessageReceived, Timer
from botkit.steps import Ask, Handoff

SILENT = frozenset({"reaction", "system", "edit", "revoke"})  # what nobody expects an answer to
_BURST = 50  # texts of one burst that are kept
_WRITTEN = frozenset({"text", "tap"})


def hear(cursor: Cursor, message: MessageReceived) -> None:
    """Work off what the contact sent. Consent goes before everything else, then a tap or an option, then commands, then the answer."""
    cursor.meet(message)
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
        if not (text and bot_commanded(cursor, text, True)):
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
        if not (text and commanded(cursor, frame.step, text)):
            show(cursor, frame)
        return
    choice = tapped(cursor, frame, ask, tap) if tap is not None else named(cursor, frame, ask, text)
    if tap is not None and choice is None:
        if not follow(cursor, tap):
            cursor.note("stale", detail=message.text)
            words(cursor, "earlier")
            prompt(cursor, frame)
    elif choice is not None:
        choose(cursor, frame, ask, choice)
    elif not (text and commanded(cursor, frame.step, text)):
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
    capture(cursor, frame, ask, message)


def gathered(cursor: Cursor, frame: Draft, ask: Ask) -> None:
    """The burst is over: all of it is one answer."""
    if frame.collected and not frame.gathered:
        progress(cursor, frame, ask)
        return
    text, frame.gathered = "\n".join(frame.gathered), ()
    cursor.answer = text
    capture(cursor, frame, ask, MessageReceived(cursor.event.key, cursor.at, "", "text", text))


def _first(cursor: Cursor, message: MessageReceived, text: str, tap: Tap | None) -> None:
    """No flow is running: a command, a word that starts a flow, what an advertisement or a new contact leads to, or else the flow that the
    bot starts with."""
    if tap is not None:
        if follow(cursor, tap):
            return
        cursor.note("stale")
        words(cursor, "earlier")
    elif text and bot_commanded(cursor, text, False):
        return
    started = cursor.bot.triggers.find(text) if text and tap is None else None
    if started is None:
        new = cursor.bot.starts.get(("new_contact", ""), []) if cursor.before.last_inbound is None else []
        started = next((flow for flow, _ in [*by_referral(cursor, message), *new]), None)
    if started is None and tap is None and ask_hook(cursor, None, message):
        return
    cursor.start(started or cursor.bot.start, {})


