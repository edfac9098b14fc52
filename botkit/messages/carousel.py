"""Cards side by side, each with a picture or film and a link, or with things of the catalogue (fact sheet §2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from botkit.messages import limits
from botkit.messages.interactive import Choice
from botkit.messages.limits import Fault
from botkit.messages.link import link_faults
from botkit.messages.media import Image, Video


class Slide(Struct, frozen=True):
    """One card. Either a picture or film with a *link* (and its *label*) or with *choices* to tap on, or a product: *catalog* and *sku*."""

    media: Image | Video | None = None
    body: str = ""
    label: str = ""
    link: str | None = None
    choices: tuple[Choice, ...] = ()
    catalog: str | None = None
    sku: str | None = None

    @property
    def kind(self) -> str:
        """What all cards of one message have in common."""
        if self.sku is not None:
            return "product"
        return f"{self.media.kind if self.media is not None else 'nothing'}, {len(self.choices) or 'link'}"

    def part(self, index: int) -> dict[str, Any]:
        if self.sku is not None:
            return {
                "card_index": index, "type": "product", "action": {"product_retailer_id": self.sku, "catalog_id": self.catalog or ""}
            }  # fmt: skip
        card: dict[str, Any] = {"card_index": index, "type": "cta_url"}
        if self.media is not None:
            card["header"] = {"type": self.media.kind, self.media.kind: self.media.part()}
        if self.body:
            card["body"] = {"text": self.body}
        if self.choices:
            replies = ({"id": choice.payload, "title": limits.cut(choice.label, limits.BUTTON_TITLE)} for choice in self.choices)
            card["action"] = {"buttons": [{"type": "quick_reply", "quick_reply": reply} for reply in replies]}
        else:
            parameters = {"display_text": limits.cut(self.label, limits.LINK_LABEL), "url": self.link or ""}
            card["action"] = {"name": "cta_url", "parameters": parameters}
        return card

    def faults(self) -> Iterator[Fault]:
        if self.sku is not None:
            yield from limits.empty("the id of a catalogue", self.catalog or "")
            yield from limits.empty("the id of a product", self.sku)
            return
        if self.media is None:
            yield Fault("wrong-file", "a card", told="a card has a picture or a film")
        else:
            yield from self.media.faults()
        yield from limits.over("body-too-long", "the text of a card", self.body, limits.SLIDE_BODY)
        if self.body.count("\n") > limits.SLIDE_LINES:
            yield Fault("body-too-long", "the text of a card", self.body.count("\n"), limits.SLIDE_LINES, "line breaks")
        if self.choices:
            if len(self.choices) > limits.BUTTONS:
                yield Fault("too-many-options", "a card", len(self.choices), limits.BUTTONS, "buttons")
            for choice in self.choices:
                yield from limits.over("title-too-long", "a button title", choice.label, limits.BUTTON_TITLE)
                yield from limits.over("bad-cards", "the id of a button on a card", choice.payload, limits.SLIDE_ID)
        else:
            yield from limits.empty("the label of a link", self.label)
            yield from limits.over("title-too-long", "the label of a link", self.label, limits.LINK_LABEL)
            yield from link_faults("a link", self.link or "")


class Carousel(Struct, frozen=True, tag=True):
    body: str
    slides: tuple[Slide, ...]  # 2 to 10, all of one kind

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be tapped on, card by card."""
        return tuple(choice for slide in self.slides for choice in slide.choices)

    def payload(self) -> dict[str, Any]:
        cards = [slide.part(index) for index, slide in enumerate(self.slides)]
        return {"type": "interactive", "interactive": {"type": "carousel", "body": {"text": self.body}, "action": {"cards": cards}}}

    def faults(self) -> Iterator[Fault]:
        yield from limits.empty("the text above cards", self.body)
        yield from limits.over("body-too-long", "the text above cards", self.body, limits.INTERACTIVE_BODY)
        if not limits.LEAST_SLIDES <= len(self.slides) <= limits.SLIDES:
            told = f"cards stand side by side by {limits.LEAST_SLIDES} to {limits.SLIDES}; here there are {len(self.slides)}"
            yield Fault("bad-cards", "a message with cards", len(self.slides), limits.SLIDES, "of them", told)
        if len({slide.kind for slide in self.slides}) > 1:
            told = "the cards of one message are all alike: pictures or films, links or buttons"
            yield Fault("bad-cards", "a message with cards", told=told)
        ids = [choice.payload for choice in self.choices]
        if len(set(ids)) < len(ids):
            yield Fault("bad-cards", "a message with cards", told="the same button stands on two cards: nobody could tell which was meant")
        for slide in self.slides:
            yield from slide.faults()

    def shown(self) -> str:
        return self.body
