"""The commonest mistakes, word for word as an author reads them."""

from __future__ import annotations

import pytest

from botkit.problems import Problems, render
from botkit.source import decode, read

SAID = [
    (
        "steps:\n  a:\n\tsay: Hi\n    go: end\n",
        'f.yaml:3:1: error[tab] this line begins with a Tab\n  |\n3 | →say: Hi\n  | ^\n'
        '   = hint: use spaces, as its neighbours do (4). "botkit check --fix" replaces it.\n',
    ),
    (
        "a:\n  b:\n    say: Note: bring your card\n",
        'f.yaml:3:14: error[quote-needed] this text has a second ": ", so it needs quotes\n  |\n3 |     say: Note: bring your card\n'
        '  |              ^\n   = hint: say: "Note: bring your card"\n',
    ),
    (
        'a:\n  b:\n    say: "Hi there\n',
        'f.yaml:3:10: error[open-quote] this quote is never closed\n  |\n3 |     say: "Hi there\n  |          ^\n'
        '   = hint: add " at the end of the text\n',
    ),
    (
        "a:\n  b:\n    say:Hi\n    go: end\n",
        'f.yaml:3:8: error[colon] "say" needs a colon and a space behind it\n  |\n3 |     say:Hi\n  |        ^\n   = hint: say: Hi\n',
    ),
    (
        "日本: *太字*\n",
        'f.yaml:1:5: error[quote-needed] a text that begins with "*" needs quotes\n  |\n1 | 日本: *太字*\n  |       ^^^^^^\n'
        '   = hint: 日本: "*太字*"\n',
    ),
    (
        "a: x\n\nb: 1\na: y\n",
        'f.yaml:4:1: error[duplicate-key] "a" stands here twice; the first is in line 1\n  |\n4 | a: y\n  | ^\n'
        "   = hint: delete one, or rename it\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), SAID)
def test_a_message_reads_as_it_should(text: str, said: str) -> None:
    problems = Problems()
    source = decode("f.yaml", text.encode(), problems)
    assert source is not None
    read(source, problems)
    assert [render(problem, text) for problem in problems] == [said]
