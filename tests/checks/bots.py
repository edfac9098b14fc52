"""Bots that nobody would write: made at random of the words of the language, with all that can be wrong with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "c", "d")
VARIABLES = ("x", "y", "z")
WRITTEN = ("x", "contact.city", "contact.age", "y")
WORDS = ("yes", "no", "stop", "help", "more", "Yes!")
FORMULAS = ("x", "y", "not x", "x == 'yes'", "contact.age", "contact.nothing", "x.street", "answer", "visits > 2", "item.id", "today()")
TEXTS = ("Hello.", "{{ x }}!", "{{ contact.name }} and {{ y }}", "Which?", "= x", "much " * 300)
SPANS = ("1s", "30m", "2h", "24h", "3d")
TARGETS = (*NAMES, "end", "quit", "again", "back", "fail gone", "other", "third", "main.b", "other.a")
MISTAKEN = ("fail any", "nowhere", "other.nowhere")
TYPES = ("text", "integer", "date", "location", "choice(yes, no)")
SETTINGS: dict[str, Any] = {"botkit": "1", "start": "main", "timezone": "Europe/Madrid", "contact": {"city": "text", "age": "integer"}}
TEMPLATE = {"category": "utility", "language": "en", "body": "News for you: {{1}}.", "example": ["V7"], "buttons": {"yes": "Yes"}}

Made = dict[str, Any]


class Author:
    """Writes a bot, by chance. A *careful* one names only steps and flows that there are, and skips no question."""

    def __init__(self, chance: Random, careful: bool = False) -> None:
        self.chance = chance
        self.careful = careful
        self.inside = True  # of a flow

    def one(self, *of: Any) -> Any:
        return self.chance.choice(of)

    def maybe(self, odds: float = 0.3) -> bool:
        return self.chance.random() < odds

    def many(self, make: Callable[[], Any], least: int, most: int) -> list[Any]:
        return [make() for _ in range(self.chance.randint(least, most))]

    def named(self, names: tuple[str, ...], make: Callable[[], Any], least: int = 1) -> Made:
        return {self.one(*names): make() for _ in range(self.chance.randint(least, 3))}

    def some(self, **makers: Callable[[], Any]) -> Made:
        """Some of these keys."""
        return {key.rstrip("_"): make() for key, make in makers.items() if self.maybe()}

    # ---- the pieces

    def text(self) -> str:
        return str(self.one(*TEXTS))

    def formula(self) -> str:
        return str(self.one(*FORMULAS))

    def value(self) -> str:
        return str(self.one("yes", "4", "true", "2026-06-24", f"= {self.formula()}"))

    def target(self) -> str:
        if not self.careful:
            return str(self.one(*TARGETS, *MISTAKEN))
        return str(self.one(*(TARGETS if self.inside else ("quit", "again", "back", "other", "main.b", "other.a"))))

    def say(self) -> Any:
        match self.chance.randrange(5):
            case 0:
                template = self.one("news", "nws", {"name": "news", "with": ["V7"]})
                more = self.some(template=lambda: template, closed=lambda: "hold", footer=self.text, header=self.text)
                return {"text": self.text(), **more}
            case 1:
                return self.many(self.text, 1, 2)
            case 2:
                return {"each": "= x", "as": "one", "text": "{{ one.id }}"}
        return self.text()

    def given(self) -> Made:
        return self.named(VARIABLES, self.value)

    def outcome(self, depth: int = 0) -> Made:
        if depth < 2 and self.maybe(0.2):
            called = self.some(
                say=self.say, with_=self.given, save=lambda: self.one(*VARIABLES), errors=lambda: self.errors(depth + 1)
            )  # fmt: skip
            return {"call": self.one("other", "third", "main", *(() if self.careful else ("missing",))), **called}
        return self.some(set=lambda: self.named(WRITTEN, self.value), say=self.say, go=self.target)

    def errors(self, depth: int = 0) -> Made:
        return self.named(("timeout", "any", "gone", "unsent", "closed"), lambda: self.outcome(depth))

    def silence(self) -> Any:
        return self.many(lambda: {"after": self.one(*SPANS), **self.outcome()}, 1, 3)

    def commands(self) -> Made:
        return self.named(("one", "two"), lambda: {"match": self.many(lambda: self.one(*WORDS), 1, 2), **self.outcome()}, least=0)

    def option(self) -> Any:
        if self.maybe():
            return self.text()
        words = lambda: self.many(lambda: self.one(*WORDS), 1, 2)  # noqa: E731
        more = self.some(if_=self.formula, match=words, value=self.value, description=self.text, group=self.text)
        return {"label": self.text(), **{key: value for key, value in self.outcome().items() if key != "save"}, **more}

    def options(self) -> Made:
        return self.named((*NAMES, "yes", "no", "1"), self.option)

    def computed(self) -> Made:
        more = self.some(save=lambda: self.one(*VARIABLES), go=self.target, also=self.options, if_=lambda: "item.free")
        return {"from": "= x", "label": "= item.id", **more}

    def step(self) -> Made:
        common = self.some(
            if_=self.formula, set=lambda: self.named(WRITTEN, self.value), say=self.say, go=self.target,
            commands=lambda: self.one("off", self.commands()),
        )  # fmt: skip
        waiting = self.some(
            retry=lambda: self.some(max=lambda: self.one("1", "3"), say=self.say, go=self.target),
            silence=self.silence, timeout=lambda: self.one(*SPANS), errors=self.errors, save=lambda: self.one(*VARIABLES),
            check=lambda: self.many(lambda: {"if": self.formula(), "else": self.text()}, 1, 2), then=self.outcome,
        )  # fmt: skip
        calling = self.some(with_=self.given, save=lambda: self.one(*VARIABLES), errors=self.errors, then=self.outcome)
        wait = self.one(self.one(*SPANS), {"event": "paid"}, {"until": "= now() + hours(2)"})
        kind = self.chance.randrange(8)
        if self.careful and kind in (0, 1, 5, 6):
            common.pop("if", None)
        match kind:
            case 0:
                return {"ask": self.named(WRITTEN, lambda: self.one(*TYPES)), **common, **waiting, **self.some(options=self.options)}
            case 1:
                return {"options": self.one(self.options(), self.computed()), **common, **waiting}
            case 2:
                return {"run": self.one("clinic.book", "clinic.bok"), **common, **calling}
            case 3:
                return {"call": self.one("other", "third", "main"), **common, **calling}
            case 4:
                return {"branch": self.many(lambda: {**self.some(if_=self.formula), **self.outcome()}, 1, 3), **common}
            case 5:
                beside = self.some(options=self.options, errors=self.errors, timeout=lambda: self.one(*SPANS))
                return {"wait": wait, **common, **beside}
            case 6:
                return {"handoff": "desk", **common, **self.some(errors=self.errors, timeout=lambda: self.one(*SPANS))}
        return {"say": self.say(), **common}

    def flow(self) -> Made:
        types = lambda: self.named(VARIABLES, lambda: self.one("text", "integer", "date", "record"))  # noqa: E731
        head = self.some(
            triggers=lambda: self.many(lambda: self.one(*WORDS), 1, 2), params=types, returns=types, silence=self.silence,
            commands=self.commands, on_error=self.outcome,
        )  # fmt: skip
        return {**head, "steps": {name: self.step() for name in NAMES[: 4 if self.careful else self.chance.randint(1, 4)]}}

    def files(self) -> dict[str, bytes]:
        """The files of a bot by their path; JSON is YAML."""
        queues = {"desk": self.some(timeout=lambda: "2h", hours=lambda: "Mon-Fri 9-17")}
        self.inside = False
        more = self.some(commands=self.commands, silence=self.silence, on_error=self.outcome, queues=lambda: queues)
        self.inside = True
        made: Made = {"botkit.yaml": {**SETTINGS, **more}, "templates/news.yaml": TEMPLATE, "flows/main.yaml": self.flow()}
        made.update({f"flows/{name}.yaml": self.flow() for name in ("other", "third") if self.careful or self.maybe(0.6)})
        return {file: json.dumps(value, ensure_ascii=False).encode() for file, value in made.items()}


# By a number, which tells the bot again: such a bot has far more choices in it than could be made smaller one by one.
bots = st.integers(0, 2**32).map(lambda number: Author(Random(number)).files())
careful_bots = st.integers(0, 2**32).map(lambda number: Author(Random(number), careful=True).files())
