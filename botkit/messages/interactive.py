"""Questions with options: up to three as buttons (fact sheet §2.5), up to ten as a list (§2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from botkit.messages import limits
from botkit.messages.around import Header, around
from botkit.messages.around import faults as around_faults
from botkit.messages.limits import Fault


class Choice(Struct, frozen=True):
    """One option as it is shown; *payload* is what a tap on it sends back."""

    payload: str
    label: str
    description: str | None = None
    group: str | None = None


def _choice_faults(choices: tuple[Choice, ...], body: str, most: int) -> Iterator[Fault]:
    """What options have in common as buttons and as rows. *most*: characters of what a tap sends back."""
    yield from limits.empty("the text above options", body)
    if len({choice.payload for choice in choices}) < len(choices):
        yield Fault("bad-part", "options", told="two options send back the same: nobody could tell them apart")
    for choice in choices:
        yield from limits.empty("the label of an option", choice.label)
        payload = choice.payload
        if not payload or payload != payload.strip():
            yield Fault("bad-part", "an option", told="what an option sends back is not empty, and has no blank around it")
        yield from limits.over("bad-part", "what an option sends back", payload, most)


class Buttons(Struct, frozen=True, tag=True):
    body: str
    choices: tuple[Choice, ...]  # 1 to 3
    header: Header = None
    footer: str | None = None

    def payload(self) -> dict[str, Any]:
        interactive = around("button", self.header, self.body, self.footer)
        shown = ({"id": choice.payload, "title": limits.cut(choice.label, limits.BUTTON_TITLE)} for choice in self.choices)
        interactive["action"] = {"buttons": [{"type": "reply", "reply": reply} for reply in shown]}
        return {"type": "interactive", "interactive": interactive}

    def faults(self) -> Iterator[Fault]:
        yield from around_faults(self.header, self.body, self.footer)
        if not 1 <= len(self.choices) <= limits.BUTTONS:
            yield Fault("too-many-options", "a message with buttons", len(self.choices), limits.BUTTONS, "of them")
        yield from _choice_faults(self.choices, self.body, limits.BUTTON_ID)
        if len({limits.cut(choice.label, limits.BUTTON_TITLE) for choice in self.choices}) < len(self.choices):
            yield Fault("same-label", "buttons", told="two buttons of one message read the same")
        for choice in self.choices:
            yield from limits.over("title-too-long", "a button title", choice.label, limits.BUTTON_TITLE)

    def shown(self) -> str:
        return self.body


class Menu(Struct, frozen=True, tag=True):
    """A list that opens on a tap; the API calls it "list"."""

    body: str
    choices: tuple[Choice, ...]  # 1 to 10 over all groups
    opener: str = "Choose"
    header: str | None = None
    footer: str | None = None

    def payload(self) -> dict[str, Any]:
        sections: dict[str, list[dict[str, str]]] = {}
        for choice in self.choices:
            row = {"id": choice.payload, "title": limits.cut(choice.label, limits.ROW_TITLE)}
            if choice.description:
                row["description"] = limits.cut(choice.description, limits.ROW_DESCRIPTION)
            sections.setdefault(choice.group or "", []).append(row)
        interactive = around("list", self.header, self.body, self.footer)
        interactive["action"] = {
            "button": limits.cut(self.opener, limits.LIST_OPENER),
            "sections": [
                ({"title": limits.cut(title or "–", limits.SECTION_TITLE)} if len(sections) > 1 or title else {}) | {"rows": rows}
                for title, rows in sections.items()
            ],
        }
        return {"type": "interactive", "interactive": interactive}

    def faults(self) -> Iterator[Fault]:
        yield from around_faults(self.header, self.body, self.footer)
        if not 1 <= len(self.choices) <= limits.LIST_ROWS:
            yield Fault("too-many-options", "a list", len(self.choices), limits.LIST_ROWS, "rows")
        yield from _choice_faults(self.choices, self.body, limits.ROW_ID)
        yield from limits.empty("the button that opens a list", self.opener)
        yield from limits.over("opener-too-long", "the button that opens a list", self.opener, limits.LIST_OPENER)
        for choice in self.choices:
            yield from limits.over("title-too-long", "a list row", choice.label, limits.ROW_TITLE)
            yield from limits.over("description-too-long", "a description", choice.description or "", limits.ROW_DESCRIPTION)
            yield from limits.over("group-too-long", "a group", choice.group or "", limits.SECTION_TITLE)

    def shown(self) -> str:
        return self.body
