"""Texts with a button that is no option: it opens a web page, a form, or the catalogue."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct

from botkit.messages import Catalogue, Form, LinkButton, Message, Product, ProductList
from botkit.messages.given import shelved
from botkit.messages.limits import HEADER, cut
from botkit.replies import Given, Nested, Reading, Reply
from botkit.says.base import Around, Filled, Teller, filled, text_of, texts, value_of
from botkit.shapes import SWITCH, Key, Keys, Made, MapOf, NestedValue, Says
from botkit.source import Node, Scalar


class Link(Struct, frozen=True, eq=False):
    node: Node
    label: Reply
    to: Filled

    takes_text: ClassVar[bool] = True

    def made(self, teller: Teller, around: Around) -> Message:
        return LinkButton(around.body, teller.render(self.label).strip(), text_of(teller, self.to), around.header, around.footer)


LINK_KEYS = Keys(
    "a link",
    {
        "label": Key(Says(), "what stands on its button", required=True),
        "to": Key(filled("a link"), "the web page: https://…", required=True),
    },
)
LINK = Made(LINK_KEYS, lambda found, node, _: Link(node, found["label"], found["to"]) if {"label", "to"} <= found.keys() else None)


class FormButton(Struct, frozen=True, eq=False):
    node: Node
    label: Reply
    id: Filled | None = None
    name: Filled | None = None
    screen: Filled | None = None
    data: tuple[tuple[Scalar, Given | Nested], ...] = ()
    token: Filled | None = None
    draft: bool = False

    takes_text: ClassVar[bool] = True

    def made(self, teller: Teller, around: Around) -> Message:
        return Form(
            body=around.body,
            label=teller.render(self.label).strip(),
            id=text_of(teller, self.id) or None,
            name=text_of(teller, self.name) or None,
            screen=text_of(teller, self.screen) or None,
            data={key.text: teller.given(one) for key, one in self.data},
            token=text_of(teller, self.token),
            draft=self.draft,
            header=around.header,
            footer=around.footer,
        )


FORM_KEYS = Keys(
    "a form",
    {
        "label": Key(Says(), "what stands on the button that opens it", required=True),
        "id": Key(filled(), "its id at WhatsApp (where forms are called Flows)"),
        "name": Key(filled(), "its name, in place of the id"),
        "screen": Key(filled(), "its first screen; the form's own server is asked if left out"),
        "data": Key(MapOf(NestedValue()), "what its first screen is given"),
        "token": Key(filled(), "a word that comes back with the answer"),
        "draft": Key(SWITCH, "it is not published yet: only for tests"),
    },
)


def _form(found: dict[str, Any], node: Node, reading: Reading) -> FormButton | None:
    if ("id" in found) == ("name" in found):
        if len(getattr(node, "entries", ())) == len(found) - 1:
            reading.report("bad-part", node, "a form is named by its id, or by its name: one of them", 'form: {id: "700000000000001", …}')
        return None
    if "label" not in found:
        return None
    kept = texts(found, "label", "id", "name", "screen", "token", "draft")
    return FormButton(node, data=tuple(found.get("data", ())), **kept)


FORM = Made(FORM_KEYS, _form)


class Wares(Struct, frozen=True, eq=False):
    """*show*: ids of products, in groups or not; None: all of the catalogue."""

    node: Node
    show: Given | Nested | None
    catalog: Filled | None = None
    picture: Filled | None = None

    takes_text: ClassVar[bool] = True

    @property
    def single(self) -> bool:
        """Surely one product: it needs no text."""
        return isinstance(self.show, Given) and self.show.formula is None

    def made(self, teller: Teller, around: Around) -> Message:
        if self.show is None:
            return Catalogue(around.body, text_of(teller, self.picture) or None, around.footer)
        shelves = shelved(value_of(teller, self.show))
        catalog = text_of(teller, self.catalog)
        if len(shelves) == 1 and len(shelves[0].skus) == 1 and around.header is None:
            return Product(catalog, shelves[0].skus[0], around.body, around.footer)
        header = around.header if isinstance(around.header, str) else shelves[0].title if shelves else ""
        return ProductList(around.body, header or cut(around.body.split("\n")[0], HEADER), catalog, shelves, around.footer)


WARES_KEYS = Keys(
    "products",
    {
        "show": Key(NestedValue(), "all; a product's id; a list of ids; groups of ids: {Shoes: [SKU-1, SKU-2]}", required=True),
        "catalog": Key(filled(), "the id of the catalogue; needed unless all of it is shown"),
        "picture": Key(filled(), "where all is shown: the product whose picture stands above it"),
    },
    lone="show",
)


def _wares(found: dict[str, Any], node: Node, reading: Reading) -> Wares | None:
    show = found.get("show")
    if show is None:
        return None
    all_ = isinstance(show, Given) and show.formula is None and show.literal.strip() == "all"
    if not all_ and "catalog" not in found:
        told = "products need the id of the catalogue that they are in"
        reading.report("missing-key", node, told, 'products: {catalog: "800000000000001", show: SKU-1}')
        return None
    return Wares(node, None if all_ else show, found.get("catalog"), found.get("picture"))


PRODUCTS = Made(WARES_KEYS, _wares)
