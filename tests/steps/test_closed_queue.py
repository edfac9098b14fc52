"""handoff: what a queue that is closed leads to."""

from __future__ import annotations

import pytest

from tests.engine.talk import talk

WEEKEND = 'queues: {desk: {hours: "Sat-Sun 9-17"}}'  # talks begin on a Monday


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        ("{say: Closed., go: note}", ["Closed.", "What is it about?"]),
        ("{go: note}", ["What is it about?"]),
        ("{say: Closed.}", ["Closed.", "On."]),
    ],
)
def test_a_closed_queue_takes_its_outcome(closed: str, said: list[str]) -> None:
    flow = f"""
    steps:
      desk: {{handoff: desk, say: One moment., errors: {{closed: {closed}}}}}
      on: {{say: On., go: end}}
      note: {{say: What is it about?, ask: {{note: text}}}}
    """
    lines = "\n".join(f"< {line}" for line in said)
    talk(WEEKEND, main=flow).goes(f"> hello\n{lines}")
