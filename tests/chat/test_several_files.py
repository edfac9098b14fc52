"""Several files as one answer, sent in a chat."""

from __future__ import annotations

from pathlib import Path

from tests.chat.talks import project_of, typed, written

CLAIM = 'steps: {photos: {say: Photos?, ask: {photos: "image[1..3]"}}, thanks: {say: "{{ photos | length }} photos."}}'


def test_they_are_attached_and_ended_by_the_button_or_the_word(tmp_path: Path) -> None:
    claim = project_of(written(tmp_path, main=CLAIM))
    shown = typed(claim, "hello", "/attach a.jpg", "/attach b.jpg", "/next", "1")
    assert shown[1].endswith("(more may come: it waits a few seconds for that; /next)") and "may come" not in shown[3]
    assert shown[3].startswith("bot> Received: 2. Send more, or tap Done.\n     [1] Done")
    assert shown[4] == "bot> 2 photos."
    assert typed(claim, "hello", "/attach a.jpg", "done")[2] == "bot> 1 photos."
    assert typed(claim, "hello", "/attach a.jpg", "/attach b.jpg", "/attach c.jpg")[3] == "bot> 3 photos."
