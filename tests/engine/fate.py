"""What happens to a conversation, by chance: mostly what might, sometimes what should not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from botkit.engine.taps import read_tap
from botkit.hook import HOOK
from botkit.model import (
    ActionFailed,
    ActionFinished,
    Call,
    Event,
    ExternalEvent,
    Frame,
    MessageReceived,
    OperatorCommand,
    Started,
    StatusChanged,
    TimerFired,
)
from tests.engine.bots import FLOWS, WORDS
from tests.engine.talk import Talk

_SAID = (
    *WORDS, "Done", "1", "2", "3", "12", "Ja", "tomorrow", "24/06", "nope",
    "12 people", "", "👍", "main.a:1:yes", "The yes one", "x" * 5000,
)  # fmt: skip
_KINDS = ("image", "image", "image", "location", "reaction", "unsupported", "sticker", "system", "request_welcome")
_GIVEN = (None, 5, "x", [1], {"v": 1}, {"$date": "x"}, True, [{"id": {}}])


@dataclass(frozen=True)
class Tapped:
    """A tap, and whether its question waits."""

    event: MessageReceived
    waits: bool


class Fate:
    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.count = 0

    def next(self, chat: Talk) -> Event | Tapped:
        """Something that may happen now: while an action is under way, messages and the like wait their turn."""
        chance = self.chance
        self.count += 1
        chat.now += timedelta(seconds=chance.choice((0, 1, 10, 60, 1800, 7200, 86_400)))
        stamp: dict[str, Any] = {"key": f"e{self.count}", "at": chat.now}
        top = chat.conversation.frames[-1] if chat.conversation.frames else None
        unclear = chat.conversation.unclear
        call = unclear.call if unclear is not None else top.call if top is not None else None
        odd = chance.random() < 0.1
        if (call is not None) != odd:
            told = call if call is not None and chance.random() < 0.9 else "0" * 32
            if chance.random() < 0.7:
                return ActionFinished(**stamp, call=told, value=self._meant(chat) if unclear is not None else chance.choice(_GIVEN))
            return ActionFailed(**stamp, call=told, error=chance.choice(("SlotTaken", "any", "timeout", "no", "failed")))
        what = chance.choice(("timer", "timer", "status", "handback") if call is not None else ("text",) * 6 + ("tap",) * 5 + _RARE)
        match what:
            case "tap" if any(chat.shown):
                return self._tap(chat, stamp)
            case "timer":
                timers = list(chat.conversation.timers) if not odd else [t for turn in chat.turns for t in turn.conversation.timers]
                if timers:
                    timer = chance.choice(timers)
                    chat.now = max(chat.now, timer.due)
                    return TimerFired(f"e{self.count}", chat.now, timer.id)
            case "status":
                status = chance.choice(("read", "failed", "unsent"))
                return StatusChanged(**stamp, id="wamid.x", status=status, code=131026 if status == "failed" else None)
            case "started":
                return Started(**stamp, flow=chance.choice(FLOWS), params=chance.choice(({}, {"w": "2026-06-24"}, {"w": "never"})))
            case "handback":
                return OperatorCommand(**stamp, command=what)
            case "event":
                return ExternalEvent(**stamp, name=chance.choice(("paid", "other", "nobody")), data={"v": 1})
            case "other":
                kind = chance.choice(_KINDS)
                return MessageReceived(**stamp, id=f"wamid.{self.count}", type=kind, opens_window=kind in ("image", "location", "sticker"))
        return MessageReceived(**stamp, id=f"wamid.{self.count}", type="text", text=chance.choice(_SAID))

    def _meant(self, chat: Talk) -> Any:
        """What the bot's hook makes of a message: one of what it was told, as a rule."""
        asked = [effect for turn in chat.turns for effect in turn.effects if isinstance(effect, Call) and effect.action == HOOK]
        heard, chance = asked[-1].arguments["heard"], self.chance
        named = [{"option": one["id"]} for one in heard["options"]] + [{"command": one["name"]} for one in heard["commands"]]
        named += [{"flow": one["name"]} for one in heard["flows"]]
        named += [{"slot": one["name"], "value": value} for one in heard["slots"] for value in ("12", "tomorrow", "yes", 4, None)]
        return chance.choice((*named, *_GIVEN, {"option": "nope"}, {"flow": "main"}, {"slot": "v", "value": [{}]}))

    def _tap(self, chat: Talk, stamp: dict[str, Any]) -> Tapped:
        shown = [buttons for buttons in chat.shown if buttons]
        button = self.chance.choice(shown[-1] if self.chance.random() < 0.7 else self.chance.choice(shown))
        tap = read_tap(button.payload)
        assert tap is not None
        event = MessageReceived(**stamp, id=f"wamid.{self.count}", type="tap", text=button.label, payload=button.payload)
        return Tapped(event, any((one.flow, one.step, one.entry) == (tap.flow, tap.step, tap.entry) for one in _tops(chat)))


def _tops(chat: Talk) -> list[Frame]:
    """The frames that a tap can reach: of the conversation under way, and of each flow in the background."""
    frames = chat.conversation.frames
    return [frame for n, frame in enumerate(frames) if n + 1 == len(frames) or frames[n + 1].background]


_RARE = ("timer", "timer", "timer", "status", "started", "handback", "event", "event", "other")
