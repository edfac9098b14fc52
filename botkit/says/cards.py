"""Cards side by side: each a picture or film with a text and a link, or with options of the step; or a product."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from msgspec import Struct

from botkit.expressions import ExpressionError
from botkit.messages import Carousel, Choice, Image, Message, Slide, Video
from botkit.messages.given import Unfit
from botkit.messages.limits import SLIDES
from botkit.replies import Formula, Reading, Reply
from botkit.says.base import Around, Filled, Teller, filled, text_of
from botkit.says.buttons import LINK, Link
from botkit.says.shown import FILE, Shown
from botkit.shapes import NAME, Expr, Key, Keys, ListOf, Made, Of, Says
from botkit.source import Mapping, Node
from botkit.wire import Value


class CardSay(Struct, frozen=True, eq=False):
    """One card; with *each* one for every element of a list, which the card knows by *name*. *options*: ids of those that it shows."""

    node: Node
    media: Shown | None = None
    text: Reply | None = None
    link: Link | None = None
    product: Filled | None = None
    catalog: Filled | None = None
    each: Formula | None = None
    name: str = "item"
    options: tuple[Filled, ...] = ()

    def made(self, teller: Teller, choices: tuple[Choice, ...]) -> Slide:
        if self.product is not None:
            return Slide(sku=text_of(teller, self.product), catalog=text_of(teller, self.catalog))
        picture = cast("Image | Video", self.media.header(teller)) if self.media is not None else None
        text = teller.render(self.text).strip() if self.text is not None else ""
        if self.link is None:
            return Slide(picture, text, choices=tuple(_choice(text_of(teller, one), choices) for one in self.options))
        return Slide(picture, text, teller.render(self.link.label).strip(), text_of(teller, self.link.to))


def _choice(id_: str, choices: tuple[Choice, ...]) -> Choice:
    """The option *id_* as a card shows it. Raises Unfit."""
    for choice in choices:
        entry, _, option = choice.payload.partition(":")[2].partition(":")
        if option == id_:
            return Choice(f":{entry}:{option}", choice.label)  # there is not room for more
    raise Unfit(f"a card shows the option {id_[:40]!r}, and its step does not offer it")


class Binding(Teller):
    """A turn that can give an element of a list a name, while a card is made of it."""

    element: tuple[str, Value] | None


class Cards(Struct, frozen=True, eq=False):
    node: Node
    cards: tuple[CardSay, ...]

    takes_text: ClassVar[bool] = True

    @property
    def offers(self) -> bool:
        """Whether the options of the step stand on them."""
        return any(card.options for card in self.cards)

    def made(self, teller: Teller, around: Around) -> Message:
        slides: list[Slide] = []
        for card in self.cards:
            if card.each is None:
                slides.append(card.made(teller, around.choices))
            else:
                slides += _each(cast(Binding, teller), card, card.each, around.choices)
        return Carousel(around.body, tuple(slides))


def _each(teller: Binding, card: CardSay, each: Formula, choices: tuple[Choice, ...]) -> list[Slide]:
    elements = teller.evaluate(each) or []
    if not isinstance(elements, list | tuple):
        raise ExpressionError("each needs a list, and this value is none")
    outer, slides = teller.element, []
    try:
        for element in elements[:SLIDES]:  # more than WhatsApp shows are not shown
            teller.element = card.name, element
            slides.append(card.made(teller, choices))
    finally:
        teller.element = outer
    return slides


TAKEN = frozenset({"contact", "msg", "visits", "answer", "channel", "data", "event", "loop"})  # what texts know by these names already
ELEMENT = Of("a name", lambda text: text if NAME.match(text) and text not in TAKEN else None, pattern=NAME.pattern)
_CARD = Keys(
    "a card",
    {
        "image": Key(FILE, "its picture: a file of media/, a link or an id"),
        "video": Key(FILE, "its film, in the same way"),
        "text": Key(Says(), "what stands below it: up to 160 characters"),
        "url": Key(LINK, "its button: {label, to}"),
        "options": Key(ListOf(filled(), "a list of ids"), "or one to three of the step's options, by their ids; as many on each card"),
        "product": Key(filled(), "a product, in place of all that: its id"),
        "catalog": Key(filled(), "the id of that product's catalogue"),
        "each": Key(Expr(), "a list: one card for each of its elements"),
        "as": Key(ELEMENT, "the name of one element in the card"),
    },
)


def _card(found: dict[str, Any], node: Node, reading: Reading) -> CardSay | None:
    if not isinstance(node, Mapping) or len(node.entries) != len(found) - 1:
        return None  # a part of it was refused
    if ("each" in found) != ("as" in found):
        reading.report("each-as", node, '"each" and "as" stand together: each: = a list, as: the name of one element', "add the other one")
        return None
    pictures = [kind for kind in ("image", "video") if kind in found]
    rest = [key for key in ("text", "url", "options") if key in found]
    if "product" in found:
        if pictures or rest or "catalog" not in found:
            reading.report("bad-cards", node, "a card with a product has product and catalog, and nothing else", "delete the others")
            return None
    elif len(pictures) != 1 or ("url" in found) == bool(found.get("options")):
        told = "a card has a picture or a film, and a link or options of its step"
        reading.report("bad-cards", node, told, "{image: …, text: …, url: {label: …, to: …}}, or {image: …, text: …, options: [id]}")
        return None
    media = Shown(node, pictures[0], found[pictures[0]]) if pictures else None
    product = found.get("product"), found.get("catalog")
    options = tuple(found.get("options", ()))
    return CardSay(node, media, found.get("text"), found.get("url"), *product, found.get("each"), found.get("as", "item"), options)


def _cards(found: list[CardSay], node: Node, _reading: Reading) -> Cards | None:
    """None: one of them was refused."""
    return Cards(node, tuple(found)) if len(found) == len(getattr(node, "items", found)) else None


CARDS = Made(ListOf(Made(_CARD, _card), "a list of cards"), _cards)
