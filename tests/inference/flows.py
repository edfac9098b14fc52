"""Bots made at random in which every value is of the type that its variable has, and nothing that is worked out can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.checks.bots import NAMES, VARIABLES, WRITTEN, Author, Made

TYPES = {"x": "text", "y": "integer", "z": "date", "contact.city": "text", "contact.age": "integer"}
VALUES = {
    "text": ("yes", "no", "= x", "= contact.city", "= none", "= x or 'no'", "= 'a' if y else x"),
    "integer": ("4", "= y", "= contact.age", "= none", "= y or 2", "= visits"),
    "date": ("2026-06-24", "= z", "= none", "= today()"),
}
FORMULAS = (
    "x", "y", "z", "not x", "x == 'yes'", "x is none", "y is not none and y > 2", "not (x and y)", "x or contact.age", "contact.city",
    "not contact.age", "z is not none or y is none", "x in ['yes', 'no']", "visits > 2", "(x | length) > 1 if x else y",
)  # fmt: skip


class Typist(Author):
    def formula(self) -> str:
        return str(self.one(*FORMULAS))

    def text(self) -> str:
        return str(self.one("Hello.", "Which?", "More."))

    def say(self) -> Any:
        return self.text()

    def options(self) -> Made:
        return self.named((*NAMES, "yes", "no"), self.option)

    def computed(self) -> Made:
        return self.options()

    def named(self, names: tuple[str, ...], make: Callable[[], Any], least: int = 1) -> Made:
        if names not in (VARIABLES, WRITTEN):
            return super().named(names, make, least)
        chosen = {self.one(*names) for _ in range(self.chance.randint(least, 3))}
        return {name: self.one(*VALUES[TYPES[name]]) if make == self.value else TYPES[name] for name in sorted(chosen)}

    def step(self) -> Made:
        made: Made = _kept(super().step())
        if "options" in made and "save" in made:
            made["save"] = "chosen"
        elif "ask" in made:
            made.pop("save", None)  # only options are saved
        if "ask" in made:  # a text takes every text: what stands behind it is never filled
            texts = [name for name, type_ in made["ask"].items() if type_ == "text"]
            others = {name: type_ for name, type_ in made["ask"].items() if type_ != "text"}
            made["ask"] = {**others, **dict.fromkeys(texts[:1], "text")}
        return made

    def outcome(self, depth: int = 0) -> Made:
        return _kept(super().outcome(depth))

    def flow(self) -> Made:
        made = super().flow()
        made.pop("params", None)  # that they are given is a check of its own
        return {**made, "returns": {name: TYPES[name] for name in VARIABLES}}


def _kept(made: Made) -> Made:
    """What comes back from actions and flows has a name of its own, and flows take nothing."""
    return {key: "kept" if key == "save" else value for key, value in made.items() if key != "with"}


typed_bots = st.integers(0, 2**32).map(lambda number: Typist(Random(number), careful=True).files())
