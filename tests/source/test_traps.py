"""Each usual trap: one report, at the right place, with a fix that mends it when it is carried out."""

from __future__ import annotations

import pytest

from botkit.problems import Problem, Problems, edited, render
from botkit.source import Node, decode, read

STEP = "steps:\n  a:\n    say: {}\n    go: end\n"

# (what the author wrote, code, line, column, what the fix makes of it)
TRAPS = {
    "tab": ("steps:\n  a:\n\tsay: Hi\n    go: end\n", "tab", 3, 1, "steps:\n  a:\n    say: Hi\n    go: end\n"),
    "tabs everywhere": ("steps:\n\ta:\n\t\tsay: Hi\n\t\tgo: end\n\tb:\n\t\tgo: a\n", "tab", 2, 1,
                        "steps:\n  a:\n    say: Hi\n    go: end\n  b:\n    go: a\n"),
    "tab after spaces": ("steps:\n  a:\n  \tsay: Hi\n    go: end\n", "tab", 3, 3, "steps:\n  a:\n    say: Hi\n    go: end\n"),
    "tab in a block": ("a:\n  say: |\n\tHi\n", "tab", 3, 1, "a:\n  say: |\n    Hi\n"),
    "second colon": (STEP.format("Note: bring your card"), "quote-needed", 3, 14, STEP.format('"Note: bring your card"')),
    "second colon, comment": (STEP.format("Note: x # why"), "quote-needed", 3, 14, STEP.format('"Note: x" # why')),
    "colon at the end": (STEP.format("Choose one:"), "quote-needed", 3, 20, STEP.format('"Choose one:"')),
    "colon in a later row": ("a:\n  say: Hello\n    Note: bring\n  go: x\n", "quote-needed", 3, 9,
                             'a:\n  say: "Hello\n    Note: bring"\n  go: x\n'),
    "bold": (STEP.format("*Welcome* to us"), "quote-needed", 3, 10, STEP.format('"*Welcome* to us"')),
    "bold word": (STEP.format("*Welcome*"), "quote-needed", 3, 10, STEP.format('"*Welcome*"')),
    "bold, with a quote": (STEP.format('*Hi* "you"'), "quote-needed", 3, 10, STEP.format('"*Hi* \\"you\\""')),
    "bold, two rows": ("a:\n  say: *Hi*\n    you\n", "quote-needed", 2, 8, 'a:\n  say: "*Hi*\n    you"\n'),
    "bold, in a list": ("a:\n  - *Hi*\n  - x\n", "quote-needed", 2, 5, 'a:\n  - "*Hi*"\n  - x\n'),
    "bold, on its own row": ("a:\n  say:\n    *Hi* you\n", "quote-needed", 3, 5, 'a:\n  say:\n    "*Hi* you"\n'),
    "bold, in braces": ("a: {label: *x, go: b}\n", "flow-quotes", 1, 12, 'a: {label: "*x", go: b}\n'),
    "braces": (STEP.format("{{ name }}, hello"), "quote-needed", 3, 10, STEP.format('"{{ name }}, hello"')),
    "braces alone": (STEP.format("{{ name }}"), "quote-needed", 3, 10, STEP.format('"{{ name }}"')),
    "braces, expression": (STEP.format("{{ contact.name or 'you' }}"), "quote-needed", 3, 10,
                           STEP.format("\"{{ contact.name or 'you' }}\"")),
    "braces, in a list": ("a:\n  - {{ x }} is it\n", "quote-needed", 2, 5, 'a:\n  - "{{ x }} is it"\n'),
    "ampersand": (STEP.format("&you and me"), "quote-needed", 3, 10, STEP.format('"&you and me"')),
    "ampersand alone": (STEP.format("& Sons"), "quote-needed", 3, 10, STEP.format('"& Sons"')),
    "exclamation": (STEP.format("!Hola"), "quote-needed", 3, 10, STEP.format('"!Hola"')),
    "at": (STEP.format("@home"), "quote-needed", 3, 10, STEP.format('"@home"')),
    "backtick": (STEP.format("`code`"), "quote-needed", 3, 10, STEP.format('"`code`"')),
    "per cent": (STEP.format("%5 off"), "quote-needed", 3, 10, STEP.format('"%5 off"')),
    "bar": (STEP.format("| hello"), "quote-needed", 3, 10, STEP.format('"| hello"')),
    "greater": (STEP.format("> 50 people"), "quote-needed", 3, 10, STEP.format('"> 50 people"')),
    "dash": (STEP.format("- hello"), "quote-needed", 3, 10, STEP.format('"- hello"')),
    "question mark": (STEP.format("? hello"), "quote-needed", 3, 10, STEP.format('"? hello"')),
    "bracket": (STEP.format("[Yes] or no"), "quote-needed", 3, 10, STEP.format('"[Yes] or no"')),
    "hash": (STEP.format("#1 in town"), "quote-needed", 3, 10, STEP.format('"#1 in town"')),
    "open quote": (STEP.format('"Hi there'), "open-quote", 3, 10, STEP.format('"Hi there"')),
    "open quote, more below": (STEP.format('"Hi') + '  b:\n    say: "Ok"\n', "open-quote", 3, 10,
                               STEP.format('"Hi"') + '  b:\n    say: "Ok"\n'),
    "open apostrophe": (STEP.format("'Hi") + "  b:\n    say: It's\n", "open-quote", 3, 10, STEP.format("'Hi'") + "  b:\n    say: It's\n"),
    "open quote, never noticed by YAML": ('a: "x\nb: y"\n', "open-quote", 1, 4, 'a: "x"\nb: y"\n'),
    "inner apostrophe": (STEP.format("'It's late'"), "inner-quote", 3, 13, STEP.format('"It\'s late"')),
    "inner quotes": (STEP.format('"He said "hi" to me"'), "inner-quote", 3, 19, STEP.format('"He said \\"hi\\" to me"')),
    "quoted word": (STEP.format('"Hi" there'), "inner-quote", 3, 13, STEP.format('"\\"Hi\\" there"')),
    "escape": (STEP.format(r'"C:\path"'), "escape", 3, 13, STEP.format(r'"C:\\path"')),
    "halves of an emoji": (STEP.format(r'"\ud83d\ude00 hi"'), "escape", 3, 11, STEP.format('"😀 hi"')),
    "glued": ("steps:\n  a:\n    say:Hi\n    go: end\n", "colon", 3, 8, STEP.format("Hi")),
    "glued, last": ("steps:\n  a:\n    go: end\n    say:Hi\n", "colon", 4, 8, "steps:\n  a:\n    go: end\n    say: Hi\n"),
    "no colon, key above": ("steps\n  a:\n    go: end\n", "colon", 1, 1, "steps:\n  a:\n    go: end\n"),
    "no colon, name": ("steps:\n  a\n    go: end\n", "colon", 2, 3, "steps:\n  a:\n    go: end\n"),
    "no colon, value": ("steps:\n  a:\n    say: x\n    ask day\n", "colon", 4, 5, "steps:\n  a:\n    say: x\n    ask: day\n"),
    "no colon, first": ("steps:\n  a:\n    ask day\n    say: x\n", "colon", 3, 5, "steps:\n  a:\n    ask: day\n    say: x\n"),
    "no colon, braces": ("a:\n  b: c\n  d {e: f}\n", "colon", 3, 3, "a:\n  b: c\n  d: {e: f}\n"),
    "wide colon": ("a：b\nc: d\n", "colon", 1, 2, "a: b\nc: d\n"),
    "no-break space": ("a:\n\xa0\xa0b: c\n", "no-break-space", 2, 1, "a:\n  b: c\n"),
    "no-break space behind the colon": ("a:\n  b:\xa0c\n  d: e\n", "no-break-space", 2, 5, "a:\n  b: c\n  d: e\n"),
    "no-break space behind the dash": ("a:\n  -\xa0b\n  - c\n", "no-break-space", 2, 4, "a:\n  - b\n  - c\n"),
    "no-break spaces everywhere": ("a:\n\xa0 b: c\n\xa0 d: e\n", "no-break-space", 2, 1, "a:\n  b: c\n  d: e\n"),
    "space of no width": ("a: \ufeffb\n", "no-break-space", 1, 4, "a: b\n"),
    "curly quotes": (STEP.format("“Hi”"), "curly-quotes", 3, 10, STEP.format('"Hi"')),
    "curly quotes, colon": (STEP.format("“Note: hi”"), "curly-quotes", 3, 10, STEP.format('"Note: hi"')),
    "low curly quotes": (STEP.format("„Hallo“"), "curly-quotes", 3, 10, STEP.format('"Hallo"')),
    "text lost": ("a: Prices #1\n", "text-lost", 1, 11, 'a: "Prices #1"\n'),
    "text lost, many words": ("a: Call #555 now\n", "text-lost", 1, 9, 'a: "Call #555 now"\n'),
    "comma": ("a: {if: bucket('a', 2) == 0, go: b}\n", "flow-quotes", 1, 9, "a: {if: \"bucket('a', 2) == 0\", go: b}\n"),
    "comma in a text": ("a: {say: Welcome back, Ana, go: b}\n", "flow-quotes", 1, 10, 'a: {say: "Welcome back, Ana", go: b}\n'),
    "colon in braces": ("a: {label: Yes: go on, go: x}\n", "flow-quotes", 1, 12, 'a: {label: "Yes: go on", go: x}\n'),
    "reply in braces": ("a: {else: Are you {{ answer }}?}\n", "flow-quotes", 1, 11, 'a: {else: "Are you {{ answer }}?"}\n'),
    "index in braces": ("a: {if: x[0] == 2, go: b}\n", "flow-quotes", 1, 9, 'a: {if: "x[0] == 2", go: b}\n'),
    "hash in braces": ("a: {label: Prices #1, go: x}\nb: c\n", "flow-quotes", 1, 12, 'a: {label: "Prices #1", go: x}\nb: c\n'),
    "braces in braces": ("a: {y: {label: Yes, please, go: x}}\n", "flow-quotes", 1, 16, 'a: {y: {label: "Yes, please", go: x}}\n'),
    "apostrophe in braces": ("a: {label: 'It's late', go: x}\n", "flow-quotes", 1, 12, 'a: {label: "It\'s late", go: x}\n'),
    "open brace": ("a: {if: x\nb: c\n", "open-bracket", 1, 4, "a: {if: x}\nb: c\n"),
    "open bracket": ("a: [x, y\nb: c\n", "open-bracket", 1, 4, "a: [x, y]\nb: c\n"),
    "one brace too many": ("a: {b: c}}\nd: e\n", "open-bracket", 1, 10, "a: {b: c}\nd: e\n"),
    "too far left": ("steps:\n  a:\n    say: x\n   go: y\n", "indent", 4, 4, "steps:\n  a:\n    say: x\n    go: y\n"),
    "too far right": ("steps:\n  a:\n    say: x\n     go: y\n", "indent", 4, 6, "steps:\n  a:\n    say: x\n    go: y\n"),
    "a list too far left": ("a:\n   - x\n  - y\n", "indent", 3, 3, "a:\n   - x\n   - y\n"),
    "a text that goes on too far left": ("a:\n  b: Sorry,\nI did not get it\n  c: d\n", "indent", 3, 1,
                                         "a:\n  b: Sorry,\n    I did not get it\n  c: d\n"),
    "dash without space": ("a:\n  - x\n  -y\nb: c\n", "dash", 3, 3, "a:\n  - x\n  - y\nb: c\n"),
    "dashes without space": ("a:\n  -x\n  -y\n", "dash", 2, 3, "a:\n  - x\n  - y\n"),
    "control character": ("a: b\x07c\n", "control-character", 1, 5, "a: bc\n"),
    "line separator": ("a: b\u2028c\n", "control-character", 1, 5, "a: b c\n"),
}  # fmt: skip


