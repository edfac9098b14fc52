"""What WhatsApp tells whoever operates the bot, from the webhook to the log, the counters, the health, and to the sender."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from botkit.model import STANDING, News
from botkit.server.metrics import Sample
from botkit.stores.base import Received, Store

log = logging.getLogger("botkit.notices")

_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_STRANGE = 200  # kinds of what is not known that are told, once each

# What a template is when WhatsApp sends it; in every other state it cannot be sent (fact sheet §4.9, §5.3).
_USABLE = frozenset({"approved", "reinstated", "unpaused", "flagged", "in_appeal", "pending_deletion"})

_TROUBLE = timedelta(days=7)  # so long an account in trouble is told of, for that it is over is not always told
_ALERTED = timedelta(days=1)  # so long an alert, of which nobody tells that it is over
_ALERTS = frozenset({"alert", "security", "error"})

# What an account cannot send any more by (fact sheet §4.9); a mere violation is told and nothing else.
_BARRED = ("disabled", "restriction", "deleted", "offboarded", "banned", "suspended")


class Sending(Protocol):
    """What is made of news where messages leave; `Sender` does."""

    def rest(self, channel: str, template: str, language: str, why: str | None) -> None: ...

    def upgraded(self, channel: str) -> None: ...

    def stop(self, channel: str, why: str) -> None: ...


class Notices:
    """*used*: the names of templates that the bot's flows send, as it is now."""

    def __init__(self, store: Store, used: Callable[[], Iterable[str]], sending: Sending) -> None:
        self._store = store
        self._used = used
        self._sending = sending
        self._standing: dict[tuple[str, str, str, str], News] = {}
        self._alerts: dict[tuple[str, str, str], News] = {}  # the last one by channel, kind and state, since the start
        self._counts: Counter[tuple[str, str, str]] = Counter()  # by channel, kind and state
        self._strange: set[str] = set()
        self._unknown = 0

    async def start(self) -> None:
        """Take up what was told to an earlier process. Raises StoreError."""
        for news in await self._store.standings():
            self._stand(news)

    def of(self, received: Iterable[Received]) -> None:
        """Hear what of it is news. Never raises."""
        for one in received:
            if one.fresh and one.inbound.news is not None:
                self._heard(one.inbound.news)
            if one.fresh and one.inbound.strange:
                self._told_once(one.inbound.channel, one.inbound.strange)

    def _heard(self, news: News) -> None:
        log.log(_LEVELS[news.severity], "channel %s: %s", news.channel, news.told)
        if len(self._counts) < _STRANGE:
            self._counts[news.channel, news.kind, news.state] += 1
        if news.kind in _ALERTS and news.severity != "info" and len(self._alerts) < _STRANGE:
            self._alerts[news.channel, news.kind, news.state] = news
        if news.kind == "account" and news.severity == "error" and any(word in news.state for word in _BARRED):
            self._sending.stop(news.channel, news.told)
        self._stand(news)

    def _stand(self, news: News) -> None:
        key = news.channel, news.kind, news.about, news.language
        there = self._standing.get(key)
        if news.kind not in STANDING or (there is not None and there.at > news.at):
            return
        self._standing[key] = news
        if news.kind == "template":
            why = None if news.state in _USABLE else f"template {news.about} is {_words(news)}"
            self._sending.rest(news.channel, news.about, news.language, why)
        elif news.kind == "throughput" and "upgrade" in news.state:
            self._sending.upgraded(news.channel)

    def _told_once(self, channel: str, strange: str) -> None:
        self._unknown += 1
        if strange not in self._strange and len(self._strange) < _STRANGE:
            self._strange.add(strange)
            log.info("channel %s: webhooks hold what this version does not know, and keep: %s", channel, strange)

    # ---- how things stand

    def reasons(self, now: datetime) -> Iterator[str]:
        """What somebody has to look after: templates that flows use and that cannot be sent, quality that is bad, an account in trouble."""
        used = frozenset(self._used())
        for news in self._standing.values():
            match news.kind:
                case "template" if news.about in used and news.state not in _USABLE:
                    yield f"channel {news.channel}: template {news.about}{_language(news)} is {_words(news)}"
                case "quality" if news.about in used and news.state == "red":
                    yield f"channel {news.channel}: template {news.about}{_language(news)} has a bad quality, and is paused if that goes on"
                case "category" if news.about in used and news.state == "marketing":
                    yield f"channel {news.channel}: WhatsApp counts template {news.about}{_language(news)} as marketing"
                case "account" if news.severity == "error" and now - news.at < _TROUBLE:
                    yield f"channel {news.channel}: {news.told}"
        for news in self._alerts.values():
            if now - news.at < _ALERTED:
                yield f"channel {news.channel}: {news.told}, at {news.at:%Y-%m-%d %H:%M} UTC"

    def limit(self, channel: str) -> tuple[int, datetime] | None:
        """To how many people the business may write first in 24 hours (fact sheet §5.7), as it was told last, and when. None: there is no
        limit, or it was not told, or in words that are not known."""
        told = [news for news in self._standing.values() if news.channel == channel and news.kind in ("limit", "throughput")]
        words = [(news.at, news.state if news.kind == "limit" else news.reason) for news in told]
        known = [(at, word) for at, word in words if word == "unlimited" or (word.isdecimal() and word.isascii())]
        if not known:
            return None
        at, word = max(known)
        return None if word == "unlimited" else (int(word[:12]), at)

    def samples(self) -> Iterator[Sample]:
        for (channel, kind, state), count in self._counts.items():
            yield Sample("botkit_news_total", count, {"channel": channel, "kind": kind, "state": state})
        yield Sample("botkit_unknown_total", self._unknown)
        for channel in {news.channel for news in self._standing.values()}:
            if (limit := self.limit(channel)) is not None:
                yield Sample("botkit_messaging_limit", limit[0], {"channel": channel})


def _words(news: News) -> str:
    return f"{news.state.replace('_', ' ')}{f': {news.reason}' if news.reason else ''}"


def _language(news: News) -> str:
    return f" ({news.language})" if news.language else ""


__all__ = ["Notices"]
