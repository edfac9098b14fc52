"""Types of the names that a flow knows, where this or that may have filled its variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botkit.checks.holdings import Fillings, State, either
from botkit.checks.known import type_of
from botkit.checks.values import never_fits
from botkit.flow import Flow
from botkit.inference import ANY, NO_FACTS, TEXT, Facts, Finding, Inference, Type, declared, facts, of_value, plain, record_of, through
from botkit.outcomes import Assign, Save
from botkit.replies import Formula, Given

if TYPE_CHECKING:
    from botkit.checks.survey import Survey
    from botkit.expressions import Text

Bound = Mapping[str, Type]
NOBODY: Bound = {}

_CERTAIN = ("language", "name", "opted_out", "phone", "wa_id")  # attributes that every contact has
_CLEARED = "it may have been emptied before"
MESSAGE = Type(
    frozenset({"any"}), fields={"text": TEXT, "type": TEXT, "id": TEXT, "at": plain("datetime"), "forwarded": plain("bool")}
)
EVENT = Type(frozenset({"any"}), fields={"name": TEXT})


def read_attributes(find: Survey) -> tuple[str, ...]:
    """The attributes of contacts that this bot speaks of and that may be empty."""
    from botkit.checks.uses import uses

    read = {use.name.path[0] for use in find.once(uses) if use.name.name == "contact" and use.name.path}
    return tuple(sorted(name for name in find.bot.attributes if name in read and name not in _CERTAIN))


def data_types(find: Survey) -> Type:
    return record_of({name: of_value(value) for name, value in find.bot.data.items()})


class Typed:
    """What expressions of one flow, or of botkit.yaml, give."""

    def __init__(self, find: Survey, flow: Flow | None) -> None:
        self.find = find
        self.flow = flow
        self.fillings = Fillings()
        self.lost = find.lost(flow) if flow is not None else frozenset[str]()
        self.cleared = self.fillings.of("cleared", none=True, why=_CLEARED).bit
        self.attributes = find.once(read_attributes)
        # Made in the same order for every flow, so that the bits of attributes mean the same in all of them.
        self.filled = {f"contact.{name}": self.fillings.value(name, self._attribute(name)) for name in self.attributes}
        self._certain = {name: plain("bool" if name == "opted_out" else "text") for name in _CERTAIN}
        self._whole = frozenset(find.bot.attributes) - set(self.attributes)
        self.at: dict[int, State] = {}  # what holds at a part of the flow, by the part
        self._memory: dict[tuple[object, ...], tuple[Type, Facts]] = {}

    def _attribute(self, name: str) -> Type:
        return declared(type_of(self.find.bot.attributes[name]))

    def anyone(self) -> dict[str, int]:
        """Masks of the attributes of a contact of whom nothing is known."""
        return {key: bit | self.fillings.nothing for key, bit in self.filled.items()}

    def names(self, state: State) -> Callable[[str], Type]:
        masks, fillings, lost = state.masks, self.fillings, self.lost

        def name(name: str) -> Type:
            mask = masks.get(name)
            if mask is not None:
                return fillings.type(mask) if name not in lost else ANY
            match name:
                case "contact":
                    return self._contact(masks)
                case "data":
                    return self.find.once(data_types)
                case "msg":
                    return MESSAGE
                case "event":
                    return EVENT
                case "visits":
                    return plain("integer")
                case "channel":
                    return TEXT
            return ANY

        return name

    def _contact(self, masks: Mapping[str, int]) -> Type:
        fields = dict(self._certain)
        for name in self.attributes:
            mask = masks[f"contact.{name}"]
            type_ = self.fillings.type(mask)
            fields[name] = Type(type_.kinds, type_.fields, type_.items, type_.choices) if type_.may_be_none else type_
        return record_of(fields)

    def infer(self, formula: Formula, state: State, bound: Bound = NOBODY) -> tuple[Type, Facts]:
        """The type of what *formula* gives, and the names that are filled if it gives anything."""
        expression = formula.expression
        masks = state.masks
        read = tuple(masks.get(f"contact.{n.path[0]}" if n.name == "contact" and n.path else n.name) for n in expression.names)
        memory = (expression, self.fillings.version, read, state.there, *bound.items())
        found = self._memory.get(memory)
        if found is None:
            way = Inference(expression.source, self.names(state), state.there, bound)
            type_ = way.infer(expression.tree)
            found = self._memory[memory] = type_, frozenset(way.needed) if way.needed else NO_FACTS
        return found

    def findings(self, source: Formula | Text, state: State, bound: Bound) -> tuple[list[Finding], Type]:
        """What does not go in an expression or a text, and the type of the expression."""
        if isinstance(source, Formula):
            way = Inference(source.expression.source, self.names(state), state.there, bound)
            return way.findings, way.infer(source.expression.tree)
        way = Inference(source.source, self.names(state), state.there, bound)
        through(way, source.tree.body)
        return way.findings, TEXT

    def narrowed(self, state: State, there: Facts) -> State:
        """*state*, where *there* is known not to be none."""
        if not there:
            return state
        masks = state.masks
        deeper = set(state.there)
        changed: dict[str, int] = {}
        for path in there:
            key = path[0] if len(path) == 1 else f"contact.{path[1]}" if path[0] == "contact" and len(path) == 2 else None
            if key is None:
                deeper.add(path)
            elif key in masks and masks[key] & self.fillings.nones:
                changed[key] = masks[key] & ~self.fillings.nones
        if not changed and len(deeper) == len(state.there):
            return state
        return State({**masks, **changed} if changed else masks, frozenset(deeper))

    def tested(self, formula: Formula, state: State, bound: Bound = NOBODY) -> tuple[State, State]:
        """*state* where a condition is true, and where it is false."""
        _, needed = self.infer(formula, state, bound)
        true, false = facts(formula.expression.tree)
        return self.narrowed(state, true | needed), self.narrowed(state, false | needed)

    # ------------------------------------------------------------ what fills a variable

    def given(self, value: Any, state: State, bound: Bound = NOBODY) -> Type:
        if not isinstance(value, Given):
            return plain("any")
        if value.formula is None:
            return Type(frozenset({"text"}), choices=(value.literal,))
        return self.infer(value.formula, state, bound)[0]

    def assigned(self, one: Assign, state: State, step: str, bound: Bound = NOBODY) -> State:
        self.mark(one, state)
        key = f"contact.{one.name}" if one.contact else one.name
        if key not in state.masks:
            return state
        type_ = self.given(one.value, state, bound)
        if not type_.kinds:
            return state.having(key, 0)
        always = type_.kinds == {"none"}
        told = f'step "{step}" sets it to none' if always else type_.why or f'what step "{step}" sets it to may be none'
        return self.having(state, key, id(one), type_, told)

    def saved(self, save: Save | None, state: State, key: str, type_: Type) -> State:
        name = key_of(save)
        return state if name is None else self.having(state, name, ("save", key), type_, type_.why)

    def having(self, state: State, key: str, how: object, type_: Type, why: str = "") -> State:
        """*state*, where *how* has put a value of *type_* into *key*: in the normal form of its type, where one is declared."""
        if key not in state.masks:
            return state
        mask = 0
        if type_.kinds - {"none"}:
            bit = self.filled.get(key)
            normal = self.flow.types.get(key) if self.flow is not None else None
            if bit is None:
                other = normal is not None and bool(type_.known) and never_fits(type_.known, (normal.kind,))
                own = type_of(normal) if normal is not None and (other or not isinstance(how, tuple)) else None
                bit = self.fillings.value((how, key), declared(own) if own is not None else type_.filled)
            mask = bit
        if type_.may_be_none:
            mask |= self.fillings.none((how, key), why)
        return state.having(key, mask)

    def mark(self, part: object, state: State) -> None:
        self.at[id(part)] = either(self.at.get(id(part)), state)


def key_of(save: Save | None) -> str | None:
    """The name that states have for what *save* fills."""
    if save is None:
        return None
    return f"contact.{save.name}" if save.contact else save.name


__all__ = ["NOBODY", "Bound", "Typed", "data_types", "key_of"]
