"""What starts a flow, as a picture tells it."""

from __future__ import annotations

import pytest

from botkit.graph.words import started
from tests.testing.bots import read

SETTINGS = "contact: {weekly: bool, due: date, visit: datetime}"


@pytest.mark.parametrize(
    ("trigger", "told"),
    [
        ("event: order.shipped", "event order.shipped"),
        ("new_contact", "new contact"),
        ('every: {cron: "0 9 * * MON", to: contact.weekly}', "every 0 9 * * MON: contact.weekly"),
        ('relative: {to: contact.due, by: -14d, at: "9:00"}', "14 days before contact.due at 09:00"),
        ('relative: {to: contact.due, by: -1d, at: "9:00"}', "1 day before contact.due at 09:00"),
        ('relative: {to: contact.due, at: "18:30"}', "on contact.due at 18:30"),
        ("relative: {to: contact.visit, by: 2h}", "2 hours after contact.visit"),
    ],
)
def test_what_starts_a_flow_is_told_in_a_few_words(trigger: str, told: str) -> None:
    bot = read(SETTINGS, main="steps: {a: {say: A}}", other=f"triggers:\n  - {trigger}\nsteps: {{b: {{say: B}}}}")
    assert list(started(bot.flows["other"], first=False)) == [told]
