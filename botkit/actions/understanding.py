"""The bot's own hook: a function marked by `understand`, which is told all that a message could mean and names one of it.

    from botkit import Heard, understand

    @understand
    async def guess(ctx, heard: Heard):
        ...
        return {"option": "book"}

It gives `{"option": id}`, `{"slot": name, "value": …}`, `{"command": name}` or `{"flow": name}`, one of those that it was told; or None.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import FunctionType, ModuleType

from botkit.actions.annotations import wanted
from botkit.actions.functions import Action, F, Unfit, read_function
from botkit.actions.gathered import Field, Record

_MARK = "__botkit_understand__"


# Dataclasses, as authors know them: `dataclasses.asdict(heard)` is what a model can be told.
@dataclass(frozen=True, slots=True)
class Option:
    """An option of the question, as the contact sees it."""

    id: str
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A variable that the question asks for. *choices*: nothing else will do; []: anything of its type."""

    name: str  # day, contact.city
    type: str  # as the flow writes it: date, choice(small, large)
    choices: list[str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A command, or a flow, with the words that the bot understands it by."""

    name: str
    words: list[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that nothing has understood, and all that it could mean. *flows* are there only while none is running."""

    text: str
    language: str  # that the bot speaks with the contact
    question: str  # that was asked; "": none was
    options: list[Option]
    slots: list[Slot]
    commands: list[Phrase]
    flows: list[Phrase]


_TAKES = Record(dict, lambda _: (Field("heard", wanted(Heard)),))


def understand(function: F, /) -> F:
    """Mark a function, `async def` or `def`, as the one that botkit.yaml may name under `understand`. It stays what it is."""
    if not isinstance(function, FunctionType):
        raise TypeError(f"@understand stands over a function, not over {type(function).__name__}")
    setattr(function, _MARK, True)
    return function


def hooks(module_name: str, module: ModuleType, unfit: list[Unfit]) -> dict[str, Action]:
    """The marked functions of a file of actions/ by name: "model.guess". One that cannot be called is added to *unfit*."""
    found = {}
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and hasattr(value, _MARK) and value.__module__ == module.__name__:
            try:
                found[f"{module_name}.{name}"] = read_function(f"{module_name}.{name}", value, (), _TAKES)
            except Unfit as error:
                unfit.append(error)
    return found
