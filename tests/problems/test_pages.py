"""Every code has a page, and the examples of the page are what it says they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from botkit.cli.explain import codes as pages
from botkit.cli.explain import page
from tests.problems.case import checked
from tests.problems.codes import codes

# Pages whose story says it all: what they are about is no text, or depends on what is installed.
BARE = {
    "encoding", "libyaml", "missing-extra", "no-settings", "not-yet", "pattern", "too-big", "too-tangled", "unreadable-file",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_its_page(code: str) -> None:
    assert code in pages(), f"write botkit/cli/pages/{code}.md"


@pytest.mark.parametrize("code", pages())
def test_the_wrong_example_is_told_so_and_the_right_one_is_right(code: str, tmp_path: Path) -> None:
    found = page(code)
    assert found.title and found.story
    if code in BARE:
        return
    assert found.wrong and found.right
    assert {problem.code for problem in checked(found.wrong, tmp_path / "wrong").problems} == {code}
    assert [str(problem) for problem in checked(found.right, tmp_path / "right").problems] == []


def test_no_page_is_left_over() -> None:
    assert set(pages()) <= set(codes())
