"""Words: what a contact writes, and whom it reaches: options, commands, triggers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from botkit.checks.survey import Survey
from botkit.checks.walk import Piece
from botkit.commands import Command
from botkit.flow import Flow
from botkit.matching import label_forms, normal
from botkit.outcomes import Outcome
from botkit.problems import Severity
from botkit.source import Scalar
from botkit.steps import Ask, Option, Step


class Word(Struct, frozen=True):
    """One text that chooses an option. *what*: id, match or label; *language* None: that of the bot, or of none."""

    form: str
    shown: str
    node: Scalar
    what: str
    language: str | None = None


def words_of(option: Option) -> Iterator[Word]:
    yield Word(normal(option.id), option.id, option.key, "id")
    for word in option.match:
        yield Word(normal(word.text), word.text, word, "match")
    for language, text in option.label.all.items():
        if text.constant is not None:
            for form in label_forms(text.constant):
                yield Word(form, text.constant, option.label.node, "label", language)


def options(find: Survey) -> None:
    """Two options of a step that the same text chooses: the first of them has it."""
    for piece in find.of(Ask):
        taken: dict[str, tuple[Option, Word]] = {}
        for option in piece.thing.options:
            words = list(words_of(option))
            hit = [(word, *taken[word.form]) for word in words if word.form in taken]
            if hit and len(hit) == len(words):
                _never(find, piece, option, hit[0][1])
            elif hit:
                _shared(find, piece, option, hit)
            for word in words:
                taken.setdefault(word.form, (option, word))


def _never(find: Survey, piece: Piece, option: Option, first: Option) -> None:
    told = f'no text chooses option "{option.id}": all its words belong to option "{first.id}" (line {first.key.line})'
    find.report("never-chosen", option.key, told, "give it another id and label", of=piece)


def _shared(find: Survey, piece: Piece, option: Option, hit: list[tuple[Word, Option, Word]]) -> None:
    labels = next((one for one in hit if one[0].what == one[2].what == "label" and one[0].language == one[2].language), None)
    word, other, theirs = labels or hit[0]
    # Where both have a condition they are most likely never shown together.
    severity: Severity = "warning" if option.condition is not None and other.condition is not None else "error"
    if labels is not None:
        where = f" in {word.language}" if word.language is not None else ""
        told = f'"{word.shown}" is the label of option "{other.id}" (line {theirs.node.line}){where} too: a contact cannot tell them apart'
        hint = "give one of them another label; WhatsApp refuses buttons of equal titles"
        find.report("same-label", word.node, told, hint, of=piece, severity=severity, lang=word.language)
    else:
        told = f'"{word.shown}" chooses option "{other.id}" already (line {theirs.node.line})'
        hint = "take the word from one of them"
        find.report("same-word", word.node, told, hint, of=piece, severity=severity, lang=word.language)


def commands(find: Survey) -> None:
    """Two commands of one list that share a word: the first of them has it."""
    for piece in find.of(Flow, Step):
        _list(find, piece, piece.thing.commands)
    _list(find, None, find.bot.settings.commands)


def _list(find: Survey, piece: Piece | None, listed: Iterable[Command]) -> None:
    taken: dict[str, tuple[Command, Scalar]] = {}
    for command in listed:
        for word in command.match:
            first, node = taken.setdefault(normal(word.text), (command, word))
            if first is not command:
                told = f'"{word.text}" is a word of command "{first.name}" already (line {node.line})'
                find.report("same-command-word", word, told, "take it from one of them", of=piece)


def hidden_commands(find: Survey) -> None:
    """A command that an option, or a command further in, keeps from being understood."""
    opt_outs = {normal(word.text): command for command in find.bot.settings.commands if command.opts_out for word in command.match}
    for piece in find.of(Flow, Step):
        for command in piece.thing.commands:
            lost = next((word for word in command.match if normal(word.text) in opt_outs), None)
            if lost is not None and not command.opts_out:
                told = f'"{lost.text}" is how a contact says that no more messages are wanted; this command hides it'
                find.report("opt-out-hidden", lost, told, "take the word out, or let the command set contact.opted_out", of=piece)
    callers = _callers(find)
    for piece in find.of(Ask):
        if piece.flow is not None and piece.step is not None and piece.thing.options and find.sound(piece.step):
            _by_options(find, piece, piece.flow, piece.step, opt_outs, callers)


def _by_options(
    find: Survey, piece: Piece, flow: Flow, step: Step, opt_outs: Mapping[str, Command], callers: Mapping[str, set[str]]
) -> None:
    heard: dict[str, tuple[Command, str]] = {}
    lists: list[tuple[Iterable[Command], str]] = [(step.commands, "of this step")]
    lists += [(find.bot.flows[name].commands, f'of flow "{name}"') for name in sorted(callers[flow.name] | {flow.name})]
    lists.append((find.bot.settings.commands, "of botkit.yaml"))
    for listed, whose in lists if not step.deaf else ():
        for command in listed:
            for word in command.match:
                heard.setdefault(normal(word.text), (command, whose))
    for option in piece.thing.options:
        if any(one.contact and one.name == "opted_out" for one in option.outcome.set):
            continue
        hit = [word for word in words_of(option) if word.form in heard or word.form in opt_outs]
        lost = next((word for word in hit if word.form in opt_outs), hit[0] if hit else None)
        if lost is None:
            continue
        if lost.form in opt_outs:
            told = f'"{lost.shown}" is how a contact says that no more messages are wanted; here it chooses option "{option.id}"'
            find.report("opt-out-hidden", lost.node, told, "give the option another word", of=piece, lang=lost.language)
        elif not _alike(option.outcome, heard[lost.form][0].outcome):
            command, whose = heard[lost.form]
            told = f'"{lost.shown}" chooses this option, so command "{command.name}" {whose} is not understood at this step'
            hint = "give one of them another word"
            find.report("option-hides-command", lost.node, told, hint, of=piece, severity="warning", lang=lost.language)


def _alike(one: Outcome, other: Outcome) -> bool:
    """Whether both lead to the same place: then it does not matter which is taken."""
    if one.go is not None and other.go is not None:
        return one.go.text == other.go.text
    return one.call is not None and other.call is not None and one.call.text == other.call.text


def _callers(find: Survey) -> Mapping[str, set[str]]:
    """By flow, those that may wait for its end, however far up."""
    direct: dict[str, set[str]] = {name: set() for name in find.bot.flows}
    for call in find.calls:
        if call.piece.flow is not None and call.flow.text in direct:
            direct[call.flow.text].add(call.piece.flow.name)
    found: dict[str, set[str]] = {}
    for name in direct:
        seen: set[str] = set()
        stack = [*direct[name]]
        while stack:
            caller = stack.pop()
            if caller not in seen:
                seen.add(caller)
                stack.extend(direct[caller])
        found[name] = seen
    return found


def hidden_choices(find: Survey) -> None:
    """A word of a `choice` that a command of botkit.yaml understands first: it is never taken as an answer."""
    words = {normal(word.text): command for command in find.bot.settings.commands for word in command.match}
    for piece in find.of(Ask):
        for field in piece.thing.fields if piece.step is not None and not piece.step.deaf else ():
            for choice in getattr(field.type, "choices", ()):
                command = words.get(normal(choice))
                if command is not None:
                    told = f'"{choice}" is never taken as an answer here: command "{command.name}" of botkit.yaml understands it first'
                    hint = "give one of them another word, or write commands: off at this step"
                    find.report("command-hides-answer", field.key, told, hint, of=piece, severity="warning")


def triggers(find: Survey) -> None:
    """A word that starts two flows, or that a command of botkit.yaml understands before any flow is started."""
    commands = {normal(word.text): (command, word) for command in reversed(find.bot.settings.commands) for word in command.match}
    taken: dict[str, tuple[str, Scalar]] = {}
    for flow in find.bot.flows.values():
        for word in flow.triggers:
            form = normal(word.text)
            name, node = taken.setdefault(form, (flow.name, word))
            if form in commands:
                command, other = commands[form]
                told = f'"{word.text}" never starts flow "{flow.name}": command "{command.name}" of botkit.yaml (line {other.line}) has it'
                find.report("command-hides-trigger", word, told, "take the word from one of them", of=flow)
            elif name != flow.name:
                told = f'"{word.text}" starts flow "{name}" already ({node.source.file}, line {node.line})'
                find.report("same-trigger", word, told, "take the word from one of them", of=flow)


__all__ = ["Word", "commands", "hidden_choices", "hidden_commands", "options", "triggers", "words_of"]
