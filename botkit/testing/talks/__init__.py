"""The language of talks: tests that read like the chat that they describe."""

from botkit.testing.talks.entries import (
    Answers,
    Choices,
    Entry,
    Expects,
    HandsBack,
    HandsOver,
    Happens,
    Hears,
    Moves,
    Phones,
    Says,
    Taps,
    Told,
    Until,
    Uses,
    Waits,
    Writes,
)
from botkit.testing.talks.mocked import Answer, Mock
from botkit.testing.talks.reading import Test, read_tests

__all__ = [
    "Answer",
    "Answers",
    "Choices",
    "Entry",
    "Expects",
    "HandsBack",
    "HandsOver",
    "Happens",
    "Hears",
    "Mock",
    "Moves",
    "Phones",
    "Says",
    "Taps",
    "Test",
    "Told",
    "Until",
    "Uses",
    "Waits",
    "Writes",
    "read_tests",
]
