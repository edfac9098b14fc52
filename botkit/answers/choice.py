"""choice(a, b): one of the words in brackets, compared without case, accents and punctuation."""

from __future__ import annotations

from typing import ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.expressions import Fault
from botkit.matching import normal
from botkit.wire import Value


class Choice(Answer, frozen=True):
    choices: tuple[str, ...] = ()
    kind: ClassVar[str] = "text"

    @classmethod
    def of(cls, word: str, argument: str | None) -> Answer | Fault:
        choices = tuple(part.strip().strip("'\"") for part in (argument or "").split(","))
        if not all(choices):
            return Fault("type", 0, len(word), "a choice names its words", "choice(small, large)")
        forms = [normal(one) for one in choices]
        for number, form in enumerate(forms):
            if form in forms[:number]:
                again = choices[number]
                return Fault("type", word.rindex(again), len(again), f'"{again}" stands twice in this choice')
        return cls(word, choices)

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        return self.normal(text)

    def normal(self, value: Value) -> Value | Rejected:
        if isinstance(value, str):
            form = normal(value)
            for one in self.choices:
                if normal(one) == form:
                    return one
        return Rejected(f"none of {', '.join(self.choices)}")
