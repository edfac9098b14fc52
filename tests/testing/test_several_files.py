"""Several files as one answer, in a talk of a test."""

from __future__ import annotations

from tests.testing.bots import read
from tests.testing.talking import passes

CLAIM = read(main='steps: {photos: {say: Photos?, ask: {photos: "image[1..3]"}}, thanks: {say: "{{ photos | length }} photos."}}')


def test_they_are_sent_and_ended_by_a_tap() -> None:
    passes(
        """
        - user: hello
        - bot: Photos?
        - user: {image: front.jpg, caption: The front}
        - user: {image: back.jpg}
        - after: 3s
        - bot: "Received: 2*"
          options: [Done]
        - tap: Done
        - bot: 2 photos.
        - expect: {state: ended, sent: 3}
        """,
        CLAIM,
    )
