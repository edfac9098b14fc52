"""A place on the map (fact sheet §2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct

from botkit.messages import limits
from botkit.messages.limits import Fault


class Location(Struct, frozen=True, tag=True):
    """In degrees, as on a map: 40.4168, -3.7038 is Madrid."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None

    def payload(self) -> dict[str, Any]:
        return {"type": "location", "location": self.part()}

    def part(self, as_text: bool = False) -> dict[str, Any]:
        """*as_text*: degrees as they stand in templates."""
        part: dict[str, Any] = {"latitude": _plain(self.latitude), "longitude": _plain(self.longitude)}
        if as_text:
            part = {name: str(value) for name, value in part.items()}
        if self.name:
            part["name"] = self.name
        if self.address:
            part["address"] = self.address
        return part

    def faults(self) -> Iterator[Fault]:
        for what, degrees, most in (("latitude", self.latitude, 90), ("longitude", self.longitude, 180)):
            if not abs(degrees) <= most:
                yield Fault("bad-place", what, told=f"a {what} lies between -{most} and {most}; this one is {degrees}")
        yield from limits.over("text-too-long", "the name of a place", self.name or "", limits.PLACE)
        yield from limits.over("text-too-long", "an address", self.address or "", limits.PLACE)

    def shown(self) -> str:
        return self.name or self.address or f"{_plain(self.latitude)}, {_plain(self.longitude)}"


def _plain(degrees: float | Decimal) -> float | int:
    """Without a fraction where there is none, as people write it."""
    number = float(degrees)
    return int(number) if number == int(number) else number
