"""options: what a contact can choose from, as buttons or as a list.

options:
  book:   {label: Book a visit, go: pick_date}
  prices: {label: Prices, say: A check-up is €40., go: menu}
  other: Something else
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from botkit.commands import WORDS
from botkit.matching import Words, label_forms, normal
from botkit.messages import limits
from botkit.outcomes import Outcome, outcome_keys, outcome_of
from botkit.replies import Formula, Given, Reading, Reply
from botkit.shapes import Expr, GivenValue, Key, Made, MapOf, Says
from botkit.source import Node, Scalar


class Option(Struct, frozen=True, eq=False):
    """One option; its id is its key."""

    key: Scalar
    label: Reply
    outcome: Outcome
    description: Reply | None = None
    group: Reply | None = None
    match: tuple[Scalar, ...] = ()
    condition: Formula | None = None  # not offered while it is false
    value: Given | None = None  # what `save` takes; None: the id

    @property
    def id(self) -> str:
        return self.key.text


def _option(found: dict[str, Any], node: Node, reading: Reading) -> dict[str, Any] | None:
    if "label" not in found:
        return None
    fields: dict[str, Any] = {name: found[name] for name in ("label", "description", "group", "value") if name in found}
    fields["match"] = tuple(found.get("match", ()))
    fields["condition"] = found.get("if")
    fields["outcome"] = outcome_of(found, reading)
    return fields


_KEYS = outcome_keys(
    "an option",
    lone="label",
    more={
        "label": Key(Says("a label"), "what is shown: up to 20 characters as a button, 24 in a list", required=True),
        "description": Key(Says(), "a second line, in a list"),
        "group": Key(Says(), "a heading in a list"),
        "match": Key(WORDS, "more words that choose it"),
        "if": Key(Expr(), "offered only while this is true"),
        "value": Key(GivenValue(), "what `save` takes; the option's id if left out"),
    },
    without=frozenset({"save"}),
)
OPTION = Made(_KEYS, _option)


def _options(pairs: list[tuple[Scalar, dict[str, Any]]], _node: Node, _reading: Reading) -> tuple[Option, ...]:
    return tuple(Option(key, **fields) for key, fields in pairs)


OPTIONS = Made(MapOf(OPTION, "options: id and label"), _options)


def words_of(option: Option) -> list[str]:
    """Every text by which *option* is chosen, as far as it is known without a contact, in the form that is compared."""
    forms = [normal(option.id), *(normal(word.text) for word in option.match)]
    for text in option.label.all.values():
        if text.constant is not None:
            forms += label_forms(text.constant)
    return list(dict.fromkeys(forms))


def label_limit(count: int) -> int:
    """Characters of a label that WhatsApp shows when there are *count* options."""
    return limits.BUTTON_TITLE if count <= limits.BUTTONS else limits.ROW_TITLE


def table(options: tuple[Option, ...]) -> Words:
    """The words that lead to the options; of two that share a word the first has it."""
    words = Words()
    for option in options:
        for form in words_of(option):
            words.add(form, option.id)
    return words
