"""What happens next: set variables, say something, then go somewhere or call a flow, in that order, each optional."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from botkit.replies import Given, Nested, Reading
from botkit.says import SAY, Say
from botkit.shapes import NAME, GivenValue, Key, Keys, Made, MapOf, NestedValue, Plain, Shape
from botkit.source import Node, Scalar

END = "end"  # the state in which a flow has ended
RESERVED = frozenset({"end", "fail", "quit", "again", "back"})

# Names that expressions find filled: no variable may hide them.
GIVEN_NAMES = frozenset({"contact", "msg", "visits", "answer", "channel", "data", "secrets", "event", "item", "loop"})


class Target(Struct, frozen=True, eq=False):
    """Where `go` leads. *word* is end, quit, again, back, fail, or "" for a name: a step, a flow, or flow.step."""

    node: Scalar
    word: str = ""
    name: str = ""  # of the step or flow; for fail: the outcome

    @property
    def text(self) -> str:
        return self.node.text


class Assign(Struct, frozen=True, eq=False):
    """*name* is a variable of the flow, or with *contact* an attribute."""

    key: Scalar
    name: str
    contact: bool
    value: Given


Arguments = tuple[tuple[Scalar, Given | Nested], ...]  # what stands under `with`


class Save(Struct, frozen=True, eq=False):
    """The variable that takes a result, or with *contact* an attribute."""

    node: Scalar
    name: str
    contact: bool = False


class Outcome(Struct, frozen=True, eq=False):
    """*key* names it over all flows, so that a frame that it called can find it again."""

    node: Node | None = None
    set: tuple[Assign, ...] = ()
    say: tuple[Say, ...] = ()
    go: Target | None = None
    call: Scalar | None = None  # a flow that is called and comes back
    arguments: Arguments = ()
    save: Save | None = None
    errors: Mapping[str, Outcome] = field(default_factory=dict)  # by outcome of the called flow
    key: str = ""

    @property
    def empty(self) -> bool:
        return not (self.set or self.say or self.go or self.call)

    def within(self) -> Iterator[Outcome]:
        """This one, and those for what its call may end with."""
        yield self
        for outcome in self.errors.values():
            yield from outcome.within()


NOTHING = Outcome()


class Lazy(Struct, frozen=True):
    """A shape that is named before it is made: outcomes hold outcomes."""

    what: str
    make: Callable[[], Shape]

    def read(self, node: Node, reading: Reading) -> Any:
        return self.make().read(node, reading)


def _target(node: Scalar, _: Node, reading: Reading) -> Target | None:
    text = node.text.strip()
    words = text.split()
    if text in ("end", "quit", "again", "back"):
        return Target(node, text)
    if words[:1] == ["fail"]:
        if len(words) == 2 and NAME.match(words[1]):
            return Target(node, "fail", words[1])
        reading.report("bad-target", node, '"fail" needs the name of an outcome', "go: fail cancelled")
        return None
    parts = text.split(".")
    if len(parts) > 2 or not all(NAME.match(part) for part in parts):
        reading.report("bad-target", node, f'"{text[:60]}" is no place to go to', "write the name of a step, or end, quit, again or back")
        return None
    return Target(node, "", text)


TARGET = Made(Plain("the name of a step", names="target"), _target)


def _sets(pairs: list[tuple[Scalar, Given]], _node: Node, reading: Reading) -> tuple[Assign, ...]:
    assigns = []
    for key, value in pairs:
        name = variable_name(key, reading)
        if name is not None:
            assigns.append(Assign(key, name, key.text.startswith("contact."), value))
    return tuple(assigns)


def variable_name(key: Scalar, reading: Reading) -> str | None:
    """The name that *key* gives a variable, without "contact."; None when it has reported why it cannot have it."""
    name = key.text.strip()
    inner = name.removeprefix("contact.")
    if not NAME.match(inner):
        reading.report("bad-name", key, f'"{name[:60]}" cannot be a name', "use letters, digits and _, and begin with a letter")
        return None
    if inner == name and name in GIVEN_NAMES:
        reading.report(
            "reserved-name", key, f'"{name}" is given by botkit and cannot be set', f'choose another name, for example "my_{name}"'
        )
        return None
    return inner


def _save(node: Scalar, _: Node, reading: Reading) -> Save | None:
    name = variable_name(node, reading)
    return None if name is None else Save(node, name, node.text.strip().startswith("contact."))


SETS = Made(MapOf(GivenValue(), "variables with values", sample="= {name}"), _sets)
SAVE = Made(Plain("the name of a variable", names="variable"), _save)
WITH = Made(MapOf(NestedValue(), "names with values", sample="= {name}"), lambda pairs, _node, _reading: tuple(pairs))
ERRORS = Made(MapOf(Lazy("an outcome", lambda: OUTCOME), "outcomes by error"), lambda pairs, _node, _reading: _by_name(pairs))


def _by_name(pairs: list[tuple[Scalar, Outcome]]) -> dict[str, Outcome]:
    return {key.text: outcome for key, outcome in pairs}


OUTCOME_TABLE = {
    "set": Key(SETS, "variables to assign"),
    "say": Key(SAY, "what to say"),
    "go": Key(TARGET, "where next"),
    "call": Key(Plain("the name of a flow", names="flow"), "a flow that comes back here"),
    "with": Key(WITH, "values for the params of the flow"),
    "save": Key(SAVE, "the variable that takes what the called flow returned"),
    "errors": Key(ERRORS, "outcomes of the called flow other than done"),
}


def outcome_of(found: dict[str, Any], reading: Reading) -> Outcome:
    node: Node | None = found.get("")
    if "call" in found and "go" in found:
        reading.report("go-and-call", found["go"].node, "an outcome either goes or calls, not both", "delete one of them")
    for name in ("save", "errors"):
        if name in found and "call" not in found and node is not None:
            reading.report("unused-key", _key(node, name), f'"{name}" does nothing without "call"', "delete it, or add call: a flow")
    if "with" in found and "call" not in found and ("go" not in found or found["go"].word) and node is not None:
        reading.report(
            "unused-key", _key(node, "with"), '"with" does nothing without a flow to give it to', "delete it, or add call: a flow"
        )
    return Outcome(
        node,
        found.get("set", ()),
        found.get("say", ()),
        found.get("go"),
        found.get("call"),
        found.get("with", ()),
        found.get("save"),
        found.get("errors", {}),
        ".".join(reading.path),
    )


def _key(node: Node, name: str) -> Node:
    key = getattr(node, "key", None)
    return (key(name) if key is not None else None) or node


def outcome_keys(owner: str, lone: str | None = None, more: dict[str, Key] | None = None, without: frozenset[str] = frozenset()) -> Keys:
    """The keys of an outcome, with *more* before them and *without* some."""
    table = {**(more or {}), **{name: key for name, key in OUTCOME_TABLE.items() if name not in without}}
    return Keys(owner, table, lone=lone)


OUTCOME: Shape = Made(outcome_keys("an outcome"), lambda found, _node, reading: outcome_of(found, reading))
