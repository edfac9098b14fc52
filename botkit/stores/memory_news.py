"""The last news of each template, number and account, as a store in memory keeps them."""

from __future__ import annotations

from botkit.model import STANDING, News


class Standings:
    def __init__(self) -> None:
        self._last: dict[tuple[str, str, str, str], News] = {}

    def __copy__(self) -> Standings:
        other = Standings()
        other._last = dict(self._last)
        return other

    def stand(self, news: News) -> None:
        key = news.channel, news.kind, news.about, news.language
        there = self._last.get(key)
        if news.kind in STANDING and (there is None or news.at >= there.at):
            self._last[key] = news

    def all(self) -> list[News]:
        return [news for _, news in sorted(self._last.items())]


__all__ = ["Standings"]
