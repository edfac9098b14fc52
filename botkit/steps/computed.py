"""Options from data: a list of records that an action returned, or that stands in data/.

options:
  from: = slots                # a list
  id: = item.id                # its place in the list, if left out
  label: = item.start | time
  description: "{{ item.room }}"
  group: = item.start | date('EEEE')
  match: = item.names          # more words that choose it
  if: item.free                # only those for which this is true
  save: slot                   # the variable that takes the whole record
  go: confirm
  also: {none: {label: None of these, go: menu}}    # shown behind them, on every page
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from botkit.expressions import ExpressionError, write
from botkit.matching import label_forms, normal
from botkit.outcomes import SAVE, Outcome, Save, outcome_keys, outcome_of
from botkit.replies import Formula, Given, Reading, Reply
from botkit.shapes import Expr, GivenValue, Key, Made, Says, Told
from botkit.source import Mapping, Node, Scalar
from botkit.steps.base import Turning
from botkit.steps.options import OPTIONS, Option
from botkit.wire import Value

MOST = 200  # records that one question can offer
Records = tuple[tuple[str, Value], ...]  # (id, record)


class Computed(Struct, frozen=True, eq=False):
    node: Node
    source: Formula
    label: Reply
    outcome: Outcome
    id: Given | None = None
    description: Reply | None = None
    group: Reply | None = None
    match: Given | None = None
    condition: Formula | None = None
    save: Save | None = None
    also: tuple[Option, ...] = ()

    def records(self, turn: Turning) -> Records:
        """What is offered, with an id for each. Raises ExpressionError for what is no list."""
        found = turn.evaluate(self.source)
        if found is None:
            found = []
        if not isinstance(found, list | tuple):
            raise ExpressionError("options come from a list, and this value is none")
        kept: dict[str, Value] = {}
        before = turn.item
        for n, record in enumerate(found, 1):
            turn.item = record
            if self.condition is None or turn.evaluate(self.condition):
                id_ = write(turn.given(self.id), "en") if self.id is not None else str(n)
                kept.setdefault(id_[:80] or str(n), record)
            if len(kept) > MOST:
                raise ExpressionError(f"more than {MOST} options cannot be offered at once")
        turn.item = before
        return tuple(kept.items())

    def words(self, turn: Turning, id_: str, record: Value) -> list[str]:
        """Every text that chooses *record*, in the form that is compared. An id that is only its place is none: pages have numbers too."""
        before, turn.item = turn.item, record
        more = turn.given(self.match) if self.match is not None else None
        label = turn.render(self.label)
        turn.item = before
        named = more if isinstance(more, list) else [] if more is None else [more]
        own = [] if self.id is None else [normal(id_)]
        return [*own, *label_forms(label), *(normal(word) for word in named if isinstance(word, str))]


def _is_computed(node: Node) -> bool:
    """Whether options come from data: a `from` that is an expression tells, or that both `from` and `label` are no option of their own."""
    source, label = (node.get("from"), node.get("label")) if isinstance(node, Mapping) else (None, None)
    return isinstance(source, Scalar) and (source.text.lstrip().startswith("=") or isinstance(label, Scalar))


def _computed(found: dict[str, Any], node: Node, reading: Reading) -> Computed | None:
    if "from" not in found or "label" not in found:
        return None
    fields = {name: found[name] for name in ("id", "description", "group", "match", "save") if name in found}
    outcome = outcome_of({name: found[name] for name in found if name != "save"}, reading)
    return Computed(node, found["from"], found["label"], outcome, condition=found.get("if"), also=found.get("also", ()), **fields)


COMPUTED = Made(
    outcome_keys(
        "computed options",
        more={
            "from": Key(Expr(), "the list that they come from", required=True),
            "id": Key(GivenValue(), "its id: = item.id; its place in the list if left out"),
            "label": Key(Says("a label"), "what is shown: = item.name", required=True),
            "description": Key(Says(), "a second line, in a list"),
            "group": Key(Says(), "a heading in a list"),
            "match": Key(GivenValue(), "more words that choose it"),
            "if": Key(Expr(), "offered only where this is true"),
            "save": Key(SAVE, "the variable that takes the whole record"),
            "also": Key(OPTIONS, "fixed options behind the computed ones, on every page"),
        },
        without=frozenset({"save", "call", "with", "errors"}),  # `save` is its own
    ),
    _computed,
)
ANY_OPTIONS = Told("options: id and label", (OPTIONS, COMPUTED), _is_computed)
