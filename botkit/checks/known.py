"""What each flow knows: its variables, what fills them, and of what kind they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from botkit.answers import Answer
from botkit.answers.location import Location
from botkit.answers.media import Media
from botkit.answers.person import Person
from botkit.checks.walk import Piece
from botkit.flow import Flow
from botkit.outcomes import Assign, Outcome, Save
from botkit.signatures import Parameter, ValueType
from botkit.source import Scalar
from botkit.steps import Ask, Call, Run
from botkit.steps.ask import Field

if TYPE_CHECKING:
    from botkit.checks.survey import Survey

ANY = ValueType()

# The fields of what an answer keeps, where they are fixed.
FIELDS: Mapping[type[Answer], tuple[str, ...]] = {
    Location: ("lat", "lon", "name", "address", "url"),
    Person: ("name", "phone", "wa_id", "email"),
    Media: ("type", "id", "mime_type", "sha256", "filename", "voice", "animated", "caption"),
}


class Source(Struct, frozen=True):
    """What fills a variable. *how* is the key of the language that does it."""

    node: Scalar
    how: str  # ask, save, set, params, returns
    type: ValueType = ANY
    step: str | None = None

    @property
    def told(self) -> str:
        """Where an author finds it."""
        return f'set by step "{self.step}", line {self.node.line}' if self.step is not None else f"line {self.node.line}"


def type_of(answer: Answer) -> ValueType:
    """What an answer, a param or a field of returns may be."""
    names = FIELDS.get(type(answer), ())
    return ValueType((answer.kind,), tuple(Parameter(name) for name in names), choices=getattr(answer, "choices", ()))


def returned(flow: Flow | None) -> ValueType:
    """The record that a flow returns."""
    if flow is None:
        return ANY
    return ValueType(("record",), fields=tuple(Parameter(key.text, type_of(answer)) for key, answer in flow.returns))


def _returned(find: Survey, name: str) -> ValueType:
    """The record that the flow *name* returns; of one that could not be read whole, not all of its fields are known."""
    flow = find.bot.flows.get(name)
    return returned(flow) if flow is None or find.whole(flow) else ValueType(("record",))


def known(find: Survey) -> dict[str, dict[str, list[Source]]]:
    """By flow, the variables by name. Attributes of the contact are none of them."""
    found: dict[str, dict[str, list[Source]]] = {}
    for flow in find.bot.flows.values():
        own = found[flow.name] = {}
        for how, typed in (("params", flow.params), ("returns", flow.returns)):
            for key, answer in typed:
                own.setdefault(key.text, []).append(Source(key, how, type_of(answer)))
    for piece in find.of(Field, Save, Assign):
        thing: Field | Save | Assign = piece.thing
        if piece.flow is not None and not thing.contact:
            step = piece.step.name if piece.step is not None else None
            found[piece.flow.name].setdefault(thing.name, []).append(_source(find, piece, thing, step))
    return found


def _source(find: Survey, piece: Piece, thing: Field | Save | Assign, step: str | None) -> Source:
    match thing:
        case Field():
            return Source(thing.key, "ask", type_of(thing.type), step)
        case Assign():
            literal = thing.value.formula is None and piece.flow is not None and thing.name not in piece.flow.types
            return Source(thing.key, "set", ValueType(("text",)) if literal else ANY, step)
        case _:
            return Source(thing.node, "save", _saved(find, piece), step)


def _saved(find: Survey, piece: Piece) -> ValueType:
    """What a `save` takes."""
    holder = piece.above[-1] if piece.above else None
    match holder:
        case Run():
            signature = (find.signatures or {}).get(holder.action.text)
            return signature.result if signature is not None else ANY
        case Call():
            return _returned(find, holder.flow.text)
        case Outcome() if holder.call is not None:
            return _returned(find, holder.call.text)
        case Ask() if holder.computed is None and all(option.value is None or option.value.formula is None for option in holder.options):
            return ValueType(("text",))
    return ANY


def kinds_of(sources: Iterable[Source]) -> frozenset[str]:
    """The kinds that a variable may be of; "any" where that is not known of one of its sources."""
    return frozenset(kind for source in sources for kind in source.type.kinds)


__all__ = ["ANY", "FIELDS", "Source", "kinds_of", "known", "returned", "type_of"]