def found(text: str) -> tuple[Node | None, list[Problem]]:
    problems = Problems()
    source = decode("flows/clinic.yaml", text.encode(), problems)
    node = read(source, problems) if source is not None else None
    return node, list(problems)


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_one_report_whose_fix_mends_it(name: str) -> None:
    text, code, line, column, mended = TRAPS[name]
    _, problems = found(text)
    assert [(p.code, p.place.line, p.place.column) for p in problems] == [(code, line, column)]
    assert problems[0].hint
    assert edited(text, problems[0].fix) == mended
    node, left = found(mended)
    assert node is not None and left == []


# What only the author can mend: one report, with a hint, and no fix.
TOLD = {
    "anchors": ("a: &x\n  b: c\nd: *x\n", "anchor", 1, 4),
    "merge": ("a: {b: c}\nd:\n  <<: *a\n", "anchor", 3, 7),
    "alias of an anchor": ("a: &x b\nd: *x\n", "quote-needed", 1, 4),
    "a list beside keys": ("a:\n  - x\n  b: c\n", "mixed", 3, 3),
    "keys beside a list": ("a:\n  b: c\n  - x\n", "mixed", 3, 3),
    "two documents": ("a: b\n---\nc: d\n", "documents", 2, 1),
    "key twice": ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
    "half a character": ('a: "\\ud800"\n', "escape", 1, 5),
    "a name that is a list": ("? [a, b]\n: c\n", "bad-name", 1, 3),
    "no value in braces": ("a: {b, c: d}\n", "flow-quotes", 1, 5),
    "an escaped control character": ('a: "\\e[31m"\n', "control-character", 1, 4),
    "nonsense": ("%triggers: [a]\n", "yaml", 1, 10),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_only_the_author_can_mend(name: str) -> None:
    text, code, line, column = TOLD[name]
    _, problems = found(text)
    assert (problems[0].code, problems[0].place.line, problems[0].place.column) == (code, line, column)
    assert problems[0].hint
    assert len(problems) == 1 or name == "alias of an anchor"


def test_all_traps_of_a_file_are_found_at_once() -> None:
    text = 'triggers: [a, b\nsteps:\n  x:\n    say: Note: one\n    go:y\n  y:\n    say: "two\n    ask day\n  z:\n\tsay: *bold*\n    go: x\n'
    node, problems = found(text)
    assert node is not None
    assert [(p.code, p.place.line) for p in problems] == [
        ("open-bracket", 1), ("quote-needed", 4), ("colon", 5), ("open-quote", 7), ("colon", 8), ("tab", 10), ("quote-needed", 10),
    ]  # fmt: skip
    for problem in problems:
        assert problem.fix


def test_after_a_mend_places_still_speak_of_the_file() -> None:
    _, problems = found("a:\n\tb: *x* {{ y }}\n\tb: z\n")
    text = "a:\n\tb: *x* {{ y }}\n\tb: z\n"
    twice = next(p for p in problems if p.code == "duplicate-key")
    assert (twice.place.line, twice.place.column, twice.place.end_column) == (3, 2, 3)
    assert render(twice, text).splitlines()[2:4] == ["3 | →b: z", "  |  ^"]


def test_what_is_no_trap() -> None:
    text = (
        "a: Hi there  # a comment\n"
        "b: Fish & chips, 9:30, http://x.y/z#top, a*b, 50% off, it's fine!\n"
        'c: "*bold* # {{ x }}: [y]"\n'
        "d: |\n  * one: two\n  \xa0 # three\n  {{ x }}\n\te\n"
        "e: {label: Book a visit, go: x, if: a == 2, text: 'one, two'}\n"
        "f: “curly” in the middle “too\n"
        "g: 'two\n  rows: of text'\n"
        "h: -5\n"
    ).replace("\n\te", "")
    node, problems = found(text)
    assert node is not None
    assert problems == []
