"""What is shown of a broadcast: the plan, how far it is, and how it has ended."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from botkit.cli import PROBLEMS, Given
from botkit.wishes import REASONS

if TYPE_CHECKING:
    from botkit.approvals import Pull, Pulls

_BAR = 30
_REASONS = 5  # why rows are bad: so many are told, each by its first row
_EVERY = 10.0  # seconds between two lines where there is no terminal
_OVER = ("sent", "dropped", "unsent", "held", "done", "dead")
_WORDS = {
    "sent": "sent", "dropped": "opted out meanwhile", "unsent": "could not be sent", "held": "held until they write",
    "done": "without a message at once", "dead": "given up",
}  # fmt: skip
_BAD = ("unsent", "dead")
_ONE = {"bad_number": "bad number", "bad_row": "row with a bad value"}


def plan(given: Given, told: Mapping[str, Any], at: str | None, pulls: Pulls | None) -> None:
    """What will become of everybody, before it is decided. *pulls*: what the last pull of templates noted down."""
    counts = told["counts"]
    ahead, everybody = counts.get("send", 0), sum(counts.values())
    pull = pulls.channels.get(told["channel"]) if pulls is not None else None
    standing = _templates(told, pull) if pull is not None else []
    if given.json:
        more = {"people": everybody} | ({"templates": standing} if pull is not None else {})
        click.echo(json.dumps({"version": 1, "plan": dict(told) | more}, ensure_ascii=False))
        return
    rows: dict[str, list[str]] = {}
    for one in told["bad"]:
        rows.setdefault(one["reason"], []).append(str(one["row"]))
    parts = [f"{ahead} to send"]
    for reason, words in REASONS.items():
        if count := counts.get(reason, 0):
            named = rows.get(reason, [])
            rest = ", …" if len(named) < count else ""
            words = words if count > 1 else _ONE.get(reason, words)
            where = f" (row{'s' if count > 1 else ''} {', '.join(named)}{rest})" if named else ""
            parts.append(f"{count} {words}{where}")
    click.echo(f"{everybody} {'people' if everybody != 1 else 'person'}: {' · '.join(parts)}")
    first = {one["why"]: one["row"] for one in reversed(told["bad"])}
    for why, row in sorted(first.items(), key=lambda one: one[1])[:_REASONS]:
        click.echo(f"  row {row}: {why}")
    if ahead:
        lasts = _span(ahead / told["rate"])
        when = f"from {at} on, " if at else ""
        approved = " · approved" if standing and all(one["status"] == "approved" for one in standing) else ""
        click.echo(f"{when}about {lasts} at {told['rate']:g}/s{_windows(told.get('first', {}))}{approved}")
        for one in standing:
            if pull is not None and one["status"] != "approved":
                which = f"template {one['name']} ({one['language']}) {one['told']}"
                click.echo(f"{which}, as of {pull.at:%Y-%m-%d}; botkit templates pull tells how it stands now")
        limit, strangers = told.get("limit"), sum(count for detail, count in told.get("first", {}).items() if detail)
        if limit and strangers > limit["people"]:
            who = f"{limit['people']:,} in 24 hours who have not written themselves (it said so on {limit['told'][:10]})"
            click.echo(f"too many for a day: WhatsApp lets this business write to {who}; a lower --rate spreads them")


def _templates(told: Mapping[str, Any], pull: Pull) -> list[dict[str, str]]:
    """How those that go out stand at WhatsApp."""
    held = {(one.name, one.language): one for one in pull.templates}
    rows = []
    for detail in told.get("first", {}):
        name, _, language = detail.partition(" ")
        if name:
            one = held.get((name, language))
            status, words = (one.status, "" if one.usable else one.told) if one is not None else ("not sent", "was not sent for approval")
            rows.append({"name": name, "language": language, "status": status, "told": words})
    return rows


def _windows(first: Mapping[str, int]) -> str:
    """Who gets a template, in which language; everybody else gets the message itself."""
    templates: dict[str, list[str]] = {}
    for detail, count in first.items():
        name, _, language = detail.partition(" ")
        if name:
            templates.setdefault(name, []).append(f"{language} {count}")
    told = "".join(f" · template {name} ({', '.join(parts)})" for name, parts in templates.items())
    return told + (f" · inside the 24-hour window: {first['']} get the message itself" if first.get("") and templates else "")


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class Progress:
    """A bar on a terminal; a line now and then elsewhere; with --json a line for each change."""

    def __init__(self, given: Given, id_: str, own: bool, running: bool) -> None:
        """*own*: it goes out only as long as the command runs. *running*: it does go out."""
        self._given = given
        self._bar = sys.stderr.isatty() and not given.json and not given.quiet
        self._last = -_EVERY
        self._shown: Any = None
        if running and not given.json and not given.quiet:
            how = "Ctrl-C stops it" if own else f"stop it with: botkit broadcast --stop {id_}"
            click.echo(f"broadcast {id_} goes out; {how}", err=True)

    def show(self, told: Mapping[str, Any], now: float) -> None:
        counts = told["counts"]
        over = sum(counts.get(state, 0) for state in _OVER)
        whole = over + told["ahead"]
        if self._given.json:
            if (counts, told["state"]) != self._shown:
                click.echo(json.dumps({"version": 1, "id": told["id"], "state": told["state"], "counts": counts}, ensure_ascii=False))
            self._shown = dict(counts), told["state"]
            return
        bad = sum(counts.get(state, 0) for state in _BAD)
        line = f"{over}/{whole}{f' · {bad} failed' if bad else ''}"
        if self._bar:
            filled = round(_BAR * over / whole) if whole else _BAR
            click.echo(f"\r[{'#' * filled}{' ' * (_BAR - filled)}] {line} ", nl=told["state"] != "running", err=True)
        elif not self._given.quiet and (now - self._last >= _EVERY or told["state"] != "running") and line != self._shown:
            click.echo(line, err=True)
            self._last, self._shown = now, line


def ended(given: Given, told: Mapping[str, Any]) -> int:
    """How it has ended; the exit code."""
    counts = told["counts"]
    bad = sum(counts.get(state, 0) for state in _BAD) + told["failed"]
    if given.json:
        click.echo(json.dumps({"version": 1, "result": told}, ensure_ascii=False))
        return PROBLEMS if bad else 0
    parts = [f"{counts[state]} {words}" for state, words in _WORDS.items() if counts.get(state)]
    parts += [f"{told[word]} {word}" for word in ("delivered", "read", "failed") if told[word]]
    click.echo(f"{told['state']}: {', '.join(parts) or 'nothing was sent'}")
    for one in told.get("why", [])[:_REASONS]:
        others = one["count"] - 1
        click.echo(f"  row {one['row']}{f' and {others} more' if others else ''}: {one['why']}")
    if told["state"] == "stopped":
        click.echo(f"{told['ahead']} have not got it: botkit broadcast --resume {told['id']} goes on")
    return PROBLEMS if bad else 0
