"""Templates on their way to approval: what is going to be asked of a provider, whether it may be, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from botkit.approvals import Registered, compare
from botkit.approvals.plan import Deed, plan
from botkit.cli import PROBLEMS, REFUSED, Given
from botkit.cli.approvals import change_line
from botkit.registry import Refused, Registry
from botkit.templates import Template

_WORDS = {"create": "to be sent", "edit": "to be changed", "delete": "to be deleted", "blocked": "cannot be done"}
_STOPS = ("HTTP 401", "HTTP 403", "HTTP 429", "80007", "ate limit", "no answer")  # what the next request would meet as well


class Pushing:
    """Goes through the channels, one after another. *told* is the result as JSON, *code* the exit code."""

    def __init__(
        self, given: Given, templates: Mapping[str, Template], only: bool, deleting: bool, dry_run: bool, yes: bool, quietly: bool
    ) -> None:
        self._given = given
        self._templates = templates
        self._only = only  # nothing about other templates
        self._deleting = deleting
        self._dry_run = dry_run
        self._yes = yes
        self._quietly = quietly  # the result is JSON
        self.told: list[dict[str, Any]] = []
        self.code = 0

    async def channel(self, name: str, registry: Registry, seen: Callable[[int, bool], None]) -> list[Registered] | None:
        """What the provider has afterwards; None where nothing was sent."""
        held = await registry.all(seen)
        changes = [one for one in compare(self._templates, held) if one.template is not None or not self._only]
        deeds = plan(changes, registry.desk, self._deleting)
        gone = sum(change.kind == "gone" for change in changes)
        self._show(name, deeds, gone)
        done: list[dict[str, Any]] = [_record(deed, "blocked" if deed.kind == "blocked" else "planned") for deed in deeds]
        self.told.append({"channel": name, "deeds": done})
        if any(deed.kind == "blocked" for deed in deeds):
            self.code = self.code or PROBLEMS
        doable = [(n, deed) for n, deed in enumerate(deeds) if deed.kind != "blocked"]
        if not doable or self._dry_run or not self._agreed(len(doable), name):
            return held
        for count, (n, deed) in enumerate(doable, 1):
            result, why = await self._do(deed, registry)
            done[n] = _record(deed, result, why)
            if result == "refused":
                self.code = REFUSED
            label = f"[{count}/{len(doable)}] {deed.change.name} ({deed.change.language}): {result}{f': {why}' if why else ''}"
            self._say(label, err=result == "refused")
            if result == "refused" and any(word in why for word in _STOPS) and count < len(doable):
                self._say(f"{len(doable) - count} left; botkit templates push goes on with them", err=True)
                break
        return await registry.all(seen)

    async def _do(self, deed: Deed, registry: Registry) -> tuple[str, str]:
        """What came of it, and what there is to say of that."""
        change = deed.change
        try:
            if deed.kind == "create":
                status, category = await registry.create(change.wish)
                mine = change.template.category if change.template is not None else category
                return status, f"WhatsApp has made it {category}, not {mine}" if category and category != mine else ""
            id_ = change.held.id if change.held is not None else ""
            if deed.kind == "edit":
                await registry.edit(id_, change.wish)
                return "pending", ""
            await registry.delete(change.name, id_ if registry.desk.by_language else "")
            return "deleted", ""
        except Refused as refused:
            lost = "; it may have arrived: botkit templates diff tells" if refused.lost else ""
            return "refused", f"{refused}{lost}"

    def _show(self, name: str, deeds: Sequence[Deed], gone: int) -> None:
        if not deeds:
            self._say(f"{name}: there is nothing to send")
        for deed in deeds:
            self._say(f"{change_line(deed.change, self._given)} · {_WORDS[deed.kind]}{f': {deed.why}' if deed.why else ''}")
        if gone and not self._deleting and not self._given.quiet:
            self._say(f"{name}: {gone} only at the provider; --delete would delete what has no file")

    def _agreed(self, number: int, name: str) -> bool:
        if self._yes:
            return True
        what = f"{number} template{'' if number == 1 else 's'}"
        return click.confirm(f"Ask the provider of {name} for {what}, as told above?", default=False, err=True)

    def _say(self, line: str, err: bool = False) -> None:
        click.echo(line, err=err or self._quietly)


def _record(deed: Deed, result: str, why: str = "") -> dict[str, Any]:
    change = deed.change
    return {"deed": deed.kind, "name": change.name, "language": change.language, "result": result, "why": why or deed.why or None}
