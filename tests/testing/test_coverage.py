"""What tests have been through, and what none came by."""

from __future__ import annotations

from botkit.testing.coverage import Coverage
from botkit.testing.reporting import coverage_lines
from tests.testing.bots import read
from tests.testing.talking import actions, suite_of

SHOP = {
    "settings": """
        languages: [en, es]
        commands: {stop: {match: stop, say: Bye., go: quit}}
        on_error: {say: Sorry., go: quit}
        queues: {desk: {}}
    """,
    "main": """
        silence: [{after: 1h, say: Still there?}]
        commands: {again: {match: again, go: menu}}
        on_error: {say: Oh., go: end}
        steps:
          menu:
            say: "What?"
            options: {tea: Tea, cake: {label: Cake, go: shelf}}
            retry: {max: 2, go: human}
            timeout: 1d
            errors: {timeout: {go: end}}
          look: {run: shop.look, save: found, errors: {any: {say: Broken., go: menu}}}
          which:
            branch:
              - {if: found > 1, go: human}
              - go: menu
          shelf: {say: "Which?", options: {from: "= ['a', 'b']", label: = item, go: menu, also: {none: {label: None, go: menu}}}}
          human: {handoff: desk, say: Wait., timeout: 2h, errors: {timeout: {go: end}}}
          never: {say: Nobody comes here., go: end}
    """,
}
BOT = read(SHOP["settings"], main=SHOP["main"])
TALK = """
- test: a
  mocks: {shop.look: [{return: 1}, {raise: any}]}
  talk:
    - user: hello
    - bot: What?
    - tap: tea
    - bot: What?
    - tap: tea
    - bot: Broken.
    - bot: What?
    - after: 1h
    - bot: Still there?
    - user: stop
    - bot: Bye.
- test: b
  lang: es
  talk:
    - user: hello
    - bot: What?
    - tap: cake
    - bot: Which?
    - tap: a
    - bot: What?
    - user: x
    - bot: "*"
    - bot: What?
    - user: y
    - bot: Wait.
    - after: 2h
"""


def look() -> int:
    """What there is."""
    raise AssertionError


def missed(coverage: Coverage) -> dict[str, list[str]]:
    return {covered.kind: [point.label for point in covered.missed] for covered in coverage.covered()}


def test_what_none_came_by_is_named_kind_by_kind(caplog):
    caplog.set_level(100)
    suite, (done,) = suite_of(TALK, BOT, actions(look))
    assert not done.failed
    assert missed(suite.coverage) == {
        "steps": ["main.never"],
        "options": ['shelf → "None"'],
        "branches": ["which: way 1"],
        "errors": ["botkit.yaml: on_error", "main: on_error", "menu: timeout"],
        "timers": ["menu: timeout"],
        "commands": ["again"],
    }
    assert suite.coverage.languages() == {"en": 50, "es": 50}
    assert suite.coverage.percent == 83


def test_each_has_its_place(caplog):
    caplog.set_level(100)
    suite, _ = suite_of(TALK, BOT, actions(look))
    told = list(coverage_lines(suite.coverage))
    assert told[0] == "steps         5 of 6   83 %"
    assert "never visited:  main.never (flows/main.yaml:19)" in told
    assert "never given:    again (flows/main.yaml:3)" in told
    assert "languages             en 50 %  es 50 %" in told


def test_nothing_played_is_nothing_covered():
    coverage = Coverage(BOT)
    assert coverage.percent == 0 and coverage.languages() == {"en": 0, "es": 0}
    assert all(len(covered.missed) == covered.total for covered in coverage.covered())


def test_a_bot_without_options_has_none_to_cover():
    coverage = Coverage(read(main="steps: {a: {say: Hi}}"))
    assert [covered.kind for covered in coverage.covered()] == ["steps"]


def test_the_order_of_tests_does_not_matter(caplog):
    caplog.set_level(100)
    a, b = TALK.strip().split("\n- test: b")
    turned = "- test: b" + b + "\n" + a
    one, _ = suite_of(TALK, BOT, actions(look))
    other, _ = suite_of(turned, BOT, actions(look))
    assert missed(one.coverage) == missed(other.coverage)


def test_it_is_the_same_every_time(caplog):
    caplog.set_level(100)

    def bodies():
        _, (done,) = suite_of(TALK, BOT, actions(look))
        return [said.body for played in done.played for said in played.said]

    assert bodies() == bodies()
