"""A step of a flow: the keys that every kind of step has, and the verb that makes it what it is."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from botkit.commands import STEP_COMMANDS, Command
from botkit.outcomes import NOTHING, OUTCOME, RESERVED, SETS, TARGET, Arguments, Assign, Outcome
from botkit.problems import nearest
from botkit.replies import Formula, Reading
from botkit.says import SAY, Say
from botkit.shapes import Expr, Key, Keys
from botkit.source import Mapping, Node, Scalar
from botkit.steps.ask import Ask
from botkit.steps.base import Verb
from botkit.steps.branch import Branch
from botkit.steps.call import Call
from botkit.steps.handoff import Handoff
from botkit.steps.run import Run
from botkit.steps.wait import Wait

KINDS: dict[str, type[Verb]] = {kind.word: kind for kind in (Ask, Run, Call, Branch, Handoff, Wait)}

_COMMON = {
    "if": Key(Expr(), "false: the step is skipped"),
    "set": Key(SETS, "variables to assign"),
    "say": Key(SAY, "a text, a message, or a list of messages"),
    "then": Key(OUTCOME, "the outcome when the verb has succeeded"),
    "go": Key(TARGET, "where next; the next step in the file if left out"),
    "commands": Key(STEP_COMMANDS, "off, or commands of this step that go before the bot's"),
}


def _table() -> dict[str, Key]:
    table = dict(_COMMON)
    for kind in KINDS.values():
        for name, key in kind.keys.items():
            table.setdefault(name, key)
    return table


_TABLE = _table()
STEP = Keys("a step", _TABLE)


class Step(Struct, frozen=True, eq=False):
    """One step. *following* is the step after it in the file, or END; *onward* is where it leads when all is done."""

    key: Scalar
    flow: str
    following: str
    condition: Formula | None = None
    set: tuple[Assign, ...] = ()
    say: tuple[Say, ...] = ()
    verb: Verb | None = None
    then: Outcome = NOTHING
    onward: Outcome = field(default_factory=Outcome)
    commands: tuple[Command, ...] = ()
    deaf: bool = False  # `commands: off`: only the opt-out is understood
    fingerprint: str = ""

    @property
    def name(self) -> str:
        return self.key.text

    @property
    def path(self) -> str:
        return f"{self.flow}.{self.key.text}"

    @property
    def ask(self) -> Ask | None:
        """How it understands the contact while it waits; None: it does not listen."""
        return self.verb if isinstance(self.verb, Ask) else self.verb.ask if isinstance(self.verb, Wait) else None

    @property
    def waits(self) -> bool:
        return self.verb is not None and self.verb.waits


def read_step(key: Scalar, node: Node, flow: str, following: str, reading: Reading) -> Step | None:
    """The step *key* of a flow; None when it cannot be read at all (then the problems say why)."""
    if key.text in RESERVED:
        reading.report("reserved-name", key, f'"{key.text}" has a meaning of its own and cannot name a step', f'call it "{key.text}_step"')
        return None
    found = STEP.read(node, reading)
    if found is None:
        return None
    verb = _verb(found, node, reading)
    arguments: Arguments = found.get("with", ()) if verb is None else ()
    onward = Outcome(node, go=found.get("go"), arguments=arguments, key=".".join((*reading.path, "go")))
    commands = found.get("commands", ())
    return Step(
        key,
        flow,
        following,
        found.get("if"),
        found.get("set", ()),
        found.get("say", ()),
        verb,
        found.get("then", NOTHING),
        onward,
        () if isinstance(commands, str) else commands,
        commands == "off",
        verb.fingerprint() if verb is not None else "",
    )


def _verb(found: dict[str, Any], node: Node, reading: Reading) -> Verb | None:
    begun = {word: kind for kind in KINDS.values() for word in kind.begins if _key(node, word) is not None}
    if "wait" in begun and "ask" not in begun:
        begun.pop("options", None)  # options may stand beside a wait
    kinds = list(dict.fromkeys(begun.values()))
    if len(kinds) > 1:
        words = [next(w for w, kind in begun.items() if kind is one) for one in kinds]
        second = _key(node, words[1])
        told = f'this step has "{words[0]}" and "{words[1]}"; a step does one thing'
        reading.report("two-verbs", second, told, f'move "{words[1]}" to a step of its own')
        return None
    kind = kinds[0] if kinds else None
    if kind is None and _misspelt(node):
        return None  # what the other keys belong to is not known
    known = {*_COMMON, *(kind.keys if kind is not None else ()), *(("with",) if "go" in found and kind is None else ())}
    for name in found:
        if name and name not in known:
            owners = [word for one in KINDS.values() if name in one.keys for word in one.begins]
            key = _key(node, name)
            listed = " or ".join(filter(None, (", ".join(owners[:-1]), owners[-1])))
            hint = f"delete it, or add {listed}"
            if kind is not None and (near := nearest(name, kind.keys)) and near not in found:
                hint = f'did you mean "{near}"?'
            reading.report("unused-key", key, f'"{name}" does nothing in this step: it has no {listed}', hint)
    if "then" in found and kind is None:
        reading.report("unused-key", _key(node, "then"), '"then" does nothing in a step that does not wait', "write its keys into the step")
    return kind.of(found, node, reading) if kind is not None else None


def _misspelt(node: Node) -> bool:
    """Whether a key that is not known is near the first word of some verb."""
    words = [word for one in KINDS.values() for word in one.begins]
    return isinstance(node, Mapping) and any(key.text not in _TABLE and nearest(key.text, words) for key, _ in node)


def _key(node: Node, name: str) -> Node | None:
    look = getattr(node, "key", None)
    return look(name) if look is not None else None
