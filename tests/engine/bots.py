"""Bots as nobody would write them: every key with every other, targets wherever they may lead."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from botkit.bot import Bot
from botkit.problems import Problems
from botkit.release import read_bot

FLOWS = ("main", "sub", "other")
STEPS = ("a", "b", "c", "d", "e")
WORDS = ("yes", "no", "back", "again", "help", "stop", "out", "mine")  # what commands and options are called

_TYPES = ("text", "integer", "date", "bool", "image[1..3]", "image[2..4]")
_VALUES = ("= (v or 0) + 1", "= v", "= msg.text", "= w", "= visits", "literal", "12", "true", "= today()", "= [1, v]")
_CONDITIONS = ("v", "not v", "visits > 2", "visits < 3", "v == 1", "contact.seen", "not contact.seen", "bucket('x', 2) == 0")
_TEXTS = ("Hello.", "{{ v }}", "{{ contact.name or 'you' }} {{ w or '' }}", "{{ answer or '-' }}", "{{ visits }}")
_ENDS = ("other.c", "missing", "end", "fail no", "fail failed", "quit", "again", "back", "back")
_CRASH = "1 / nothing"
_VERBS = ("say", "data", "call", "branch", "wait", "handoff", *("run",) * 2, *("ask", "options") * 3)
_LIST = "= [v, 'yes', 3] + [1, 2, 3, 4, 5, 6, 7, 8, 9]"
_WAITS = ("1h", {"event": "paid"}, {"event": ["paid", "other"], "latest": "true"}, {"until": "now() + hours(1)"})


class Author:
    """Writes by chance. One in *odd* values cannot be worked out."""

    def __init__(self, chance: Random, odd: int) -> None:
        self.chance = chance
        self.odd = odd

    def some(self, share: float) -> bool:
        return self.chance.random() < share

    def crash(self) -> bool:
        return self.some(1 / self.odd)

    def text(self) -> str:
        return "{{ " + _CRASH + " }}" if self.crash() else self.chance.choice(_TEXTS)

    def condition(self) -> str:
        return _CRASH if self.crash() else self.chance.choice(_CONDITIONS)

    def name(self) -> str:
        return self.chance.choice(("v", "v", "w", "contact.seen"))

    def sets(self) -> dict[str, str]:
        return {self.name(): "= " + _CRASH if self.crash() else self.chance.choice(_VALUES) for _ in range(self.chance.randint(1, 2))}

    def target(self) -> str:
        if self.some(0.65):
            return self.chance.choice(STEPS[:4])
        return self.chance.choice(FLOWS if self.some(0.3) else _ENDS)

    def keys(self, found: dict[str, Any], **more: tuple[float, Callable[[], Any]]) -> dict[str, Any]:
        """*found* with some of *more*: how often, and what makes its value."""
        for key, (share, make) in more.items():
            if self.some(share):
                found[key.rstrip("_")] = make()
        return found

    def outcome(self, depth: int = 1, **more: Any) -> dict[str, Any]:
        found = self.keys(more, set=(0.3, self.sets), say=(0.5, self.text))
        if depth and self.some(0.25):
            found["call"] = self.chance.choice(FLOWS)
            self.keys(found, errors=(0.6, lambda: self.errors(depth - 1)))
        elif self.some(0.6):
            found["go"] = self.target()
        return found or {"say": "Well."}

    def errors(self, depth: int = 1) -> dict[str, Any]:
        names = self.chance.sample(("no", "failed", "any", "timeout", "unsent", "SlotTaken"), self.chance.randint(1, 3))
        return {name: self.outcome(depth) for name in names}

    def silence(self) -> Any:
        if self.some(0.15):
            return "off"
        return [self.outcome(after=after) for after in self.chance.sample(("1h", "2h", "3d"), self.chance.randint(1, 3))]

    def commands(self) -> dict[str, Any]:
        return {word: self.outcome(match=[word]) for word in self.chance.sample(WORDS, self.chance.randint(1, 3))}

    def options(self) -> dict[str, Any]:
        found = {}
        for word in self.chance.sample(WORDS, self.chance.randint(1, 5)):
            label = self.chance.choice(("Ja!", f"The {word} one", "2 of us", "{{ v or 'no' }} x"))
            found[word] = self.keys(
                self.outcome(label=label), if_=(0.2, self.condition), value=(0.2, lambda: self.chance.choice(_VALUES))
            )  # fmt: skip
        return found

    def waiting(self, found: dict[str, Any]) -> dict[str, Any]:
        return self.keys(
            found,
            then=(0.3, self.outcome), save=(0.3, self.name), silence=(0.3, self.silence), errors=(0.3, self.errors),
            check=(0.2, lambda: {"if": self.condition(), "else": self.text()}), timeout=(0.3, lambda: self.chance.choice(("30m", "1d"))),
            retry=(0.4, lambda: self.outcome(max=self.chance.randint(1, 3))), gather=(0.1, lambda: "5s"),
            commands=(0.3, lambda: "off" if self.some(0.2) else self.commands()),
            resume=(0.15, lambda: {"after": "90m", "say": "Back?"}), stale=(0.15, lambda: self.chance.choice(("follow", self.outcome()))),
        )  # fmt: skip

    def verb(self) -> dict[str, Any]:
        chance = self.chance
        match chance.choice(_VERBS):
            case "ask":
                asked = {self.name(): chance.choice(_TYPES) for _ in range(chance.randint(1, 2))}
                return self.waiting(self.keys({"ask": asked}, options=(0.5, self.options)))
            case "options":
                return self.waiting({"options": self.options()})
            case "data":
                also = self.keys({"from": _LIST, "label": "{{ item or 'x' }}"}, also=(0.5, self.options))
                return self.waiting({"options": self.keys(also, save=(0.5, lambda: "w"), go=(0.5, self.target))})
            case "run":
                return self.keys({"run": "x.y"}, save=(0.5, self.name), errors=(0.6, self.errors), then=(0.3, self.outcome))
            case "call":
                return self.keys({"call": chance.choice(FLOWS)}, save=(0.3, self.name), errors=(0.6, self.errors), then=(0.3, self.outcome))
            case "branch":
                return {"branch": [self.keys(self.outcome(), if_=(0.8, self.condition)) for _ in range(chance.randint(1, 3))]}
            case "wait":
                wait = chance.choice(_WAITS)
                more = {"errors": (0.5, self.errors), "then": (0.3, self.outcome), "options": (0.4, self.options)}
                return self.keys({"wait": wait}, timeout=(0.4, lambda: "2h"), **more)
            case "handoff":
                return self.keys({"handoff": "desk"}, errors=(0.6, self.errors), then=(0.3, self.outcome))
        return {}

    def step(self) -> dict[str, Any]:
        found = {"say": self.text(), **self.verb()}
        return self.keys(found, if_=(0.15, self.condition), set=(0.3, self.sets), go=(0.15, self.target))

    def flow(self) -> dict[str, Any]:
        header = self.keys(
            {}, commands=(0.4, self.commands), silence=(0.4, self.silence), on_error=(0.5, self.outcome),
            returns=(0.4, lambda: {"v": "integer"}), params=(0.3, lambda: {"w": "date"}),
        )  # fmt: skip
        return {**header, "steps": {name: self.step() for name in STEPS[: self.chance.randint(2, 5)]}}

    def files(self) -> dict[str, Any]:
        settings = {"botkit": "1", "start": "main", "timezone": "Europe/Madrid", "contact": {"seen": "text"}, "queues": {"desk": {}}}
        self.keys(settings, commands=(0.7, self.commands), silence=(0.5, self.silence), on_error=(0.6, self.outcome))
        self.keys(settings, understand=(0.3, lambda: "model.guess"))
        return {"botkit.yaml": settings, **{f"flows/{name}.yaml": self.flow() for name in FLOWS}}


@dataclass(frozen=True)
class Written:
    """A bot, as chance writes it. JSON is YAML; what `check` would say of it does not matter: the engine must stand it."""

    seed: int
    odd: int

    @property
    def bot(self) -> Bot:
        return _read(self.seed, self.odd)


@lru_cache(maxsize=8)
def _read(seed: int, odd: int) -> Bot:
    problems = Problems()
    bot = read_bot({name: json.dumps(content).encode() for name, content in Author(Random(seed), odd).files().items()}, problems)
    assert bot is not None and not problems.errors, list(map(str, problems))
    return bot


bots = st.builds(Written, st.integers(0, 2**32), st.sampled_from((4, 20, 10_000)))
