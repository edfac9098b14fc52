"""What a test names that the bot does not have: found before it runs, so that it fails for what it is about."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from collections.abc import Mapping as Table

from botkit.actions import Action
from botkit.actions.results import Unkeepable, kept
from botkit.actions.wanted import Misfit
from botkit.answers import Answer, Rejected
from botkit.answers.clock import Datetime
from botkit.answers.yes_no import Bool
from botkit.bot import Bot
from botkit.problems import Edit, Problems, nearest
from botkit.source import Mapping, Node, Scalar
from botkit.testing.talks import Answer as Given
from botkit.testing.talks import Expects, Mock, Test, Uses
from botkit.testing.talks.keys import moment
from botkit.testing.values import declared
from botkit.wire import Value

# What a contact has beside the attributes that the bot declares.
BUILT_IN = ("name", "wa_id", "language", "opted_out")


class Fitting:
    def __init__(self, bot: Bot, actions: Table[str, Action], problems: Problems) -> None:
        self._bot = bot
        self._actions = actions
        self._problems = problems

    def look(self, tests: Iterable[Test]) -> None:
        """Report what does not fit the bot."""
        for test in tests:
            self._channel(test)
            for key, value in test.contact:
                self._attribute(key, value)
            for mock in test.mocks:
                self._mock(mock)
            for entry in test.talk:
                if isinstance(entry, Uses):
                    self._known(entry.name, self._bot.templates, "there is no template", code="no-such-template")
                elif isinstance(entry, Expects):
                    self._expects(entry)

    def _known(self, node: Scalar, known: Iterable[str], sentence: str, *, code: str) -> bool:
        words = list(known)
        if node.text in words:
            return True
        near = nearest(node.text, words)
        hint = f'did you mean "{near}"?' if near else f"there are {', '.join(words)}" if words else "there are none yet"
        fix = (Edit(node.place, near),) if near else ()
        self._problems.report(code, node.place, f'{sentence} "{node.text[:60]}"', hint, fix=fix)
        return False

    def _channel(self, test: Test) -> None:
        if test.channel is not None:
            names = [channel.name for channel in self._bot.settings.channels]
            self._known(test.channel, names, "this bot has no channel", code="no-such-channel")
        languages = self._bot.settings.languages
        if test.language is not None and test.language not in languages:
            node = (test.node.get("lang") if isinstance(test.node, Mapping) else None) or test.node
            told = f'"{test.language}" is not a language of this bot'
            self._problems.report("unknown-language", node.place, told, f"it speaks {', '.join(languages)}")

    def _attribute(self, key: Scalar, value: Node) -> None:
        known = dict.fromkeys((*BUILT_IN, *self._bot.attributes))
        if self._known(key, known, "a contact has no", code="unknown-attribute"):
            type_ = attribute_type(self._bot, key.text)
            if isinstance(value, Scalar) and type_ is not None and isinstance(normal(self._bot, type_, value.text), Rejected):
                told = f'"{value.text[:60]}" is no {type_.word}'
                hint = "write numbers plain, dates as 2026-06-24, with a time as 2026-06-24T09:00, true or false"
                self._problems.report("wrong-literal", value.place, told, hint)

    def _mock(self, mock: Mock) -> None:
        if not self._actions:
            return
        if self._known(mock.action, self._actions, "there is no action", code="no-such-action"):
            action = self._actions[mock.action.text]
            for answer in mock.answers:
                self._answer(answer, action)

    def _answer(self, answer: Given, action: Action) -> None:
        if answer.error is not None:
            own = list(action.signature.raises)
            name = answer.error.text
            if any(cls.__name__ == name for cls in action.raises) or name == "any" or _exception(name):
                return
            near = nearest(name, own)
            hint = (
                f'did you mean "{near}"?' if near else f"it declares {', '.join(own)}; any stands for all others" if own else "raise: any"
            )
            self._problems.report("no-such-error", answer.error.place, f"{action.name} raises no {name[:60]}", hint)
        elif answer.value is not None:
            try:
                action.gives.check(kept(declared(answer.value, action.signature.result), self._bot.settings.zone))
            except (Misfit, Unkeepable) as error:
                sentence = str(error.under("the result")) if isinstance(error, Misfit) else str(error)
                told = f"{action.name} gives something else: {sentence}"
                self._problems.report("wrong-argument", answer.value.place, told, f"it promises {action.signature.result}")

    def _expects(self, entry: Expects) -> None:
        for key, _ in entry.contact:
            self._known(key, dict.fromkeys((*BUILT_IN, *self._bot.attributes)), "a contact has no", code="unknown-attribute")
        if entry.state is not None and entry.state.text != "ended":
            paths = [step.path for flow in self._bot.flows.values() for step in flow.steps.values()]
            names = paths if "." in entry.state.text else ["ended", *(path.partition(".")[2] for path in paths)]
            self._known(entry.state, dict.fromkeys(names), "there is no step", code="no-such-step")


def attribute_type(bot: Bot, name: str) -> Answer | None:
    """The type of an attribute of the contact; None: any text."""
    return Bool("bool") if name == "opted_out" else bot.attributes.get(name)


def normal(bot: Bot, type_: Answer, text: Value) -> Value | Rejected:
    """What *text* is as a value of *type_*; a day with a time is meant in the bot's zone where it names none."""
    local = moment(text) if isinstance(type_, Datetime) and isinstance(text, str) else None
    if local is None:
        return type_.normal(text)
    zone = bot.settings.zone
    try:
        return type_.normal(local.astimezone(zone) if local.tzinfo is not None else local.replace(tzinfo=zone))
    except OverflowError:
        return Rejected("beyond the calendar")


def _exception(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, Exception)
