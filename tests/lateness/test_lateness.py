"""How late a message can come, told for flows that one can follow by eye."""

from __future__ import annotations

import pytest

from botkit.checks.walk import pieces
from botkit.expressions import Expression, parse_expression
from botkit.lateness import lateness
from botkit.lateness.moments import longest
from botkit.says import Say
from tests.checks.found import read

HOURS = 3_600


def late(text: str) -> dict[str, str]:
    """The path by which each message may come with the window closed, faults aside."""
    bot, problems = read(text.lstrip())
    assert bot is not None and not problems.errors, [str(problem) for problem in problems]
    found = lateness(bot)
    says = [piece.thing for piece in pieces(bot) if isinstance(piece.thing, Say)]
    return {say.text.text.source: worst.path for say in says if say.text is not None and (worst := found.of(say)) is not None}


CASES = {
    "a word of the contact begins the time anew": (
        """
steps:
  one: {wait: 20h}
  two: {say: Two?, ask: {_x: text}}
  three: {wait: 20h}
  four: {say: Four.}
""",
        {},
    ),
    "what takes time is added up": (
        """
steps:
  one: {say: One?, ask: {_x: text}}
  two: {wait: 20h}
  three: {say: Three.}
  four: {wait: 4h}
  five: {say: Five.}
""",
        {"Five.": "one → wait 20 hours (line 3) → three → wait 4 hours (line 5) → five"},
    ),
    "five minutes early": ("steps: {one: {wait: 1435m}, two: {say: Two.}}", {"Two.": "wait more than 23 hours (line 1) → two"}),
    "silence counts from the question, not from the word before it": (
        """
steps:
  one: {wait: 20h}
  two: {say: Two?, ask: {_x: text}, silence: [{after: 3h, say: Well?}, {after: 5h, say: Gone?}]}
""",
        {"Gone?": "wait 20 hours (line 2) → two → silence 5 hours (line 3)"},
    ),
    "a silence of the caller holds for a called flow that has none": (
        """
#: flows/main.yaml
silence: [{after: 30h, say: Late.}]
steps: {one: {call: other}, two: {say: Two.}}
#: flows/other.yaml
steps: {ask: {say: Well?, ask: {_x: text}}}
""",
        {"Late.": "main.one → ask → silence 30 hours (line 1)"},
    ),
    "a called flow ends as late as it lasts": (
        """
#: flows/main.yaml
steps: {one: {call: other}, two: {say: Two.}}
#: flows/other.yaml
steps: {rest: {wait: 2d}}
""",
        {"Two.": "one → wait 48 hours (line 1) → two"},
    ),
    "who calls it late does not make it late for another": (
        """
#: flows/main.yaml
steps:
  one: {say: One?, options: {a: {label: A, go: rest}, b: {label: B, go: soon}}}
  rest: {wait: 2d}
  late: {call: other}
  then: {say: {text: Then., closed: drop}, go: end}
  soon: {call: other}
  now: {say: Now.}
#: flows/other.yaml
steps: {tell: {say: {text: Told., closed: drop}}}
""",
        {
            "Told.": "main.one → wait 48 hours (line 3) → main.late → tell",
            "Then.": "one → wait 48 hours (line 3) → late → other.tell → then",
        },
    ),
    "a timeout lets what is inside it go": (
        """
#: flows/main.yaml
steps:
  one:
    say: One?
    options: {a: {label: A, call: other}}
    timeout: 25h
    errors: {timeout: {say: Over.}}
#: flows/other.yaml
steps: {ask: {say: Well?, ask: {_x: text}}}
""",
        {"Over.": "one → timeout 25 hours (line 5)"},
    ),
    "with again a timeout runs on": (
        """
steps:
  one:
    say: One?
    ask: {_x: text}
    silence: [{after: 20h, go: again}]
    timeout: 22h
    errors: {timeout: {say: Over., go: end}}
""",
        {"One?": "one → silence 20 hours (line 5) → one → again and again"},
    ),
    "nobody knows when an event comes, unless there is a limit": (
        """
steps:
  one: {say: One?, ask: {_x: text}}
  two: {wait: {event: paid}, timeout: 2h, errors: {timeout: {go: end}}}
  three: {say: Three., ask: {_y: text}}
  four: {wait: {event: paid}}
  five: {say: Five.}
""",
        {"Five.": 'three → event "paid" (line 5) → five'},
    ),
    "nor when people hand back, unless the queue has a limit": (
        """
#: botkit.yaml
botkit: 1
start: main
queues: {desk: {}, short: {timeout: 2h}}
#: flows/main.yaml
steps:
  one: {handoff: short, errors: {timeout: {go: end}}}
  two: {say: Two., ask: {_x: text}}
  three: {handoff: desk, then: {say: Three.}}
""",
        {"Three.": "two → handoff to desk (line 4)"},
    ),
    "a command that comes back late asks late": (
        """
#: botkit.yaml
botkit: 1
start: main
commands: {help: {match: help, call: other}}
#: flows/main.yaml
steps: {one: {say: One?, ask: {_x: text}}}
#: flows/other.yaml
steps: {rest: {wait: 30h}}
""",
        {"One?": "wait 30 hours (line 1)"},
    ),
    "an action that fails late": (
        """
steps:
  one: {wait: 30h}
  two: {run: clinic.book, errors: {Gone: {say: Gone.}}}
on_error: {say: Sorry.}
""",
        {"Gone.": "wait 30 hours (line 2) → two", "Sorry.": "wait 30 hours (line 2) → two → clinic.book fails"},
    ),
    "reminders that go round": (
        """
steps:
  one: {say: One?, ask: {_x: text}, silence: [{after: 5h, say: Well?, go: two}]}
  two: {say: Two?, ask: {_y: text}, silence: [{after: 5h, go: one}]}
""",
        {
            "One?": "one → silence 5 hours (line 2) → two → silence 5 hours (line 3) → one → again and again",
            "Two?": "one → two → silence 5 hours (line 3) → one → silence 5 hours (line 2) → two → again and again",
            "Well?": "one → silence 5 hours (line 2) → two → silence 5 hours (line 3) → one → again and again",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("text, expected", CASES.values(), ids=CASES.keys())
def test_how_late(text: str, expected: dict[str, str]) -> None:
    assert late(text) == expected


@pytest.mark.parametrize(
    "source, seconds",
    [
        ("now() + hours(2)", 2 * HOURS),
        ("today()", 0),
        ("at(today(), '09:00')", 10 * HOURS),
        ("at(today() + days(1), '09:30')", 35.5 * HOURS),
        ("now() + days(1) - hours(3)", 22 * HOURS),
        ("at(day, '09:00')", None),
        ("contact.due", None),
        ("now() + hours(n)", None),
        ("at(today(), hour)", None),
    ],
)
def test_how_long_until(source: str, seconds: float | None) -> None:
    expression = parse_expression(source)
    assert isinstance(expression, Expression)
    assert longest(expression.tree) == seconds
