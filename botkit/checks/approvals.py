"""Templates as the provider had them at the last pull: approved or not, and taking what the files think they take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botkit.checks.survey import Survey
from botkit.problems import Place
from botkit.says import TemplateUse
from botkit.templates import PULLED, Template

if TYPE_CHECKING:
    from botkit.approvals import Pull, Registered  # who has nothing of a provider's does not load it

OLD = timedelta(days=30)


def standing(find: Survey) -> None:
    """A template that flows use, and that WhatsApp had not approved: not sent yet, waiting, rejected, paused."""
    for channel, pull, template in _used(find):
        there = {one.language: one for one in pull.templates if one.name == template.name and one.status != "deleted"}
        if not there:
            told = f'template "{template.name}" is not known to the provider; {_at(find, pull, channel)}'
            hint = "send it for approval: botkit templates push; if it was sent since: botkit templates pull"
            find.report("template-not-approved", template.node, told, hint, severity="warning")
            continue
        for language in template.wordings:
            known = there.get(language)
            if known is None or not known.usable:
                _not_approved(find, channel, pull, template, language, known, there)


def _not_approved(
    find: Survey, channel: str, pull: Pull, template: Template, language: str, known: Registered | None, there: dict[str, Registered]
) -> None:
    at = _at(find, pull, channel)
    if known is not None:
        told = f'template "{template.name}" ({language}) {known.told}; {at}'
        again = "botkit templates pull tells how it stands now"
        hint = "say it in another way, and send that: botkit templates push" if known.status == "rejected" else again
    elif near := next((other for other in there if other[:2] == language[:2] and other not in template.wordings), None):
        told = f'template "{template.name}" is known to the provider in {near}, and not in {language}; {at}'
        hint = f"write language: {near}, if that is the one"
    else:
        told = f'template "{template.name}" is known to the provider in {", ".join(sorted(there))}, and not in {language}; {at}'
        hint = "send it for approval: botkit templates push; if it was sent since: botkit templates pull"
    find.report("template-not-approved", template.node, told, hint, severity="warning", lang=language)


def taking(find: Survey) -> None:
    """A template that takes other values than the one that was approved: WhatsApp refuses a message with it."""
    for channel, pull, template in _used(find):
        from botkit.approvals import values, wish

        for known in pull.templates:
            if known.name != template.name or known.language not in template.wordings or not known.components:
                continue
            ours = {} if template.category == "authentication" else values(wish(template, known.language)["components"])
            theirs = ours if template.category == "authentication" else values(known.components)
            named = template.wordings[known.language].named
            if ours != theirs or (ours and named != known.named):
                told = f'template "{template.name}" ({known.language}) takes {_told(ours, named)}, and the one at the provider takes '
                told += f"{_told(theirs, known.named)}; {_at(find, pull, channel)}"
                hint = "make it like that one, or give it another name and send it for approval: botkit templates diff shows both"
                find.report("template-differs", template.node, told, hint, severity="warning", lang=known.language)
                break


def _told(found: dict[str, int], named: bool) -> str:
    parts = [f"{number} value{'' if number == 1 else 's'} in its {part}" for part, number in found.items()]
    return f"{' and '.join(parts)}{', by name' if named else ''}" if parts else "no value"


def age(find: Survey) -> None:
    """A pull that is so old that what it says may be over."""
    if find.pulls is None or find.now is None:
        return
    old = sorted((pull.at, name) for name, pull in find.pulls.channels.items() if find.now - pull.at > OLD)
    if old:
        told = f"what is known of the templates at the provider is of {_day(old[0][0])}, more than {OLD.days} days ago"
        find.report("pull-old", Place(PULLED), told, "ask again: botkit templates pull", severity="warning")


def _used(find: Survey) -> Iterator[tuple[str, Pull, Template]]:
    """Templates of the files that a flow uses, once for each channel of which something is known."""
    if find.pulls is None:
        return
    used = {piece.thing.name for piece in find.of(TemplateUse)}
    for name, template in find.bot.templates.items():
        if name in used and template.node.place.file not in find.broken:
            for channel, pull in find.pulls.channels.items():
                yield channel, pull, template


def _at(find: Survey, pull: Pull, channel: str) -> str:
    """Since when that is known, and of whom."""
    several = find.pulls is not None and len(find.pulls.channels) > 1
    return f"pulled on {_day(pull.at)}{f' from channel {channel}' if several else ''}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d}"


__all__ = ["age", "standing", "taking"]
