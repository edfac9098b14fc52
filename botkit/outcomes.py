"""What happens next: set variables, say something, then go somewhere or call a flow, in that order, each optional."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botkit.model import Closed
from botkit.replies import Given, Reading, Reply
from botkit.shapes import NAME, SWITCH, Either, GivenValue, Key, Keys, ListOf, Made, MapOf, Plain, Says, one_of
from botkit.source import Node, Scalar

END = "end"  # the state in which a flow has ended
RESERVED = frozenset({"end", "fail", "quit", "again", "back"})


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Where `go` leads. *word* is end, quit, again, back, fail, or "" for a name: a step, a flow, or flow.step."""

    node: Scalar
    word: str = ""
    name: str = ""  # of the step or flow; for fail: the outcome

    @property
    def text(self) -> str:
        return self.node.text


@dataclass(frozen=True, slots=True, eq=False)
class Assign:
    """*name* is a variable of the flow, or with *contact* an attribute."""

    key: Scalar
    name: str
    contact: bool
    value: Given


@dataclass(frozen=True, slots=True, eq=False)
class TemplateUse:
    node: Scalar
    values: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Say:
    """One message as the author wrote it. The step's options go with the last one that has a text."""

    node: Node
    text: Reply | None = None
    template: TemplateUse | None = None
    closed: Closed | None = None
    preview: bool = False
    header: Reply | None = None
    footer: Reply | None = None
    button: Reply | None = None  # what opens a list


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    node: Node | None = None
    set: tuple[Assign, ...] = ()
    say: tuple[Say, ...] = ()
    go: Target | None = None


NOTHING = Outcome()


def _target(node: Scalar, _: Node, reading: Reading) -> Target | None:
    text = node.text.strip()
    words = text.split()
    if text in ("end", "quit", "again"):
        return Target(node, text)
    if text == "back" or words[:1] == ["fail"]:
        reading.report("not-yet", node, f'this version of botkit does not know "go: {words[0]}" yet', "go to a step, end, quit or again")
        return None
    parts = text.split(".")
    if len(parts) > 2 or not all(NAME.match(part) for part in parts):
        reading.report("bad-target", node, f'"{text[:60]}" is no place to go to', "write the name of a step, or end, quit or again")
        return None
    return Target(node, "", text)


TARGET = Made(Plain("the name of a step"), _target)


def _template(found: dict[str, Any], node: Node, _: Reading) -> TemplateUse | None:
    return TemplateUse(found["name"], tuple(found.get("with", ()))) if "name" in found else None


_TEMPLATE_KEYS = Keys(
    "the use of a template",
    {
        "name": Key(Plain(), "name of a file of templates/", required=True),
        "with": Key(ListOf(GivenValue(), "a list of values"), "a value for each {{n}} of its body"),
    },
    lone="name",
)
TEMPLATE_USE = Made(_TEMPLATE_KEYS, _template)


def _say(found: dict[str, Any], node: Node, reading: Reading) -> Say | None:
    fields = {key: value for key, value in found.items() if key}
    if "text" not in fields and "template" not in fields:
        reading.report("empty-say", node, "this message says nothing", "give it a text or a template")
        return None
    return Say(node, **fields)


MESSAGE_KEYS = Keys(
    "a message",
    {
        "text": Key(Says(), "what is said"),
        "template": Key(TEMPLATE_USE, "goes out instead when the 24-hour window is closed"),
        "closed": Key(one_of("hold", "drop", "fail"), "what to do when the window is closed and there is no template"),
        "preview": Key(SWITCH, "show a preview of the first link"),
        "header": Key(Says(), "a line above options"),
        "footer": Key(Says(), "a small line below options"),
        "button": Key(Says(), "what opens the list of options"),
    },
    lone="text",
    later=frozenset("image video audio document sticker caption filename location contacts url request form react products each as file reply merge".split()),
)
MESSAGE = Made(MESSAGE_KEYS, _say)
SAY = Made(
    Either("a text, a message, or a list of them", MESSAGE, ListOf(MESSAGE), MESSAGE),
    lambda value, _node, _reading: tuple(value) if isinstance(value, list) else (value,),
)


def _sets(pairs: list[tuple[Scalar, Given]], _node: Node, reading: Reading) -> tuple[Assign, ...]:
    assigns = []
    for key, value in pairs:
        name = key.text.removeprefix("contact.")
        if name == key.text and name in GIVEN_NAMES:
            reading.report("reserved-name", key, f'"{name}" is given by botkit and cannot be set', f'choose another name, for example "my_{name}"')
            continue
        assigns.append(Assign(key, name, name != key.text, value))
    return tuple(assigns)


# Names that expressions find filled: no variable may hide them.
GIVEN_NAMES = frozenset({"contact", "msg", "visits", "answer", "channel", "data", "secrets", "event", "item", "loop"})
SETS = Made(MapOf(GivenValue(), "variables with values"), _sets)

OUTCOME_TABLE = {
    "set": Key(SETS, "variables to assign"),
    "say": Key(SAY, "what to say"),
    "go": Key(TARGET, "where next"),
}
OUTCOME_LATER = frozenset({"call", "with", "save", "errors"})


def outcome_of(found: dict[str, Any]) -> Outcome:
    return Outcome(found.get(""), found.get("set", ()), found.get("say", ()), found.get("go"))


def outcome_keys(owner: str, lone: str | None = None, more: dict[str, Key] | None = None) -> Keys:
    """The keys of an outcome, and *more* before them."""
    return Keys(owner, {**(more or {}), **OUTCOME_TABLE}, lone=lone, later=OUTCOME_LATER)


OUTCOME = Made(outcome_keys("an outcome"), lambda found, _node, _reading: outcome_of(found))
