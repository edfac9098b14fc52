"""What has to be asked of a provider so that it has the templates of the files, and what cannot be asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from botkit.approvals.differing import Change
from botkit.approvals.registered import WAITING
from botkit.approvals.wish import pictures
from botkit.messages import files
from botkit.providers.registry import Desk


class Deed(Struct, frozen=True):
    """*why*: what an author has to know of it; of one that is "blocked", why it cannot be done, and what to do instead."""

    kind: Literal["create", "edit", "delete", "blocked"]
    change: Change
    why: str = ""


def plan(changes: Sequence[Change], desk: Desk, deleting: bool) -> list[Deed]:
    """In the order of names. Only with *deleting* is anything deleted, and each name once where a provider knows no single language."""
    deeds = []
    for change in changes:
        match change.kind:
            case "new":
                why = _hidden(change, desk)
                deeds.append(Deed("blocked", change, why) if why else Deed("create", change, _note(change)))
            case "changed":
                deeds.append(_edit(change, desk))
            case "gone" if deleting:
                deeds.extend(_deletion(change, changes, desk, deeds))
            case _:
                pass
    return deeds


def _note(change: Change) -> str:
    other = change.elsewhere
    return f"the provider has it in {other}; if that is the one that is meant, write language: {other} in its file" if other else ""


def _hidden(change: Change, desk: Desk) -> str:
    """Why WhatsApp cannot be shown the pictures of a template; "": it can."""
    shown = pictures(change.template, change.language) if change.template is not None else []
    if shown and not desk.shows_links:
        return "Meta wants its picture uploaded by hand: make this template in WhatsApp Manager, then: botkit templates pull"
    unseen = [one for one in shown if not files.is_link(one)]
    if unseen:
        return f"WhatsApp wants to see {unseen[0]}: put it where it has a link, and write that link as its header until it is approved"
    return ""


def _edit(change: Change, desk: Desk) -> Deed:
    held, template = change.held, change.template
    if held is None or template is None:
        raise ValueError("only what is on both sides can be changed")
    another = f"give it another name: templates/{change.name}_2.yaml"
    if not desk.edits:
        return Deed("blocked", change, f"360dialog changes no template that was sent once: {another}, or change it in 360dialog's Hub")
    if held.status in WAITING:
        return Deed("blocked", change, f"it {held.told}, and can be changed after that")
    if held.status not in ("approved", "rejected", "paused"):
        return Deed("blocked", change, f"it {held.told}, and cannot be changed: {another}")
    if held.status == "approved" and held.category and held.category != template.category:
        why = f"the category of an approved template cannot be changed: write category: {held.category}, as WhatsApp has it, or {another}"
        return Deed("blocked", change, why)
    if held.named != template.wordings[change.language].named:
        return Deed("blocked", change, f"its values have names on one side and numbers on the other: {another}")
    if why := _hidden(change, desk):
        return Deed("blocked", change, why)
    often = "until it is approved again it cannot be sent; an approved template can be changed once in 24 hours and 10 times in 30 days"
    return Deed("edit", change, often if held.status == "approved" else "")


def _deletion(change: Change, changes: Iterable[Change], desk: Desk, before: Sequence[Deed]) -> Iterator[Deed]:
    if not desk.by_language:
        kept = [one.language for one in changes if one.name == change.name and one.kind != "gone"]
        if kept:
            yield Deed("blocked", change, f"360dialog deletes a template in all its languages, and {', '.join(kept)} is still wanted")
            return
        if any(deed.kind == "delete" and deed.change.name == change.name for deed in before):
            return
    yield Deed("delete", change, "no template can have its name for 30 days")
