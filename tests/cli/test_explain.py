"""botkit explain: the page of a code, and the list of them."""

from __future__ import annotations

import json

from botkit.cli.explain import codes
from tests.cli.conftest import Run


def test_a_page_has_its_story_and_both_examples(botkit: Run) -> None:
    ran = botkit("explain", "colon")
    assert ran.code == 0
    assert ran.out.startswith("A key lost its colon, or the space behind it  [colon]\n")
    assert "Not so:\n\n    steps:" in ran.out
    assert "But so:\n\n    steps:" in ran.out


def test_a_code_may_be_typed_as_it_is_shown(botkit: Run) -> None:
    assert botkit("explain", "error[colon]").out == botkit("explain", "colon").out


def test_without_a_code_all_are_listed(botkit: Run) -> None:
    listed = [line.split()[0] for line in botkit("explain").out.splitlines()]
    assert listed == codes()


def test_an_unknown_code_names_the_nearest(botkit: Run) -> None:
    ran = botkit("explain", "colonn")
    assert ran.code == 2
    assert 'There is no message "colonn". Did you mean "colon"?' in ran.err


def test_pages_as_json(botkit: Run) -> None:
    told = json.loads(botkit("--json", "explain", "tab").out)
    assert told["version"] == 1 and told["code"] == "tab" and "say" in told["right"]
    assert len(json.loads(botkit("--json", "explain").out)["codes"]) == len(codes())
