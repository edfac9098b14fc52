"""Things from the business's catalogue: one, several, or all (fact sheet §2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from botkit.messages import limits
from botkit.messages.around import around
from botkit.messages.around import faults as around_faults
from botkit.messages.limits import Fault


class Product(Struct, frozen=True, tag=True):
    catalog: str  # its id
    sku: str  # the product's id in the catalogue
    body: str = ""
    footer: str | None = None

    def payload(self) -> dict[str, Any]:
        interactive = around("product", None, self.body, self.footer)
        interactive["action"] = {"catalog_id": self.catalog, "product_retailer_id": self.sku}
        return {"type": "interactive", "interactive": interactive}

    def faults(self) -> Iterator[Fault]:
        yield from around_faults(None, self.body, self.footer)
        yield from limits.empty("the id of a catalogue", self.catalog)
        yield from limits.empty("the id of a product", self.sku)

    def shown(self) -> str:
        return self.body


class Shelf(Struct, frozen=True):
    """A group of products. *title*: needed where there are several."""

    skus: tuple[str, ...]
    title: str = ""


class ProductList(Struct, frozen=True, tag=True):
    body: str
    header: str
    catalog: str
    shelves: tuple[Shelf, ...]  # 1 to 10, up to 30 products over all
    footer: str | None = None

    def payload(self) -> dict[str, Any]:
        interactive = around("product_list", self.header, self.body, self.footer)
        interactive["action"] = {"catalog_id": self.catalog, "sections": sections(self.shelves, self.header)}
        return {"type": "interactive", "interactive": interactive}

    def faults(self) -> Iterator[Fault]:
        yield from limits.empty("the text above products", self.body)
        yield from limits.empty("the header above products", self.header)
        yield from around_faults(self.header, self.body, self.footer)
        yield from limits.empty("the id of a catalogue", self.catalog)
        yield from shelf_faults(self.shelves)

    def shown(self) -> str:
        return self.body


class Catalogue(Struct, frozen=True, tag=True):
    """All of it. *sku* is the product whose picture is shown; None: the catalogue's first."""

    body: str
    sku: str | None = None
    footer: str | None = None

    def payload(self) -> dict[str, Any]:
        interactive = around("catalog_message", None, self.body, self.footer)
        action: dict[str, Any] = {"name": "catalog_message"}
        if self.sku:
            action["parameters"] = {"thumbnail_product_retailer_id": self.sku}
        interactive["action"] = action
        return {"type": "interactive", "interactive": interactive}

    def faults(self) -> Iterator[Fault]:
        yield from limits.empty("the text above a catalogue", self.body)
        yield from around_faults(None, self.body, self.footer)

    def shown(self) -> str:
        return self.body


def sections(shelves: tuple[Shelf, ...], title: str = "") -> list[dict[str, Any]]:
    """*title* stands for one that is empty."""
    return [
        {
            "title": limits.cut(shelf.title or title or "–", limits.SECTION_TITLE),
            "product_items": [{"product_retailer_id": sku} for sku in shelf.skus],
        }
        for shelf in shelves
    ]


def shelf_faults(shelves: tuple[Shelf, ...]) -> Iterator[Fault]:
    total = sum(len(shelf.skus) for shelf in shelves)
    if not 1 <= total <= limits.PRODUCTS or not all(sku.strip() for shelf in shelves for sku in shelf.skus):
        told = "" if total > limits.PRODUCTS else "there is no product to show"
        yield Fault("too-many-products", "a message with products", total, limits.PRODUCTS, "of them", told)
    if len(shelves) > limits.PRODUCT_SECTIONS:
        yield Fault("too-many-products", "a message with products", len(shelves), limits.PRODUCT_SECTIONS, "groups")
    for shelf in shelves:
        yield from limits.over("group-too-long", "a group", shelf.title, limits.SECTION_TITLE)
