"""Orders, kept in a small file so that the example works without a network: data/orders.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypedDict

from botkit import action

BOOK = Path(__file__).resolve().parent.parent / "data" / "orders.json"
MOST = 40  # pieces of one product that a day has


class SoldOut(Exception):
    """More was ordered than there is."""


class Closed(Exception):
    """No orders are taken at this hour."""


class Line(TypedDict):
    id: str
    name: str
    quantity: int
    cost: Decimal


@dataclass
class Order:
    number: str
    total: Decimal


@action(raises=[SoldOut, Closed])
def place(ctx: Any, basket: list[Line], how: str, street: str | None = None) -> Order:
    """Place an order. The same call twice, after a restart, places it once."""
    orders = json.loads(BOOK.read_text()) if BOOK.exists() else []
    for order in orders:
        if order["key"] == ctx.idempotency_key:
            return Order(order["number"], Decimal(order["total"]))
    if not 6 <= ctx.now.hour < 20:
        raise Closed
    for line in basket:
        if line["quantity"] > MOST:
            raise SoldOut(line["id"])
    total = sum((line["cost"] for line in basket), Decimal(0))
    number = f"B{len(orders) + 1}"
    lines = [{"id": line["id"], "quantity": line["quantity"]} for line in basket]
    orders.append({"number": number, "total": str(total), "lines": lines, "how": how, "street": street, "key": ctx.idempotency_key})
    BOOK.parent.mkdir(parents=True, exist_ok=True)
    draft = BOOK.with_suffix(".tmp")
    draft.write_text(json.dumps(orders, indent=1))
    draft.replace(BOOK)
    return Order(number, total)
