"""What WhatsApp said that somebody has to look after, and the templates that rest because of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from botkit import wire
from botkit.providers.base import Outcome

_KEPT = timedelta(days=1)
_MOST = 50  # kinds of alert, and resting templates, that are remembered


class Alerts:
    """The last word of each code, with how often it was said, for a day."""

    def __init__(self) -> None:
        self._told: dict[int | None, tuple[str, int, datetime]] = {}

    def add(self, outcome: Outcome, now: datetime) -> None:
        _, times, _ = self._told.pop(outcome.code, ("", 0, now))
        self._told[outcome.code] = outcome.detail, times + 1, now
        if len(self._told) > _MOST:
            del self._told[next(iter(self._told))]

    def lines(self, now: datetime) -> tuple[str, ...]:
        """One line each, the newest last."""
        self._told = {code: told for code, told in self._told.items() if now - told[2] < _KEPT}
        return tuple(
            f"{detail}{f' ({code})' if code is not None else ''}{f', {times} times' if times > 1 else ''}, last at {at:%Y-%m-%d %H:%M} UTC"
            for code, (detail, times, at) in self._told.items()
        )


class Resting:
    """Templates that WhatsApp has paused or disabled, by name and language: nobody tries them until their time is over."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], tuple[datetime | None, Outcome]] = {}  # None: until it is told otherwise

    def __bool__(self) -> bool:
        return bool(self._until)

    def add(self, payload: bytes, outcome: Outcome, now: datetime) -> None:
        """WhatsApp said of the template in *payload* that it rests."""
        key = named(payload)
        if self._until.get(key, (now,))[0] is not None:
            self._until[key] = now + timedelta(seconds=outcome.least), outcome
        timed = [key for key, (until, _) in self._until.items() if until is not None]
        if len(timed) > _MOST:
            del self._until[timed[0]]

    def told(self, key: tuple[str, str], outcome: Outcome | None) -> None:
        """News of the template *key*: it rests until there is other news; None: it does not."""
        self._until.pop(key, None)
        if outcome is not None:
            self._until[key] = None, outcome

    def why(self, payload: bytes, now: datetime) -> Outcome | None:
        """What WhatsApp said of the template in *payload*; None: it may be tried."""
        key = named(payload)
        kept = self._until.get(key)
        if kept is None:
            return None
        until, outcome = kept
        if until is not None and until <= now:
            del self._until[key]
            return None
        return outcome


def named(payload: bytes) -> tuple[str, str]:
    """Name and language of the template in a message's JSON; empty where it has none."""
    content = wire.plain(payload)
    template = content.get("template") if isinstance(content, dict) else None
    if not isinstance(template, dict):
        return "", ""
    language = template.get("language")
    return str(template.get("name", "")), str(language.get("code", "")) if isinstance(language, dict) else ""
