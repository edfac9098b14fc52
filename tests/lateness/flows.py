"""Small bots made at random of all that takes time, or comes back from somewhere late: no text stands in them twice."""

from __future__ import annotations

import json
from random import Random
from typing import Any

STEPS = ("a", "b", "c", "d")
SPANS = ("20m", "5h", "12h", "20h", "23h", "30h")
Made = dict[str, Any]


class Author:
    """Writes a bot by chance. Nearly all of it can be worked out, so that what goes wrong is what is written to go wrong."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.texts = 0
        self.flow = "main"
        self.flows = ("main", "other", "third")[: self.chance.randint(1, 3)]
        self.steps = {flow: STEPS[: self.chance.randint(2, 4)] for flow in self.flows}

    def maybe(self, odds: float) -> bool:
        return self.chance.random() < odds

    def say(self) -> Any:
        self.texts += 1
        text = f"Text {self.texts}."
        return {"text": text, "closed": "hold"} if self.maybe(0.1) else text

    def target(self) -> str:
        others = [flow for flow in self.flows if flow != self.flow]
        far = [*others, *(f"{flow}.{self.chance.choice(self.steps[flow])}" for flow in others)]
        return self.chance.choice([*self.steps[self.flow] * 3, "end", "again", "quit", "fail gone", "back", *far])

    def outcome(self, depth: int = 0) -> Made:
        made: Made = {"say": self.say()} if self.maybe(0.6) else {}
        kind = self.chance.random()
        if kind < 0.45:
            made["go"] = self.target()
        elif kind < 0.65 and len(self.flows) > 1:
            made["call"] = self.chance.choice([flow for flow in self.flows if flow != self.flow])
            if self.maybe(0.4) and depth < 1:
                made["errors"] = {self.chance.choice(("gone", "any", "failed")): self.outcome(depth + 1)}
        return made or {"say": self.say()}

    def silence(self) -> list[Made]:
        spans = sorted(self.chance.sample(range(len(SPANS)), self.chance.randint(1, 2)))
        return [{"after": SPANS[n], **self.outcome()} for n in spans]

    def timing(self) -> Made:
        made: Made = {}
        if self.maybe(0.3):
            made["timeout"] = self.chance.choice(SPANS)
            if self.maybe(0.8):
                made["errors"] = {self.chance.choice(("timeout", "any")): self.outcome()}
        return made

    def step(self) -> Made:
        made: Made = {}
        if self.maybe(0.15):
            made["if"] = "visits < 3"
        if self.maybe(0.7):
            made["say"] = self.say()
        if self.maybe(0.4):
            made["go"] = self.target()
        if self.maybe(0.1):
            made["commands"] = {"leave": {"match": "leave", **self.outcome()}}
        made.update(self.verb())
        if len(made.keys() & {"ask", "options", "run", "call", "wait", "handoff"}) and self.maybe(0.25):
            made["then"] = self.outcome()
        return made

    def verb(self) -> Made:
        kind = self.chance.randrange(12)
        if kind < 2:
            asked: Made = {"ask": {"x": "integer"}, **self.timing()}
            asked |= {"retry": {"max": 2, "go": self.target()}} if self.maybe(0.3) else {}
            asked |= {"silence": self.silence()} if self.maybe(0.4) else {}
            return asked | ({"gather": "5s"} if self.maybe(0.2) else {})
        if kind < 4:
            options = {id_: {"label": f"Choose {id_}", **self.outcome()} for id_ in ("yes", "no")[: self.chance.randint(1, 2)]}
            stale = {"stale": self.chance.choice(("follow", {"say": self.say(), "go": self.target()}))} if self.maybe(0.15) else {}
            return {"options": options, **self.timing(), **({"silence": self.silence()} if self.maybe(0.4) else {}), **stale}
        if kind < 6:
            beside = {"options": {"off": {"label": "No more", **self.outcome()}}} if self.maybe(0.3) else {}
            until = {"until": self.chance.choice(("now() + hours(20)", "at(today() + days(1), '09:00')", "at(today(), '09:00')"))}
            return {"wait": self.chance.choice((*SPANS, until, {"event": "paid"})), **self.timing(), **beside}
        if kind == 6:
            return {"handoff": self.chance.choice(("desk", "shut", "short")), **self.timing()} | (
                {"errors": {"closed": self.outcome(), "timeout": self.outcome()}} if self.maybe(0.5) else {}
            )
        if kind == 7:
            errors = {name: self.outcome() for name in ("any", "Gone") if self.maybe(0.4)}
            return {"run": "clinic.book", "save": "r", **({"errors": errors} if errors else {})}
        if kind == 8 and len(self.flows) > 1:
            called = self.chance.choice([flow for flow in self.flows if flow != self.flow])
            return {"call": called, **({"errors": {"gone": self.outcome()}} if self.maybe(0.4) else {})}
        if kind == 9:
            return {"branch": [{"if": "visits == 1", **self.outcome()}, self.outcome()]}
        return {}

    def whole(self, flow: str) -> Made:
        self.flow = flow
        made: Made = {"steps": {name: self.step() for name in self.steps[flow]}}
        if self.maybe(0.3):
            made["silence"] = self.silence()
        if self.maybe(0.2):
            made["on_error"] = self.outcome()
        if self.maybe(0.3):
            made["commands"] = {"word": {"match": f"{flow} word", **self.outcome()}}
        if self.maybe(0.25):
            busy = self.chance.choice(("over", "wait", "drop"))
            trigger: Made = {"referral": "ad"} if self.maybe(0.3) else {"event": f"{flow}.happened"}
            made["triggers"] = [{**trigger, "busy": busy}]
        return made

    def files(self) -> dict[str, bytes]:
        """The files of the bot by their path; JSON is YAML."""
        made: Made = {f"flows/{flow}.yaml": self.whole(flow) for flow in self.flows}
        self.flow = ""
        settings: Made = {"botkit": "1", "start": "main", "timezone": "Europe/Madrid"}
        settings["queues"] = {"desk": {}, "short": {"timeout": "5h"}, "shut": {"hours": "Sun 3-4"}}
        if self.maybe(0.4):
            settings["silence"] = [{"after": self.chance.choice(SPANS), **self.bots()}]
        if self.maybe(0.4):
            settings["commands"] = {"help": {"match": "help", **self.bots()}}
        if self.maybe(0.4):
            settings["on_error"] = self.bots()
        made["botkit.yaml"] = settings
        return {file: json.dumps(value).encode() for file, value in made.items()}

    def bots(self) -> Made:
        made: Made = {"say": self.say()} if self.maybe(0.7) else {}
        kind = self.chance.random()
        flow = self.chance.choice(self.flows)
        if kind < 0.3:
            made["call"] = flow
        elif kind < 0.6:
            made["go"] = self.chance.choice(("quit", "again", "back", flow, f"{flow}.{self.chance.choice(self.steps[flow])}"))
        return made or {"say": self.say()}
