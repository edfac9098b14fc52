"""The approval of templates as the made-up 360dialog has it: how many, how often, how long a name is gone, and what it tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from botkit.channels import Channel
from botkit.ports import FrozenPorts
from botkit.providers import Dialog360
from botkit.testing import webhooks
from botkit.testing.approvals import Approvals
from botkit.testing.fake360 import Fake360
from botkit.testing.refusal import Refusal

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


class Account:
    def __init__(self) -> None:
        self.ports = FrozenPorts(NOON)
        self.told: list[webhooks.Change] = []
        self.fake = Fake360(self.ports, templates=[])
        self.approvals = Approvals(self.fake, self.ports, self.told.extend)

    def create(self, name: str, language: str = "en", text: str = "Booked.") -> str:
        """What it says: a status, or why not."""
        made = self.approvals.create(body(name, language, text))
        return made.text if isinstance(made, Refusal) else str(made["status"])

    def edit(self, text: str, category: str = "UTILITY") -> str | None:
        one = self.approvals.templates[0]
        why = self.approvals.edit(one["external_id"], {**body(one["name"], "en", text), "category": category})
        return why.text if why is not None else None


def body(name: str, language: str, text: str) -> dict[str, Any]:
    return {"name": name, "language": language, "category": "UTILITY", "components": [{"type": "BODY", "text": text}]}


@pytest.fixture
def account() -> Account:
    return Account()


def test_a_template_waits_for_approval_and_is_there_once(account: Account) -> None:
    assert account.create("visit") == "pending"
    assert account.create("visit") == "There is already en content for this template"
    assert account.create("visit", "es") == "pending"


def test_at_most_a_hundred_an_hour(account: Account) -> None:
    assert {account.create(f"visit_{n}") for n in range(100)} == {"pending"}
    assert account.create("one_more") == "Rate limit: at most 100 templates an hour"
    account.ports.pass_(hours=1, seconds=1)
    assert account.create("one_more") == "pending"


def test_at_most_250_of_them(account: Account) -> None:
    account.fake.templates = [{"name": f"n{n}", "language": "en", "status": "approved"} for n in range(250)]
    assert account.create("visit") == "An account has at most 250 templates"


def test_the_name_of_a_deleted_one_is_gone_for_a_month(account: Account) -> None:
    account.create("visit")
    assert account.approvals.delete("visit") is None and account.approvals.templates == []
    assert account.create("visit") == "This name was deleted, and cannot be used again for 30 days"
    account.ports.pass_(days=30)
    assert account.create("visit") == "pending"
    assert getattr(account.approvals.delete("nobody"), "http", 0) == 404


def test_an_approved_one_is_edited_once_a_day_and_ten_times_a_month(account: Account) -> None:
    account.create("visit")
    assert account.edit("Other.") == "A template that is pending cannot be edited"
    for _ in range(10):
        account.approvals.approve("visit")
        assert account.edit("Other.") is None
        account.approvals.approve("visit")
        assert account.edit("Another.") == "An approved template can be edited once in 24 hours and 10 times in 30 days"
        account.ports.pass_(hours=24)
    assert account.edit("Another.") == "An approved template can be edited once in 24 hours and 10 times in 30 days"
    account.approvals.reject("visit")
    assert account.edit("Another.") is None  # what was rejected may be mended at any time
    account.approvals.approve("visit")
    assert account.edit("Another.", "MARKETING") == "The category of an approved template cannot be changed"


def test_what_whatsapp_says_comes_by_webhook(account: Account) -> None:
    account.create("visit")
    account.create("visit", "es")
    account.approvals.approve("visit")
    account.approvals.pause("visit", "es")
    with pytest.raises(KeyError):
        account.approvals.approve("nobody")
    posted = webhooks.body(account.fake.number, account.told)
    news = [inbound.news for inbound in Dialog360(Channel("main")).events(posted, NOON)]
    assert [(one.kind, one.about, one.language, one.state) for one in news if one is not None] == [
        ("template", "visit", "en", "approved"), ("template", "visit", "es", "approved"), ("template", "visit", "es", "paused"),
    ]  # fmt: skip
