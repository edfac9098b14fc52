"""ask, options: put a question and wait for an answer.

pick_date:
  say: Which day suits you?
  ask: {day: date}             # variable: type; several: the first type that fits fills its variable
  options:                     # may stand beside it, or alone
    never: {label: None of them, go: menu}
  save: choice                 # the variable that takes the option's value
  check:
    - {if: day > today(), else: That day is already over.}
  retry: {max: 3, say: Please write it like 24/06., go: human}
  silence: [{after: 2h, say: Still there?}]
  timeout: 3d                  # then the outcome errors.timeout
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from msgspec import Struct, field

from botkit.answers import Answer, Rejected
from botkit.answers import Reading as AnswerReading
from botkit.answers.media import Several
from botkit.commands import SILENCE, Silence
from botkit.languages import digits
from botkit.matching import Words, label_forms, normal
from botkit.model import MessageReceived
from botkit.outcomes import ERRORS, NOTHING, SAVE, Outcome, Save, outcome_keys, outcome_of, variable_name
from botkit.replies import Formula, Reading
from botkit.says import MESSAGE, Say
from botkit.shapes import DURATION, Expr, Key, Keys, ListOf, Made, whole
from botkit.source import Node, Scalar
from botkit.steps.base import Arrival, Check, Trigger, Turning
from botkit.steps.computed import ANY_OPTIONS, Computed
from botkit.steps.options import Option, table
from botkit.types import TYPES
from botkit.waiting import RESUME, STALE, Resume, Stale
from botkit.wire import Value


class Field(Struct, frozen=True, eq=False):
    """One variable of `ask` with its type."""

    key: Scalar
    name: str
    contact: bool
    type: Answer


class Retry(Struct, frozen=True, eq=False):
    """What follows an answer that is not understood. *max* None: asked for ever."""

    node: Node | None = None
    max: int | None = None
    say: tuple[Say, ...] = ()
    outcome: Outcome = NOTHING  # without what is said


def _fields(pairs: list[tuple[Scalar, Answer]], _node: Node, reading: Reading) -> tuple[Field, ...]:
    named = [(key, variable_name(key, reading), type_) for key, type_ in pairs]
    return tuple(Field(key, name, key.text.startswith("contact."), type_) for key, name, type_ in named if name is not None)


def _check(found: dict[str, Any], node: Node, _reading: Reading) -> Check | None:
    if "if" not in found or "else" not in found:
        return None
    condition: Formula = found["if"]
    reads = frozenset((n.path[0], True) if n.name == "contact" and n.path else (n.name, False) for n in condition.expression.names)
    return Check(node, condition, found["else"], reads)


_CHECK = Made(
    Keys(
        "a check",
        {"if": Key(Expr(), "what must be true", required=True), "else": Key(MESSAGE, "what is said when it is not", required=True)},
    ),
    _check,
)
_RETRY = Made(
    outcome_keys("retry", lone="say", more={"max": Key(whole(1, 100), "bad answers until the outcome is taken")}),
    lambda found, node, reading: Retry(
        node, found.get("max"), found.get("say", ()), outcome_of({name: found[name] for name in found if name != "say"}, reading)
    ),
)


_QUIET = 3  # seconds, where the author names none: files that are sent together come within them
_PLAIN = frozenset({"save", "retry", "silence", "timeout", "errors", "gather", "resume", "stale"})  # keys that are fields as they are


class Ask(Struct, frozen=True, eq=False):
    fields: tuple[Field, ...] = ()
    options: tuple[Option, ...] = ()  # beside computed ones: those of `also`
    computed: Computed | None = None
    save: Save | None = None
    checks: tuple[Check, ...] = ()
    retry: Retry = field(default_factory=Retry)
    silence: tuple[Silence, ...] | None = None
    timeout: int | None = None
    errors: Mapping[str, Outcome] = field(default_factory=dict)
    gather: int | None = None  # seconds
    resume: Resume | None = None
    stale: Stale | None = None
    words: Words = field(default_factory=Words)  # of the options, in every language of the bot: filled by `prepare`

    word: ClassVar[str] = "ask"
    begins: ClassVar[tuple[str, ...]] = ("ask", "options")
    waits: ClassVar[bool] = True
    keys: ClassVar[Mapping[str, Key]] = {
        "ask": Key(Made(TYPES, _fields), "variable: type; waits for an answer"),
        "options": Key(ANY_OPTIONS, "what can be chosen: id → label; waits for an answer"),
        "save": Key(SAVE, "the variable that takes the option's value"),
        "check": Key(ListOf(_CHECK, "a list of { if, else }", lone=True), "conditions of the answer, and what is said when one is not met"),
        "retry": Key(_RETRY, "what to say to an answer not understood, and the outcome after max bad answers"),
        "silence": Key(SILENCE, "what silence leads to while this step waits"),
        "timeout": Key(DURATION, "a fixed limit from the first entry of the step; then errors.timeout"),
        "errors": Key(ERRORS, "timeout, unsent"),
        "gather": Key(DURATION, "joins the texts, or files, that come in a burst into one answer: 5s"),
        "resume": Key(RESUME, "an older prompt is said again before a free text is taken as its answer"),
        "stale": Key(STALE, "what a tap on an old message of this step does"),
    }

    @classmethod
    def of(cls, found: dict[str, Any], node: Node, reading: Reading) -> Ask | None:
        fields, options = found.get("ask", ()), found.get("options", ())
        if not fields and not options:
            return None
        more = {
            name: found[name] for name in ("save", "retry", "silence", "timeout", "errors", "gather", "resume", "stale") if name in found
        }
        computed = options if isinstance(options, Computed) else None
        if computed is not None:
            options = computed.also
            more.setdefault("save", computed.save)
        return cls(tuple(fields), tuple(options), computed, checks=tuple(found.get("check", ())), **more)

    def fingerprint(self) -> str:
        asked = ",".join(f"{f.key.text}={f.type.word}" for f in self.fields)
        return f"ask {asked}{' from' if self.computed else ''}|{','.join(o.id for o in self.options)}"

    def outcomes(self) -> Iterator[tuple[Trigger, Outcome]]:
        for option in self.options:
            yield "option", option.outcome
        if self.computed is not None:
            yield "option", self.computed.outcome
        yield "exhausted", self.retry.outcome
        for entry in self.silence or ():
            yield "silence", entry.outcome
        if self.stale is not None:
            yield "option", self.stale.outcome
        for outcome in self.errors.values():
            yield "error", outcome

    def begin(self, _turn: Turning) -> Arrival:
        return "waits"

    # ---- reading an answer

    def prepare(self) -> None:
        """Make the table of words, once every text is there in all its languages."""
        for form, id_ in table(self.options).forms.items():
            self.words.add(form, id_)

    def offered(self, turn: Turning) -> list[Option]:
        """The options whose `if` holds, in order."""
        return [o for o in self.options if o.condition is None or turn.evaluate(o.condition)]

    @property
    def offers(self) -> bool:
        """Whether there is anything to choose from."""
        return bool(self.options) or self.computed is not None

    def option(self, id_: str) -> Option | None:
        return next((o for o in self.options if o.id == id_), None)

    def chosen(self, turn: Turning, text: str) -> Option | None:
        """The option that *text* names: by id, label, word or number."""
        if not self.options or not text:
            return None
        found = self.words.find(text)
        option = self.option(found) if found is not None else None
        if option is None:
            option = self._by_label(turn, text) or self._by_number(turn, text)
        if option is not None and option.condition is not None and not turn.evaluate(option.condition):
            return None
        return option

    def _by_label(self, turn: Turning, text: str) -> Option | None:
        """Labels that hold expressions are compared as the contact sees them."""
        form = normal(text)
        computed = (o for o in self.options if o.label.text.constant is None)
        return next((o for o in computed if form in label_forms(turn.render(o.label))), None)

    def _by_number(self, turn: Turning, text: str) -> Option | None:
        number = as_number(text) if self.computed is None else None  # beside computed ones they are counted as they are shown
        if number is None or any(form[:1].isdigit() for form in self.words.forms):
            return None
        offered = self.offered(turn)
        if any(normal(turn.render(o.label))[:1].isdigit() for o in offered if o.label.text.constant is None):
            return None
        return offered[number - 1] if 1 <= number <= len(offered) else None

    def captured(self, message: MessageReceived, reading: AnswerReading) -> tuple[Field, Value] | None:
        """The first variable whose type fits what the contact sent."""
        for one in self.fields:
            value = one.type.read(message, reading)
            if not isinstance(value, Rejected):
                return one, value
        return None

    @property
    def quiet(self) -> int | None:
        """Seconds without another message after which what came in pieces is taken up; None: nothing comes in pieces."""
        several = any(isinstance(field.type, Several) for field in self.fields)
        return self.gather if self.gather is not None else _QUIET if several else None

    @property
    def variables(self) -> frozenset[tuple[str, bool]]:
        """(name, whether it is an attribute of the contact) of every variable that an answer empties or fills."""
        saved = {(self.save.name, self.save.contact)} if self.save else set()
        return frozenset({(f.name, f.contact) for f in self.fields} | saved)


def as_number(text: str) -> int | None:
    """The number, up to 99, that *text* is, in the digits of any script."""
    number = digits(text.strip()).rstrip(".)")
    return int(number) if number.isdecimal() and len(number) <= 2 else None
