"""What of a bot its tests have been through: steps, options, branches, errors, timers, commands, in which languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from botkit.bot import Bot
from botkit.checks.walk import Piece, pieces
from botkit.commands import Command, Silence
from botkit.flow import Flow
from botkit.problems import Place
from botkit.settings import Settings
from botkit.steps import Ask, Handoff, Option, Step, Wait
from botkit.steps.ask import Retry
from botkit.steps.branch import Way
from botkit.steps.computed import Computed
from botkit.testing.said import Moment

# kind → what is said of those that no test came by
KINDS = {
    "steps": "never visited",
    "options": "never taken",
    "branches": "never taken",
    "errors": "never caught",
    "timers": "never fired",
    "commands": "never given",
}


class Point(Struct, frozen=True):
    """Something that a test can go through. *key* names it in the notes of turns."""

    kind: str
    key: str
    label: str
    place: Place


class Covered(Struct, frozen=True):
    """All points of one kind, and those that no test came by."""

    kind: str
    total: int
    missed: tuple[Point, ...]

    @property
    def percent(self) -> int:
        """Rounded down: 100 means all of them. Of nothing everything is covered."""
        return 100 if self.total == 0 else (self.total - len(self.missed)) * 100 // self.total


class Coverage:
    """Filled by `add`; one for all tests of a bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        # Some parts stand in two places: the options of `also` are the question's, too.
        self._points = list({(point.kind, point.key): point for piece in pieces(bot) for point in points_of(piece)}.values())
        self._seen: set[tuple[str, str]] = set()
        self._spoken: dict[str, set[str]] = {language: set() for language in bot.settings.languages}

    def add(self, moments: Iterable[Moment]) -> None:
        """Count what some turns have been through."""
        for moment in moments:
            chosen = moment.turn.conversation.contact.attributes.get("language")
            language = chosen if isinstance(chosen, str) and chosen else self._bot.settings.language
            spoken = self._spoken.setdefault(language, set())
            for note in moment.turn.notes:
                match note.kind:
                    case "enter":
                        key = f"{note.flow}.{note.step}"
                        self._seen.add(("steps", key))
                        spoken.add(key)
                    case "option":
                        self._seen.add(("options", note.detail))
                    case "branch" | "exhausted":
                        self._seen.add(("branches", note.detail))
                    case "caught":
                        self._seen.add(("errors", note.detail))
                    case "silence":
                        self._seen.add(("timers", note.detail))
                    case "timeout":
                        self._seen.add(("timers", f"{note.flow}.{note.step}:timeout"))
                    case "command":
                        self._seen.add(("commands", note.detail))

    def covered(self) -> list[Covered]:
        """Kind by kind; a kind of which the bot has nothing is left out."""
        found = []
        for kind in KINDS:
            points = [point for point in self._points if point.kind == kind]
            missed = tuple(point for point in points if (kind, point.key) not in self._seen)
            if points:
                found.append(Covered(kind, len(points), missed))
        return found

    def languages(self) -> Mapping[str, int]:
        """Percent of the steps that were visited in each language of the bot."""
        steps = {point.key for point in self._points if point.kind == "steps"}
        return {
            language: 100 if not steps else len(steps & self._spoken[language]) * 100 // len(steps)
            for language in self._bot.settings.languages
        }

    @property
    def percent(self) -> int:
        """Of the steps; rounded down."""
        return next((covered.percent for covered in self.covered() if covered.kind == "steps"), 100)


def points_of(piece: Piece) -> Iterator[Point]:
    """What there is to go through in a part of a bot."""
    thing: Any = piece.thing
    whose = piece.step.name if piece.step is not None else piece.flow.name if piece.flow is not None else "botkit.yaml"
    match thing:
        case Step():
            yield Point("steps", thing.path, thing.path, thing.key.place)
        case Option():
            yield Point("options", thing.outcome.key, f"{whose} → {_label(thing)}", thing.key.place)
        case Computed():
            yield Point("options", thing.outcome.key, f"{whose} → one of {thing.source.expression.source.strip()}", thing.node.place)
        case Way():
            number = thing.outcome.key.rpartition(".")[2]
            yield Point("branches", thing.outcome.key, f"{whose}: way {number}", thing.node.place)
        case Retry(node=node, max=most) if most is not None and node is not None:
            yield Point("branches", thing.outcome.key, f"{whose}: after {most} bad answers", node.place)
        case Silence():
            number = thing.outcome.key.rpartition(".")[2]
            yield Point("timers", thing.outcome.key, f"{whose}: silence {number}", thing.node.place)
        case Command():
            yield Point("commands", thing.outcome.key, thing.name, thing.key.place)
        case Flow() | Settings():
            outcome = thing.on_error
            if not outcome.empty and outcome.node is not None:
                yield Point("errors", outcome.key, f"{whose}: on_error", outcome.node.place)
    if isinstance(thing, Ask | Wait | Handoff) and thing.timeout is not None and piece.step is not None:
        yield Point("timers", f"{piece.step.path}:timeout", f"{whose}: timeout", piece.step.key.place)
    errors = getattr(thing, "errors", None)
    for name, outcome in errors.items() if isinstance(errors, dict) else ():
        if outcome.node is not None:
            yield Point("errors", outcome.key, f"{whose}: {name}", outcome.node.place)


def _label(option: Option) -> str:
    constant = option.label.text.constant
    return f'"{constant}"' if constant is not None else option.id
