"""News of templates, numbers and the account: the last word on each is kept."""

from __future__ import annotations

from datetime import datetime

from botkit.model import Inbound, News
from botkit.stores.base import Store
from tests.stores.given import NOON, later


def told(key: str, news: News) -> Inbound:
    return Inbound(news.channel, key, news.at, b"raw", news=news)


def template(state: str, at: datetime = NOON, about: str = "tea_ready", channel: str = "main", language: str = "en") -> News:
    return News(channel, "template", at, state, about, language, "", "error", f"template: {about} {state}")


async def test_the_last_word_on_a_template_counts(store: Store) -> None:
    await store.receive([told("1", template("paused")), told("2", template("approved", later(hours=3)))], NOON)
    assert await store.standings() == [template("approved", later(hours=3))]


async def test_older_news_that_comes_late_changes_nothing(store: Store) -> None:
    await store.receive([told("1", template("approved", later(hours=3))), told("2", template("paused"))], NOON)
    assert [one.state for one in await store.standings()] == ["approved"]


async def test_each_channel_template_and_language_stands_for_itself(store: Store) -> None:
    news = [template("paused"), template("rejected", language="es"), template("paused", about="a"), template("paused", channel="shop")]
    await store.receive([told(str(n), one) for n, one in enumerate(news)], NOON)
    assert await store.standings() == [news[2], news[0], news[1], news[3]]


async def test_a_repeat_and_what_does_not_last_are_not_kept(store: Store) -> None:
    alert = News("main", "alert", NOON, "x")
    (first, again, other) = await store.receive([told("1", template("paused")), told("1", template("paused")), told("2", alert)], NOON)
    assert (first.fresh, again.fresh, other.fresh) == (True, False, True)
    assert await store.standings() == [template("paused")]
