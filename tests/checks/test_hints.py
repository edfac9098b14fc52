"""What a hint says, done, makes the report go away, and brings no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from botkit.project import read_project
from tests.problems.case import files_of, write

CASES = Path(__file__).parent.parent / "problems"

# case, the code, what stands there, what the hint makes of it
DONE = [
    ("no-such-step", "no-such-step", "go: bok_visit", "go: book_visit"),
    ("no-such-flow", "no-such-flow", "call: hepl", "call: help"),
    ("step-or-flow", "step-or-flow", "go: address\n", "go: address.tell\n"),
    ("no-such-queue", "no-such-queue", "front_desk: {}", "front_desk: {}\n  doctors: {}"),
    ("unreachable-step", "unreachable-step", "go: menu", "go: hours"),
    ("unreachable-flow", "unreachable-flow", "#: flows/survey.yaml\n", "#: flows/survey.yaml\ntriggers: [survey]\n"),
    ("back-to-nothing", "back-to-nothing", "go: back", "go: name"),
    ("dead-end", "dead-end", "go: again", "go: end"),
    ("no-option-left", "no-option-left", ", if: contact.name}", "}"),
    ("endless-loop", "endless-loop", "go: again", "go: end"),
    ("action-loop", "action-loop", "go: look", "go: done"),
    ("endless-calls", "endless-calls", "  again_and:\n    call: clinic\n", ""),
    ("recursive-call", "recursive-call", "call: shop", "go: shop.menu"),
    ("no-such-error", "no-such-error", "      done: {say: Good.}\n", ""),
    ("uncaught-outcome", "uncaught-outcome", "call: address", "call: address\n    errors: {cancelled: {go: done}}"),
    ("reserved-outcome", "reserved-outcome", "go: fail any", "go: fail cancelled"),
    ("unheard-outcome", "unheard-outcome", "go: fail cancelled", "go: end"),
    (
        "nothing-returned", "nothing-returned", "steps:\n  street:\n    say: Which street?\n    ask: {_street: text}\n",
        "returns: {street: text}\nsteps:\n  street:\n    say: Which street?\n    ask: {street: text}\n",
    ),
    ("missing-argument", "missing-argument", "call: address", "call: address\n    with: {country: ES}"),
    ("unset-return", "unset-return", "  city: text\n", ""),
    ("unknown-variable", "unknown-variable", "{{ name }}.", "{{ contact.name }}."),
    ("unknown-attribute", "unknown-attribute", "contact: {city: text}", "contact: {city: text, age: text}"),
    ("unused-variable", "unused-variable", "    save: topic\n", ""),
    ("wrong-literal", "wrong-literal", "few: A few", "few: {label: A few, value: 3}"),
    ("template-values", "template-values", "template: visit_booked}", "template: {name: visit_booked, with: [V7]}}"),
    ("pull-old", "pull-old", '"at": "2020', '"at": "2126'),
    ("too-many-options", "too-many-options", "      c11: Clinic 11\n      c12: Clinic 12\n", ""),
    ("never-shown", "never-shown", ", button: Choose}", "}"),
    ("same-word", "same-word", ", match: [Sure!]", ""),
    ("option-hides-command", "option-hides-command", "help: Help", "aid: I am lost"),
    ("command-hides-answer", "command-hides-answer", "    ask:", "    commands: off\n    ask:"),
    ("retry-leads-nowhere", "retry-leads-nowhere", "{max: 3,", "{max: 3, go: end,"),
    ("retry-never-ends", "retry-never-ends", "{say:", "{max: 3, say:"),
    ("no-prompt", "no-prompt", "    ask:", "    say: Which day?\n    ask:"),
    ("timeout-unhandled", "timeout-unhandled", "    timeout: 1h", "    timeout: 1h\n    errors: {timeout: {go: end}}"),
    ("no-timeout", "no-timeout", "    errors:", "    timeout: 1h\n    errors:"),
    ("never-filled", "never-filled", "{name: text, age: integer, place: location}", "{age: integer, place: location, name: text}"),
    ("save-without-options", "save-without-options", "{day: date}\n    save: visit_day", "{visit_day: date}\n    set: {day: x}"),
    ("value-without-save", "value-without-save", "    options:", "    save: _count\n    options:"),
    ("said-too-early", "said-too-early", "    say: Your visit is booked.", "    then: {say: Your visit is booked.}"),
    ("never-taken", "never-taken", "- go: old\n      - {if: contact.name, go: new}\n", "- {if: contact.name, go: new}\n      - go: old\n"),
    ("silence-order", "silence-order", "after: 4h", "after: 1h"),
    ("empty-silence", "empty-silence", "{after: 2h}", "{after: 2h, say: Still there?}"),
    ("endless-reminder", "endless-reminder", ", go: again", ""),
    ("outside-24h", "outside-24h", "say: How are you now?", "say: {text: How are you now?, closed: hold}"),
    (
        "outbound-without-template", "outbound-without-template", 'say: "Your order {{ number }} is on its way."',
        'say: {text: "Your order {{ number }} is on its way.", closed: hold}',
    ),
    ("no-timezone", "no-timezone", "start: clinic", "start: clinic\ntimezone: Europe/Madrid"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "code", "there", "instead"), DONE, ids=[case for case, *_ in DONE])
def test_a_hint_works_when_followed(case: str, code: str, there: str, instead: str, tmp_path: Path) -> None:
    text = (CASES / f"{case}.yaml").read_text(encoding="utf-8")
    assert text.count(there) >= 1
    before = _problems(text, tmp_path / "before")
    after = _problems(text.replace(there, instead, 1), tmp_path / "after")
    assert after.count(code) < before.count(code)
    assert not set(after) - set(before)


def _problems(text: str, folder: Path) -> list[str]:
    assert files_of(text)
    return [problem.code for problem in read_project(write(text, folder)).problems]
