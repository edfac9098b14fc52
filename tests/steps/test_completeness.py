"""Nobody has to remember: each kind of step, and each key of it, stands in a chat."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from botkit.steps import KINDS
from botkit.steps.step import STEP

HERE = Path(__file__).parent
CHATS = "\n".join(path.read_text() for folder in (HERE, HERE.parent / "engine") for path in folder.glob("test_*.py"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_chats(kind: str) -> None:
    chats = (HERE / f"test_{kind}.py").read_text()
    assert f"{kind}: " in chats and ".goes(" in chats


@pytest.mark.parametrize("key", sorted({*STEP.table, *(key for kind in KINDS.values() for key in kind.keys)}))
def test_every_key_of_a_step_is_in_one(key: str) -> None:
    assert re.search(rf"\b{key}: ", CHATS)
