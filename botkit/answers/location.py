"""location: a place that was sent, a record of lat, lon, name, address and url."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.answers.number import Number
from botkit.model import MessageReceived
from botkit.wire import Value


class Location(Answer, frozen=True):
    kind: ClassVar[str] = "record"

    def read(self, message: MessageReceived, reading: Reading) -> Value | Rejected:
        if message.type != "location":
            return Rejected(f"not a location but {message.type}")
        data = message.data
        return self.normal({**data, "lat": data.get("latitude"), "lon": data.get("longitude")})

    def normal(self, value: Value) -> Value | Rejected:
        if not isinstance(value, Mapping):
            return Rejected("not a location")
        lat, lon = (Number("number").normal(value.get(name)) for name in ("lat", "lon"))
        if not isinstance(lat, Decimal) or not isinstance(lon, Decimal) or abs(lat) > 90 or abs(lon) > 180:
            return Rejected("not a location")
        words = {name: text if isinstance(text := value.get(name), str) else None for name in ("name", "address", "url")}
        return {"lat": lat, "lon": lon, **words}
