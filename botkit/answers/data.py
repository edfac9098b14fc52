"""order, form, record and list: what comes from WhatsApp's own surfaces, or from actions, as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.answers.number import Integer, Number
from botkit.model import MessageReceived
from botkit.wire import Value


class Record(Answer, frozen=True):
    """record: named values; never read from a message."""

    kind: ClassVar[str] = "record"

    def normal(self, value: Value) -> Value | Rejected:
        return value if isinstance(value, Mapping) else Rejected("not a record")


class List(Answer, frozen=True):
    """list: values in order; never read from a message."""

    kind: ClassVar[str] = "list"

    def normal(self, value: Value) -> Value | Rejected:
        return list(value) if isinstance(value, list | tuple) else Rejected("not a list")


class Form(Record, frozen=True):
    """form: the fields of a WhatsApp Flow that was filled in."""

    def read(self, message: MessageReceived, reading: Reading) -> Value | Rejected:
        if message.type != "form":
            return Rejected(f"not a form but {message.type}")
        return {key: value for key, value in message.data.items() if key != "flow_token"}


class Order(Record, frozen=True):
    """order: what was put into the cart: catalog, text, items of id, quantity, price and currency, and their total."""

    def read(self, message: MessageReceived, reading: Reading) -> Value | Rejected:
        if message.type != "order":
            return Rejected(f"not an order but {message.type}")
        listed = message.data.get("product_items")
        items: list[dict[str, Value]] = []
        total = Decimal(0)
        for one in listed if isinstance(listed, list) else []:
            if not isinstance(one, Mapping):
                return Rejected("an order that cannot be read")
            quantity, price = Integer("integer").normal(one.get("quantity")), Number("number").normal(one.get("item_price"))
            if not isinstance(quantity, int) or not isinstance(price, Decimal):
                return Rejected("an order that cannot be read")
            total += price * quantity
            items.append({"id": one.get("product_retailer_id"), "quantity": quantity, "price": price, "currency": one.get("currency")})
        if not items:
            return Rejected("an empty order")
        return {
            "catalog": message.data.get("catalog_id"),
            "text": message.text,
            "items": items,
            "total": total,
            "currency": items[0]["currency"],
        }
