"""Commands: words that are understood at every waiting step, of the bot, a flow or a step; and what silence leads to."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from botkit.outcomes import Outcome, outcome_keys, outcome_of
from botkit.replies import Reading
from botkit.shapes import DURATION, Either, Key, ListOf, Made, MapOf, Plain, one_of
from botkit.source import Node, Scalar


class Command(Struct, frozen=True, eq=False):
    key: Scalar
    match: tuple[Scalar, ...]
    outcome: Outcome

    @property
    def name(self) -> str:
        return self.key.text

    @property
    def opts_out(self) -> bool:
        """Whether this is how a contact says that no more messages are wanted."""
        return any(one.contact and one.name == "opted_out" and one.value.literal.lower() == "true" for one in self.outcome.set)


class Silence(Struct, frozen=True, eq=False):
    """One entry of a `silence` list: *after* seconds without a word of the contact."""

    node: Node
    after: int
    outcome: Outcome


WORDS = ListOf(Plain("a word"), "words", lone=True)


def _command(found: dict[str, Any], _node: Node, reading: Reading) -> tuple[tuple[Scalar, ...], Outcome]:
    return tuple(found.get("match", ())), outcome_of(found, reading)


COMMAND = Made(outcome_keys("a command", more={"match": Key(WORDS, "words that it is understood by", required=True)}), _command)


def _commands(value: Any, _node: Node, _reading: Reading) -> tuple[Command, ...] | str:
    if isinstance(value, str):
        return value
    return tuple(Command(key, match, outcome) for key, (match, outcome) in value)


COMMANDS = Made(MapOf(COMMAND, "commands by name", sample="{{match: [{text}]}}"), _commands)
STEP_COMMANDS = Made(Either("off, or commands by name", one_of("off"), None, MapOf(COMMAND)), _commands)


def _silence(found: dict[str, Any], node: Node, reading: Reading) -> Silence | None:
    return Silence(node, found["after"], outcome_of(found, reading)) if "after" in found else None


_AFTER = {"after": Key(DURATION, "how long the contact is silent: 30m, 2h, 7d", required=True)}
_ENTRY = Made(outcome_keys("an entry of silence", more=_AFTER), _silence)
# None: not said. An empty tuple: off.
SILENCE = Made(
    Either("a list of { after, … }, or off", one_of("off"), ListOf(_ENTRY), None),
    lambda value, _node, _reading: () if isinstance(value, str) else tuple(value),
)
