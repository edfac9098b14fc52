"""The bot at the root, talked with from Python: the fixtures that the plugin gives."""

from __future__ import annotations

import asyncio

import pytest


def test_a_visit_is_booked_and_remembered(bot, clock, provider, contact):
    contact.name = "Ana"
    contact["city"] = "Madrid"
    bot.mock("clinic.book", {"ref": "V7"})
    (said,) = bot.hear("hello")
    assert said.text.startswith("Hi Ana") and next(option.label for option in said.options) == "Book a visit"
    bot.tap("book")
    assert clock.pass_(hours=2)[0].text.startswith("Still there?")
    assert provider.requests[-1].body["type"] == "text"
    assert (contact.name, contact["city"], contact["age"]) == ("Ana", "Madrid", None)


def test_what_is_known_of_the_contact_is_known_beforehand(bot, contact):
    contact["language"] = "es"
    contact.wa_id = "34600999000"
    (said,) = bot.hear("hola")
    assert said.to == "34600999000" and "¿En qué podemos ayudarle?" in said.text
    with pytest.raises(RuntimeError, match="has written already"):
        contact["city"] = "Madrid"


def test_a_bot_is_not_awaited(bot):
    async def inside():
        bot.hear("hello")

    with pytest.raises(RuntimeError, match="a plain function"):
        asyncio.run(inside())


def test_what_is_said_reads_well_where_a_test_fails(bot):
    assert repr(bot.hear("hello")) == "[<Said 'Hi there 👋 How can we help?' [Book a visit] [Prices] [Talk to us]>]"
