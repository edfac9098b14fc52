"""A bot: a release, and what its settings say, ready to run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from botkit.answers import ANSWERS, Answer
from botkit.answers.consent import Consent
from botkit.commands import Command
from botkit.flow import Flow, asks
from botkit.matching import Words
from botkit.outcomes import Outcome
from botkit.replies import Reply
from botkit.settings import Settings
from botkit.steps import Run
from botkit.templates import Template
from botkit.triggers import Trigger
from botkit.web import is_built_in
from botkit.wire import Value

# Attributes that every contact has, with their types; an author may declare them anew.
GIVEN_ATTRIBUTES: dict[str, Answer] = {
    **{name: ANSWERS[word](word) for name, word in (("name", "text"), ("language", "text"), ("opted_out", "bool"))},
    "opted_in": Consent("record"),
}


class Bot(Struct, eq=False):
    """Everything that a turn needs to know. *release* names this state of it by content."""

    release: str
    settings: Settings
    flows: Mapping[str, Flow]
    templates: Mapping[str, Template] = field(default_factory=dict)
    data: Mapping[str, Value] = field(default_factory=dict)  # data/*.yaml
    texts: Mapping[str, Reply] = field(default_factory=dict)  # every reply by its key
    files: Mapping[str, Reply] = field(default_factory=dict)  # templates/*.j2 by name
    triggers: Words = field(default_factory=Words)  # words that start a flow -> its name
    starts: dict[tuple[str, str], list[tuple[str, Trigger]]] = field(default_factory=dict)  # (kind, name) -> flows that it starts
    schedules: list[tuple[str, Trigger]] = field(default_factory=list)  # `every`: the flow that it starts, and itself
    dates: list[tuple[str, Trigger]] = field(default_factory=list)  # `relative`
    commands: dict[str, Words] = field(default_factory=dict)  # "", flow or flow.step -> words of its commands
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # those of the settings, by key
    attributes: dict[str, Answer] = field(default_factory=dict)  # of a contact, by name
    media: Mapping[str, int] | None = None  # what may be sent of media/: path -> bytes; None: not known, nothing is said about it

    @property
    def start(self) -> str:
        return self.settings.start.text if self.settings.start is not None else ""

    def outcome(self, flow: Flow | None, key: str) -> Outcome | None:
        """The outcome with this key, of *flow* or of the settings."""
        return (flow.outcomes.get(key) if flow is not None else None) or self.outcomes.get(key)


def release_of(texts: Iterable[tuple[str, bytes]]) -> str:
    """The name of a release, from (file, content) of all that it is made of."""
    digest = hashlib.blake2b(digest_size=6)
    for file, content in sorted(texts):
        digest.update(file.encode() + b"\0" + len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def assemble(
    release: str,
    settings: Settings,
    flows: Mapping[str, Flow],
    templates: Mapping[str, Template],
    texts: Mapping[str, Reply],
    data: Mapping[str, Value] | None = None,
    files: Mapping[str, Reply] | None = None,
) -> Bot:
    """Put a bot together from what was read. It may still have problems that only `check` knows; then it must not run."""
    bot = Bot(release, settings, flows, templates, data or {}, texts, files or {})
    for flow in flows.values():
        flow.compile()
        for _, ask in asks(flow):
            ask.prepare()
        for trigger in flow.triggers:
            bot.triggers.add(trigger.text, flow.name)
        for start in flow.starts:
            if start.every is not None or start.relative is not None:
                (bot.schedules if start.every is not None else bot.dates).append((flow.name, start))
                continue
            name = start.name.text if start.name is not None else ""
            bot.starts.setdefault((start.kind, name), []).append((flow.name, start))
        bot.commands[flow.name] = _words(flow.commands)
        for step in flow.steps.values():
            if step.commands:
                bot.commands[step.path] = _words(step.commands)
    bot.commands[""] = _words(settings.commands)
    for outcome in shared_outcomes(settings):
        if outcome.key:
            bot.outcomes[outcome.key] = outcome
    if any(outcome.go is not None and outcome.go.word == "back" for outcome in bot.outcomes.values()):
        for flow in flows.values():
            flow.turns_back = True
    bot.attributes.update(GIVEN_ATTRIBUTES)
    bot.attributes.update({key.text: type_ for key, type_ in settings.contact})
    return bot


def built_in_of(bot: Bot) -> frozenset[str]:
    """The built-in actions that flows call, by name."""
    verbs = (step.verb for flow in bot.flows.values() for step in flow.steps.values())
    return frozenset(verb.action.text for verb in verbs if isinstance(verb, Run) and is_built_in(verb.action.text))


def shared_outcomes(settings: Settings) -> Iterator[Outcome]:
    """Every outcome that botkit.yaml holds."""
    for command in settings.commands:
        yield from command.outcome.within()
    for entry in settings.silence or ():
        yield from entry.outcome.within()
    yield from settings.on_error.within()


def _words(commands: Iterable[Command]) -> Words:
    words = Words()
    for command in commands:
        for word in command.match:
            words.add(word.text, command.name)
    return words
