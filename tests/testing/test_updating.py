"""--update: the texts that differ are rewritten, all else stays as it is to the byte."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from botkit.testing.stillness import StillLoop
from botkit.testing.suite import Suite, Wanted, read_file
from botkit.testing.updating import updated
from tests.testing.bots import read

BOT = read(
    main="""
        steps:
          menu: {say: "Hi, there: how can we help?", options: {book: "Book, now", nurse: A nurse}}
          nurse:
            say:
              - |
                A nurse will call.
                Soon.
              - Bye
    """
)
NUDGE = {"nudge.yaml": "category: utility\nbody: Are {{1}} there?\nexample: [you]\n"}


def run(data: bytes, tmp_path: Path, bot=BOT) -> bytes:
    """The file after --update."""
    path = tmp_path / "x.test.yaml"
    path.write_bytes(data)
    file = read_file(path, tmp_path, bot, {})
    assert not file.problems.errors, [str(problem) for problem in file.problems]
    suite = Suite(bot, {}, Wanted(accepting=True))
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        (done,) = runner.run(suite.play([file], lambda _: None))
    changes = [change for played in done.played for change in played.changes]
    new = updated(data, changes)
    path.write_bytes(new.data)
    again = Suite(bot, {}, Wanted())
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        (done,) = runner.run(again.play([read_file(path, tmp_path, bot, {})], lambda _: None))
    assert not done.failed, new.data.decode()
    return new.data


BEFORE = """\
# tests of the menu

- test: a nurse     # who calls
  talk:
    - user:   hello
    - bot: How can we help?     # the question
      options: [Book, Nurse]    # two
    -   tap: nurse

    - bot: "A nurse"
    # and then
    - bot:  Bye
"""
AFTER = """\
# tests of the menu

- test: a nurse     # who calls
  talk:
    - user:   hello
    - bot: "Hi, there: how can we help?"     # the question
      options: ["Book, now", A nurse]    # two
    -   tap: nurse

    - bot: |
        A nurse will call.
        Soon.
    # and then
    - bot:  Bye
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_the_rest_stays_as_it_is(tmp_path, newline, bom):
    before, after = ((bom + text.replace("\n", newline)).encode() for text in (BEFORE, AFTER))
    assert run(before, tmp_path) == after


def test_what_fits_stays_with_its_stars(tmp_path):
    text = b"- test: a\n  talk:\n    - user: x\n    - bot: Hi*\n      options: [Book*, '*']\n"
    assert run(text, tmp_path) == text


def test_what_is_not_named_yet_is_added(tmp_path):
    before = b"- test: a\n  talk:\n    - user: x   # hello\n    - tap: nurse\n- test: b\n  talk:\n    - user: y\n    - bot: Hi*"
    after = """\
- test: a
  talk:
    - user: x   # hello
    - bot: "Hi, there: how can we help?"
      options: ["Book, now", A nurse]
    - tap: nurse
    - bot: |
        A nurse will call.
        Soon.
    - bot: Bye
- test: b
  talk:
    - user: y
    - bot: Hi*"""
    assert run(before, tmp_path).decode() == after


def test_added_at_the_end_of_a_file_that_ends_without_a_line(tmp_path):
    assert (
        run(b"- test: a\n  talk:\n    - user: x", tmp_path)
        .decode()
        .endswith('- bot: "Hi, there: how can we help?"\n      options: ["Book, now", A nurse]')
    )


def test_what_no_longer_comes_is_taken_out(tmp_path):
    before = b"- test: a\n  talk:\n    - user: x\n    - bot: Hi*\n    - bot: |\n        More\n        of it\n    - bot: Yet more"
    assert run(before, tmp_path) == b"- test: a\n  talk:\n    - user: x\n    - bot: Hi*\n"


def test_a_block_becomes_a_line_and_labels_keep_their_form(tmp_path):
    before = """\
- test: a
  talk:
    - user: x
    - bot: >
        How can
        we help?

      options:
        - Book
        - Nurse
    - tap: nurse
    - bot: A*
    - bot: B*
"""
    after = before.replace(">\n        How can\n        we help?\n", '"Hi, there: how can we help?"\n')
    after = after.replace("- Book\n        - Nurse", "- Book, now\n        - A nurse")
    assert run(before.encode(), tmp_path).decode() == after


def test_entries_between_braces(tmp_path):
    before = b"- test: a\n  talk:\n    - {user: x}\n    - {bot: Hello, options: [a, b]}\n"
    assert (
        run(before, tmp_path)
        == b'- test: a\n  talk:\n    - {user: x}\n    - {bot: "Hi, there: how can we help?", options: ["Book, now", A nurse]}\n'
    )


def test_a_template_in_the_place_of_a_text_and_the_other_way_round(tmp_path):
    bot = read(
        main="steps: {a: {say: Hi, ask: {x: text}, silence: [{after: 30h, say: {text: Hello?, template: {name: nudge, with: ['a, b']}}}]}}",
        templates=NUDGE,
    )
    before = b"- test: a\n  talk:\n    - user: x\n    - template: {name: other, with: [x]}   # first\n    - after: 30h\n    - bot: Hello?\n"
    assert b"no-such" not in before
    path = tmp_path / "y"
    path.mkdir()
    after = b'- test: a\n  talk:\n    - user: x\n    - bot: Hi   # first\n    - after: 30h\n    - template: {name: nudge, with: ["a, b"]}\n'
    assert run(before.replace(b"other", b"nudge"), path, bot) == after


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "nothing",
        "*bold*",
        "a: b",
        "# x",
        "- x",
        "{a}",
        "[a]",
        '"quoted"',
        "it's",
        "50 % off",
        "007",
        "~",
        "a #b",
        "@x",
        "`x`",
        "x:",
        "é 👋",
        " x ",
    ],
)
def test_any_text_reads_back(tmp_path, text):
    bot = read(main="steps: {a: {say: '{{ msg.text }}', go: end}}")
    before = f"- test: a\n  talk:\n    - user: {text!r}\n    - bot: other\n".encode()
    if "'" in text and '"' not in text:
        before = f'- test: a\n  talk:\n    - user: "{text}"\n    - bot: other\n'.encode()
    assert run(before, tmp_path, bot) != before


def test_rows_of_a_table_are_left_alone(tmp_path):
    path = tmp_path / "x.test.yaml"
    path.write_text("- test: a\n  each: [{x: 1}]\n  talk:\n    - user: '{{ x }}'\n    - bot: other\n")
    suite = Suite(BOT, {}, Wanted(accepting=True))
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        (done,) = runner.run(suite.play([read_file(path, tmp_path, BOT, {})], lambda _: None))
    assert done.failed and not done.played[0].changes and not done.failed[0].difference.acceptable
